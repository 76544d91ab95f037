"""The ledger: one SQLite file that holds every state that is not the record, the wiki or an article."""
