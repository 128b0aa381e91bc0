"""A recording as a player shows it."""
