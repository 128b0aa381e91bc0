# The commands that contributors and CI run. They need a virtual environment with `pip install -e '.[dev]'` on the PATH.
BENCHMARKS = size startup call compare summaries imports playlists search questions

.PHONY: check types test slow full fix generate browser browser-slow coverage properties reliability reliability-short bench dist \
	$(BENCHMARKS:%=bench-%) bench-timeline

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

full: ## long forms of tests that have a shorter form
	pytest -m full

fix: ## format, and repair what the linter can
	ruff check --fix --exit-zero .
	ruff format .

generate: ## docs/tools.md, manifest.json and others, from the code
	python docs/generate.py

browser: ## a recorded page and written tests in Chromium, and a client in Node
	npm install --prefix e2e --silent --no-audit --no-fund --no-package-lock
	pytest e2e

browser-slow: ## hostile and very large recordings in the player, the demo's failed checkout as a test
	npm install --prefix e2e --silent --no-audit --no-fund --no-package-lock
	pytest -n0 e2e -s -m slow

coverage: ## the tests with branch coverage, which takes twice the time
	coverage run -m pytest -m "not slow" --hypothesis-profile=thorough
	coverage combine --quiet
	coverage report --fail-under=96

properties: ## many new examples of the property tests
	pytest -m hypothesis --hypothesis-profile=full --timeout=1800

reliability: ## the trials of docs/reliability.md
	python -m benchmarks.reliability

reliability-short:
	python -m benchmarks.reliability --short

bench: ## all benchmarks, one after the other; fails at the end if one missed its budget
	$(MAKE) --keep-going --jobs=1 $(BENCHMARKS:%=bench-%) bench-timeline

$(BENCHMARKS:%=bench-%): bench-%:
	python -m benchmarks.$*

bench-timeline: # docs/benchmarks.md lists the budgets that it misses: they are printed, and fail nothing
	-python -m benchmarks.timeline

dist: ## the sdist and the wheel, in dist/
	python -m hatchling build
