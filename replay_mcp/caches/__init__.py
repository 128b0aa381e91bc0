"""What was derived from recordings before: timelines and summaries."""
