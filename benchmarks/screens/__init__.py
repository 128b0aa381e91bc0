"""Compares rebuilt screens with what Chromium showed: words, states of controls, focus."""
