"""The timeline of a recording: rows of what the visitor and the page did."""
