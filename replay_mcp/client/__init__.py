"""The client of the Replay API: requests with retries and deadlines, streamed bodies, rate limits."""
