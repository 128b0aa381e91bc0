"""Which elements of a recorded document a page renders and shows: a CSS engine for a few properties."""
