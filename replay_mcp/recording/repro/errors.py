"""Why no test can be written."""

from replay_mcp.errors import ReplayError


class NothingToReproduce(ReplayError):
    """No problem was found at a moment of a recording, or none that a test can repeat."""

    kind = "nothing_to_reproduce"
    default_next = "Choose another moment with --around: a ref such as e17, seconds, or a time such as 0:37."
