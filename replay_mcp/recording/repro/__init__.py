"""Turns a problem in a recording into a Playwright test: rows in, the text of a `.spec.ts` file out."""
