"""Starts a server on stdio only after its client has sent two messages, like a server that starts slowly.

Usage: python late_start.py COMMAND ARGUMENTS...
"""

import subprocess
import sys

messages = [sys.stdin.buffer.readline(), sys.stdin.buffer.readline()]
with subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE) as server:
    assert server.stdin is not None
    server.stdin.writelines(messages)
    server.stdin.flush()
    for line in sys.stdin.buffer:
        server.stdin.write(line)
        server.stdin.flush()
