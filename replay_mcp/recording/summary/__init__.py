"""Summaries of timelines: computed, every sentence with the rows that support it."""
