"""Rules that find knowledge without a model: an ordered list of small functions over one session or one archive."""
