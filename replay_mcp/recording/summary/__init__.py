"""Computed summaries of timelines: sentences with the refs of the rows that support them."""
