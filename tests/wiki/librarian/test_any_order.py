from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from distillers.findings import Finding
from wiki.page import parse

ANCHOR = re.compile(r"\^(f-[0-9a-f]{8})$", re.MULTILINE)
KINDS = ("rule", "decision", "gotcha", "fact")


@dataclass
class People:
    """A wiki that nights and people change in any order, and what must hold of it whatever happens."""

    shop: Any
    dice: Random
    pool: list[Finding]
    written: dict[str, str] = field(default_factory=dict[str, str])
    """Lines that people wrote, by the page that they stand on."""
    dead: set[str] = field(default_factory=set[str])
    """Blocks that people took away."""

    def pages(self) -> list[Path]:
        return sorted(path for path in self.shop.wiki.glob("shop/*.md") if path.name != "index.md")

    def night(self) -> None:
        found = [self.varied(one) for one in self.pool if self.dice.random() < 0.75]
        self.shop.night(found)

    def varied(self, one: Finding) -> Finding:
        dice = self.dice
        changed = replace(one, seen=dice.randint(1, 3), confidence=dice.choice(("high", "high", "medium", "low")))
        superseded = dice.random() < 0.15
        return replace(changed, page=dice.choice(("one", "two")), status="superseded" if superseded else "accepted")

    def some_line(self, page: Path) -> str:
        lines = [line for line in page.read_bytes().decode().splitlines() if ANCHOR.search(line)]
        return self.dice.choice(lines) if lines else ""

    def change_a_line(self, page: Path) -> None:
        line = self.some_line(page)
        if line and not line.startswith("- Ours"):
            mine = f"- Ours {len(self.written)}: {line[2:]}"
            self.put(page, line, mine)
            self.written[mine] = page.name

    def take_a_block_away(self, page: Path) -> None:
        line = self.some_line(page)
        if line:
            self.put(page, line + "\n", "")
            self.written.pop(line, None)
            self.dead |= set(ANCHOR.findall(line))

    def write_text(self, page: Path) -> None:
        text = page.read_bytes().decode()
        mine = f"Our remark {len(self.written)}."
        spots = [m.end() for m in re.finditer(r"\n\n", text)] or [len(text)]
        at = self.dice.choice(spots)
        page.write_bytes(f"{text[:at]}{mine}\n\n{text[at:]}".encode())
        self.written[mine] = page.name

    def rename_a_page(self, page: Path) -> None:
        new = page.with_name(f"renamed-{len(self.written)}-{page.name}"[-40:])
        page.rename(new)
        self.written = {line: new.name if name == page.name else name for line, name in self.written.items()}

    def delete_a_page(self, page: Path) -> None:
        if self.dice.random() < 0.3:
            self.dead |= {key for key in parse("x", page.read_bytes()).anchors if key.startswith("f-")}
            page.unlink()
            self.written = {line: name for line, name in self.written.items() if name != page.name}

    def put(self, page: Path, old: str, new: str) -> None:
        page.write_bytes(page.read_bytes().replace(old.encode(), new.encode(), 1))

    def act(self) -> None:
        """One step of anybody: a night, or an edit that is committed or left lying for the next night to find."""
        pages = self.pages()
        if not pages or self.dice.random() < 0.4:
            self.night()
        else:
            edits = (
                self.change_a_line,
                self.take_a_block_away,
                self.write_text,
                self.rename_a_page,
                self.delete_a_page,
            )
            self.dice.choice(edits)(self.dice.choice(pages))
            if self.dice.random() < 0.3:
                self.night()
            self.shop.commit()

    def check(self) -> None:
        texts = {page.name: page.read_bytes().decode() for page in self.pages()}
        for line, name in self.written.items():
            assert line in texts.get(name, "").splitlines(), line
        standing = [key for text in texts.values() for key in ANCHOR.findall(text)]
        assert len(standing) == len(set(standing))
        assert not self.dead.intersection(standing)
        assert self.shop.is_clean()


@pytest.mark.parametrize("seed", range(5))
def test_nights_and_people_in_any_order_lose_nothing_and_bring_nothing_back(seed: int, shop: Any, finding: Any) -> None:
    pool = [finding(f"Claim {n}.", kind=KINDS[n % 4], page="one") for n in range(10)]
    people = People(shop, Random(seed), pool)
    people.night()
    for _ in range(12):
        people.act()
        people.check()
    people.night()
    before = shop.tree_hash()
    shop.night()
    assert shop.tree_hash() == before
    people.check()
