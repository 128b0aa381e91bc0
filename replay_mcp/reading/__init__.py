"""Reading recordings and playlists over the API."""
