"""The timeline of a recording: rows that say what the visitor did and what the page did."""
