# make setup | demo [SERVE=0] [PORT=8000] | test [DB=postgres] | lint | bench | clean
# PYTHON names the Python 3.11 to be used where the one on the PATH isn't it.

PYTHON =
PORT = 8000
SERVE = 1
DB = sqlite
# What pytest is to run, and how: `make test TESTS="tests/ledger -x"`.
TESTS = -n 2

python = .venv/bin/python
# What a command runs behind for a PostgreSQL server of its own: `make bench-pages DB=postgres`.
on_database = $(if $(filter postgres,$(DB)),$(python) setup/postgres.py)
export PYTHON PORT SERVE

.PHONY: help setup setup-test demo test lint bench bench-engine bench-command bench-printing bench-print-run bench-import bench-pages clean

help:
	@sed -n '1,2s/^# //p' Makefile

setup:
	@sh setup/setup.sh product

setup-test:
	@sh setup/setup.sh test

demo: setup
	@$(python) setup/demo.py

test: setup-test
ifeq ($(DB),postgres)
	@$(python) setup/postgres.py $(python) -m pytest -q $(TESTS)
else
	@$(python) -m pytest -q $(TESTS)
endif

lint: setup-test
	@$(python) -m ruff check .
	@$(python) -m ruff format --check .
	@$(python) -m mypy platform rulesets reports
	@cd setup && ../$(python) -m mypy --config-file= --strict .
	@PYTHONPATH=platform:. .venv/bin/lint-imports --no-logo
	@$(python) manage.py makemigrations --check --dry-run
	@$(python) manage.py check

# Side by side with others, in half an hour: docs/benchmarks.md.
bench: bench-engine bench-command bench-printing

bench-engine: setup-test
	@PYTHONPATH=platform:. $(python) tests/benchmarks/bench_engine.py

# One assessment of a million lines from the database and back, on both databases; a simulation. Some five minutes.
bench-command: setup-test
	@PYTHONPATH=platform:. $(python) tests/benchmarks/bench_command.py --keep
	@PYTHONPATH=platform:. $(python) tests/benchmarks/bench_simulation.py --keep
	@PYTHONPATH=platform:. $(python) setup/postgres.py $(python) tests/benchmarks/bench_command.py --keep

# Forms beside plain WeasyPrint and typst; the table goes into docs/benchmarks-printing.md.
bench-printing: setup-test
	@PYTHONPATH=platform:. $(python) tests/benchmarks/bench_printing.py --write

# A thousand forms as a job: killed, stopped, gone on with; what its processes hold.
bench-print-run: setup-test
	@PYTHONPATH=platform:. $(python) tests/benchmarks/bench_print_run.py

# A unit of 300 people: preview and confirmation of 20,000 and 100,000 rows, of a file full of faults, exports. Two minutes.
bench-import: setup-test
	@PYTHONPATH=platform:. $(on_database) $(python) tests/benchmarks/bench_import.py

# Every page on a unit of 400 items, 300 people and 100,000 events; those over the limits last. Three minutes.
bench-pages: setup-test
	@PYTHONPATH=platform:. $(on_database) $(python) tests/benchmarks/bench_pages.py --slowest 25

# Data stay: they are in var/ or GONGGUO_DATA.
clean:
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage
	@find . \( -name __pycache__ -o -name .mypy_cache \) -type d -prune -exec rm -rf {} +
