# What contributors and CI run. Needs a virtual environment with `pip install -e '.[dev]'` on the PATH.
.PHONY: check types test slow fix generate bench

check: ## format, lint, import contracts, generated files
	ruff format --check .
	ruff check .
	lint-imports --no-cache
	python docs/generate.py --check

types:
	basedpyright

test: ## what the README runs
	pytest

slow: ## the tests that take seconds each
	pytest -m slow

fix: ## format, and repair what the linter can
	ruff check --fix .
	ruff format .

generate: ## docs/tools.md and manifest.json, from the tools
	python docs/generate.py

bench: ## every benchmark that has a budget
	for name in size startup call timeline summaries playlists search; do python -m benchmarks.$$name || exit 1; done
