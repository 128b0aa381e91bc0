"""A recorded page as one static HTML document that loads nothing and runs nothing."""
