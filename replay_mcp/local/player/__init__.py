"""The player at `/project/ENVIRONMENT/replay/SESSION_ID`: its page, and the recordings and frames that it shows."""
