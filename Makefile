.DEFAULT_GOAL := help
PY := .venv/bin/python
TESTS := $(PY) -m pytest -n 2 --dist worksteal
COMPILE := .venv/bin/uv pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --custom-compile-command 'make lock'

.PHONY: bench figures lighthouse help install lock run demo test coverage test-fast test-browser browser lint format types check migrations messages

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: ## Make .venv from the hashed requirement files (does nothing when current)
	@deploy/bootstrap.sh

lock: ## Compile requirements/ anew from pyproject.toml
	@deploy/bootstrap.sh lock
	$(COMPILE) requirements/uv.in -o requirements/uv.txt
	$(COMPILE) pyproject.toml -o requirements/base.txt
	$(COMPILE) pyproject.toml --group local --group test --group bench --group lint -c requirements/base.txt -o requirements/local.txt

run: install ## Run the whole site at http://127.0.0.1:8000 (PORT=…, COMMONS_VAR=…)
	@exec $(PY) manage.py run

demo: install ## Fill an empty site with the demo community
	@$(PY) manage.py demo

test: install browser ## Run every test
	@$(TESTS) -q tests --ignore=tests/browser
	@$(TESTS) -q tests/browser

coverage: install ## Run the tests that need no browser, and say which lines none of them reaches
	@$(TESTS) -q tests --ignore=tests/browser --cov --cov-report=term-missing:skip-covered

test-fast: install ## Run the tests that need no browser
	@$(TESTS) -q tests --ignore=tests/browser

figures: install ## Load a million posts, kill the broker, import every archive: the figures of docs/testing.md
	@$(PY) -m pytest -m figures -s -p no:randomly tests/figures tests/browser/test_weight.py

bench: install ## Measure every page beside a bare Django view (ONLY=thread QUICK=1 SIZE=L PROFILE=1 FRESH=1)
	@deploy/bench.sh
	@$(PY) -m bench --size $(or $(SIZE),S) $(if $(ONLY),--only '$(ONLY)') $(if $(QUICK),--quick) $(if $(PROFILE),--profile) $(if $(FRESH),--fresh)

lighthouse: install browser ## Ask Lighthouse of home, thread, calendar and sign-up (needs npm)
	@deploy/lighthouse.sh
	@$(PY) -m bench.lighthouse

test-browser: install browser ## Run the browser tests
	@$(TESTS) tests/browser

browser: # What the browser tests need
	@deploy/browser.sh

lint: install ## Check style, types, floors and templates
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/lint-imports
	@.venv/bin/mypy
	@git ls-files -z 'templates/*.html' | xargs -0 .venv/bin/djade --target-version 6.1 --check
	@.venv/bin/codespell
	@$(PY) manage.py makemigrations --check --dry-run

format: install ## Put code and templates in the house style
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .
	@git ls-files -z 'templates/*.html' | xargs -0 .venv/bin/djade --target-version 6.1

check: lint test ## What CI runs
