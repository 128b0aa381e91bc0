"""Reads recordings and playlists over the API."""
