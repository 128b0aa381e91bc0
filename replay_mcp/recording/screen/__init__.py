"""The screen of a recording at any moment: the document as it was, its visible outline, and its static HTML."""
