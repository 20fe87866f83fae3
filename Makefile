# `make report` and `make test` set up what they need and then do the job; nothing is installed twice.
PYTHON ?= python3
PLAN   ?= params/quarterly.yml
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: report test test-slow test-long lab lock clean

report: $(READY)
	$(BIN)/salesops run $(PLAN)

test: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n auto -m "not slow" --durations=15

test-slow: $(READY)
	$(BIN)/pytest -n auto -m slow --durations=15 --ignore=tests/win_probability

# Chances and bookings over many simulated companies: the better part of an hour on two cores.
test-long: $(READY)
	$(BIN)/pytest -n auto -m slow --durations=15 tests/win_probability

lab: $(READY)
	$(BIN)/jupyter lab --notebook-dir=. notebooks

lock: $(READY)
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --extra dev --no-header --no-annotate pyproject.toml -o requirements.lock
	{ cat deploy/environment.head.yml; sed -n 's/^\([a-z0-9].*[^ ]\) \\$$/      - "\1"/p' requirements.lock; echo '      - -e .'; } > environment.yml

# The lock pins every package with its hash; the project itself is then added without touching them.
$(READY): requirements.lock pyproject.toml $(wildcard lib/salesops/report/templates/salesops/*)
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache
