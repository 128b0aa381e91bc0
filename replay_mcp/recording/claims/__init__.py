"""Claims about a recording, checked against its timeline."""
