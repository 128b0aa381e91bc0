"""Models of tool results: rows and headers, within size budgets."""
