"""What PostHog's Replay API is: its types, models and endpoints as data, and the client that calls them."""
