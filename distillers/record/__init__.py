"""The record: what a session or ticket said, normalised, redacted and addressable to file and line."""
