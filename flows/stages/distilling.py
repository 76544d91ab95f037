"""The record becomes graded findings, as people ruled."""

from __future__ import annotations

from dataclasses import replace

from content import confirming
from distillers import distil as distillery
from distillers.code.cache import Cache
from distillers.code.look import Looked, look
from distillers.code.naming import Marker
from distillers.record.redact import load_key
from flows.seating import asking
from flows.stages.night import Night
from flows.telling import Teller
from wiki import reverts


def distil(night: Night, *, ask: bool = True) -> distillery.Distilled:
    """Turns changed sessions and tickets into graded findings, as people ruled; without ``ask`` no agent is asked."""
    teller = Teller(night.say)
    with night.stage("distil", "distiller") as run:
        looked = _code(night)
        for note in looked.notes:
            night.say(f"code: {note}")
        agent = asking(night.settings, night.redactor.mask, teller.asked) if ask else None
        given = reverts.rulings(night.ledger, confirming.rulings(run))
        found = distillery.distil(
            run,
            night.archive,
            night.domains,
            rulings=given,
            code=looked.code,
            asking=agent,
            on_progress=teller.units,
        )
    return replace(found, unread=looked.notes)


def _code(night: Night) -> Looked:
    """What stands in the code of the domains."""
    every, space = night.settings.repositories, night.settings.workspace
    key = load_key(space.secret)
    cache = Cache(space.code, key)
    cache.keep_only({place for some in every.values() for place in some})
    return look({name: every[name] for name in night.domains}, cache, Marker(key))
