-- A ledger as version 1 wrote it in its first days: runs knew no parent, there were no budgets, labels or tokens.
CREATE TABLE runs (
  id VARCHAR NOT NULL PRIMARY KEY, seat VARCHAR NOT NULL, kind VARCHAR NOT NULL, state VARCHAR NOT NULL,
  started VARCHAR NOT NULL, ended VARCHAR NOT NULL, note TEXT NOT NULL
);
CREATE TABLE audit (
  seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, at VARCHAR NOT NULL, run VARCHAR NOT NULL,
  action VARCHAR NOT NULL, subject VARCHAR NOT NULL, detail TEXT NOT NULL
);
CREATE TABLE effects (key VARCHAR NOT NULL PRIMARY KEY, run VARCHAR NOT NULL);
INSERT INTO runs VALUES ('r-0000000000aa', 'librarian', 'file', 'done', '2026-10-01T02:00:00Z', '2026-10-01T02:01:00Z', '');
INSERT INTO audit VALUES (1, '2026-10-01T02:00:00Z', 'r-0000000000aa', 'start run', 'r-0000000000aa', '{}');
INSERT INTO effects VALUES ('file shop 1a2b', 'r-0000000000aa');
PRAGMA user_version = 1;
