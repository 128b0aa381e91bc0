"""Statements about a recording, checked against its timeline."""
