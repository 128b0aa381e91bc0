"""The document of one browser tab: its nodes, the names and visibility of elements, and the messages that it shows."""
