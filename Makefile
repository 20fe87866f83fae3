# `make report` and `make test` set up what they need and then do the job; nothing is installed twice.
PYTHON ?= python3
PLAN   ?= params/quarterly.yml
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: report test lab check lint lock clean

report: $(READY)
	$(BIN)/salesops run $(PLAN)

test: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n auto

lab: $(READY)
	$(BIN)/jupyter lab --notebook-dir=. notebooks

lock: $(READY)
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --extra dev --no-header --no-annotate pyproject.toml -o requirements.lock
	$(BIN)/python -m tools.environment

# The lock pins every package with its hash; the project itself is then added without touching them.
$(READY): requirements.lock pyproject.toml $(wildcard lib/salesops/report/template/*)
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache
