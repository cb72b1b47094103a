# One command per task. People, hooks and CI call the same ones.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# How many tests run at a time.
WORKERS ?= auto
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.DEFAULT_GOAL := help
.PHONY: help install install-dev run test test-slow check check-next format messages screenshots bench chaos lock clean

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# Recreates an incomplete environment, or one whose Python was removed. pip is run as a module, because
# scripts fail if the path contains quotes or dollar signs. `venv` refuses a path with a colon, so there
# it gets a link to it.
.PHONY: environment
environment:
	@if ! $(BIN)/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
		$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
			{ echo "Dailies needs Python 3.11 or newer. Try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }; \
		$(PYTHON) -c 'import ensurepip, venv; ensurepip.version()' 2>/dev/null || \
			{ echo "This Python can't create environments. On Debian or Ubuntu, run:" \
				"apt install $$($(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"; exit 1; }; \
		echo "Creating the environment in $(VENV)"; \
		rm -rf $(VENV); place=$(VENV); link=; \
		case $$PWD in *:*) link=$$(mktemp -d); ln -s "$$PWD" "$$link/here"; place=$$link/here/$(VENV);; esac; \
		$(PYTHON) -m venv "$$place"; status=$$?; \
		[ -z "$$link" ] || rm -rf "$$link"; \
		[ $$status = 0 ] || { rm -rf $(VENV); exit $$status; }; \
	fi

$(VENV)/.installed: requirements.txt | environment
	$(BIN)/python -m pip install --quiet -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt | environment
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	@touch $@ $(VENV)/.installed

install: $(VENV)/.installed ## Make the environment

install-dev: $(VENV)/.installed-dev ## Make the environment with all tools for development

# Biome comes from npm, and only `check` and `format` need it.
node_modules/.installed: package-lock.json
	@command -v npm >/dev/null || { echo "Biome needs Node.js. On Debian or Ubuntu: apt install npm"; exit 1; }
	npm ci --silent --no-audit --no-fund
	@touch $@

run: install ## Start Dailies: web, mirror and engine together
	@exec $(BIN)/python manage.py run

test: install-dev ## Run the tests that decide whether a change lands
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup -m "not slow" $(ARGS)

test-slow: install-dev ## Run all others: browsers, crashes, soaks, whole installations
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup -m slow $(ARGS)

check: install-dev node_modules/.installed ## Check style, types, layers, templates, migrations, deployment; change nothing
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	npx biome check --error-on-warnings
	$(BIN)/python -m mypy
	$(BIN)/python $(BIN)/lint-imports
	git ls-files -z 'templates/*.html' | xargs -0 $(BIN)/djade --check --target-version 5.2
	$(BIN)/python manage.py makemigrations --check --dry-run --settings tests.settings
	PUBLIC_URL=https://dailies.example.com DATA_DIR=$(VENV)/check-data \
		$(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python manage.py architecture --check --settings tests.settings
	$(BIN)/python manage.py openapi --check --settings tests.settings

# What the suite runs on beside the pinned versions: the newest Django, with the newest Python found
# on this machine, where pyenv may hold several.
NEXT := .venv-next
NEXT_PYTHONS = $(wildcard $(HOME)/.pyenv/versions/3.1[2-9]*/bin/python3) \
	$(foreach minor,12 13 14 15 16,$(shell command -v python3.$(minor))) $(PYTHON)

check-next: ## Run the tests on the newest Django and Python that are at hand
	@newest=$$(for each in $(NEXT_PYTHONS); do \
		"$$each" -c 'import sys; print(*sys.version_info[:2], sys.executable)' 2>/dev/null; \
		done | sort -k1,1n -k2,2n | tail -n 1); \
	set -- $$newest; \
	if [ "$$2" -lt 12 ]; then \
		echo "Skipped: Django 6 needs Python 3.12 or newer, and none is installed."; exit 0; \
	fi; \
	echo "Running the tests with Python $$1.$$2 on the newest Django"; \
	"$$3" -m venv $(NEXT) && \
	$(NEXT)/bin/python -m pip install --quiet -r requirements-dev.txt && \
	$(NEXT)/bin/python -m pip install --quiet --upgrade 'django>=6.1' && \
	$(NEXT)/bin/python -m django --version && \
	$(NEXT)/bin/python -m pytest -n $(WORKERS) --dist loadgroup $(ARGS)

format: install-dev node_modules/.installed ## Put Python, templates, CSS and JavaScript into shape
	$(BIN)/python -m ruff check --fix .
	$(BIN)/python -m ruff format .
	npx biome check --write
	git ls-files -z 'templates/*.html' | xargs -0 $(BIN)/djade --target-version 5.2

messages: install-dev ## Collect the texts to translate and compile the catalogues (needs gettext)
	$(BIN)/python manage.py makemessages -l zh_Hans --settings tests.settings --ignore '.venv*' --ignore node_modules \
		--no-wrap --no-location --no-obsolete
	$(BIN)/python manage.py compilemessages -l zh_Hans --settings tests.settings --ignore '.venv*' --ignore node_modules

screenshots: install-dev ## Take pictures of every page for docs/screenshots (needs Chromium)
	$(BIN)/python -m tests.screenshots $(ARGS)

bench: install-dev ## Measure against floors in one run, print ratios
	$(BIN)/python -m tests.bench $(ARGS)

chaos: install-dev ## Kill web, mirrors and engine at random beside odd servers, count what it cost
	$(BIN)/python -m tests.chaos $(ARGS)
	$(BIN)/python -m tests.chaos.providers

lock: install-dev ## Update the pinned requirements from pyproject.toml
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/python -m uv pip compile -q --universal --python-version 3.11 --generate-hashes \
		--no-header --no-emit-index-url --no-emit-find-links pyproject.toml -o requirements.txt
	$(BIN)/python -m uv pip compile -q --universal --python-version 3.11 --generate-hashes \
		--no-header --no-emit-index-url --no-emit-find-links --extra dev pyproject.toml -o requirements-dev.txt

clean: ## Remove the environment and caches; data stays
	rm -rf $(VENV) $(NEXT) node_modules staticfiles .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
