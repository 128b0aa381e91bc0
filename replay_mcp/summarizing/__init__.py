"""Producing summaries of many sessions."""
