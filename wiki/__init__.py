"""The wiki: pages in git, the librarian that alone writes them, the index and the retrieval call."""
