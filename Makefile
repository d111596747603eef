# The commands that the README names. `make run` and `make demo` need nothing before.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := run
.PHONY: run demo install gettext browser redis check fix test test-all bench bench-quick

PYTHON ?= python3
BIN := .venv/bin
HEAVY := tests/browser tests/processes
LIGHT := $(HEAVY:%=--ignore=%)
LOCALE := locale/ja/LC_MESSAGES/django.po
EXTRACT := $(BIN)/python manage.py makemessages -l ja --no-location --no-wrap -i .venv -i static-collected -i tests
# Tools that read the settings must not touch the installation in var/.
TOOLS := SECRET_KEY=tools-only INBOXHUB_KEYS=t1:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY= INBOXHUB_VAR=$(CURDIR)/.venv/tools DATABASE_URL=sqlite://:memory:

run: install
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py serve

demo: install
	@$(BIN)/python manage.py demo

install: .venv/installed gettext
	@for po in locale/*/LC_MESSAGES/*.po; do msgfmt --check-format -o "$${po%.po}.mo" "$$po"; done
	@$(TOOLS) $(BIN)/python manage.py collectstatic --noinput --clear --verbosity 0

.venv/installed: requirements.txt requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "InboxHub needs Python 3.11 or newer; run: make PYTHON=python3.12")'
	@$(PYTHON) -m venv .venv || { echo "python3-venv is missing. Run: apt-get install python3-venv" >&2; exit 1; }
	@echo "Installing the libraries into .venv (a minute or two)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

# What pip cannot bring: installed where we are root, named where we are not.
gettext:
	@.ci/system-packages gettext

browser:
	@.ci/system-packages gettext browser

redis:
	@.ci/system-packages redis || echo "Without it the tests of several processes with Redis are skipped." >&2

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/djlint --check --lint --quiet templates
	$(TOOLS) $(BIN)/python manage.py makemigrations --check --dry-run
	cp $(LOCALE) $(LOCALE).was; $(TOOLS) $(EXTRACT) >/dev/null && diff -I '^"POT-Creation-Date' $(LOCALE).was $(LOCALE); same=$$?; mv $(LOCALE).was $(LOCALE); exit $$same
	test -z "$$(msgattrib --untranslated --no-obsolete $(LOCALE); msgattrib --only-fuzzy --no-obsolete $(LOCALE))"

fix: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djlint --reformat --quiet templates || true
	$(TOOLS) $(EXTRACT)

# A browser and real servers need the cores for themselves; all else shares them.
test: install browser
	$(BIN)/python -m pytest -n auto -m "not wide" $(LIGHT)
	$(BIN)/python -m pytest -m "not wide" $(HEAVY)

test-all: install browser redis
	$(BIN)/python -m pytest -n auto $(LIGHT)
	$(BIN)/python -m pytest $(HEAVY)

bench: install
	$(BIN)/python -m benchmarks

bench-quick: install
	$(BIN)/python -m benchmarks --quick
