"""What several recordings have in common, and where they differ: problems, steps, requests, pages, earlier windows."""
