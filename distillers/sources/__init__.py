"""Readers: one module a format, each recognising its own from content and yielding events."""
