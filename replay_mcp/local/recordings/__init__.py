"""The recordings endpoints: list and filter, retrieve, update, delete, snapshots and summaries."""
