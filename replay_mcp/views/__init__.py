"""What a model sees: rows and headers of results, within their budgets."""
