"""Import, export, and copying from PostHog: recordings in and out of a local store."""
