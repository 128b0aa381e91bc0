"""The playlists endpoints: stored and synthetic playlists, their items and their recordings."""
