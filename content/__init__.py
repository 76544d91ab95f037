"""Articles: pillars, the brief, the draft and its trace, the checks, the human decision and publication."""
