"""Thirty questions of product teams, asked through the tools on two stores whose answers are known.

    python -m benchmarks.questions [--only demo|generated] [--write docs/questions.md]

`crowd` makes up 10,000 sessions of a shop, and `truths` counts their answers from what was made up, without the
product's code. `store` writes them into a local store.
"""
