"""Tests of the whole package."""

import sys

# Without bytecode, each worker compiles and rewrites all test modules and hypothesis, which takes 12 s. This comes before
# any import of those.
sys.dont_write_bytecode = False
