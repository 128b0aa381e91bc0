"""The screen of a recording at any moment: the document as it was, and its visible outline."""
