"""Caches of timelines and summaries."""
