"""Ticket sources that are no files yet: a forge's API, a repository's history. What is fetched becomes a file."""
