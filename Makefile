# Matinee: one command to see it, one to check it. Everything they need is installed by image-build/bootstrap.sh.

.DEFAULT_GOAL := help
.PHONY: help run test soak bench mutants audit constraints image image-test bundle

ARGS ?=
ARCH ?= arm64
BIN := .venv/bin

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

run: ## install what is missing and start the whole box here, with a sample event (ARGS="--port 9000")
	@image-build/bootstrap.sh run
	@exec $(BIN)/matinee dev $(ARGS)

test: ## install what is missing and run every check that CI runs (ARGS="-k portal" goes to pytest)
	@image-build/bootstrap.sh test
	@echo "matinee: lint (ruff check)"
	@$(BIN)/ruff check --quiet .
	@echo "matinee: format (ruff format --check)"
	@$(BIN)/ruff format --quiet --check .
	@echo "matinee: types (mypy --strict), and of the tests beside it"
	@$(BIN)/mypy --no-error-summary --config-file tests/mypy.ini tests & tests=$$!; \
	    $(BIN)/mypy --no-error-summary && wait $$tests
	@echo "matinee: who may import whom (import-linter)"
	@$(BIN)/lint-imports --no-cache
	@echo "matinee: tests (pytest)"
	@tests/run.sh $(ARGS)

soak: ## the long suites: crash states, cuts, fuzzing; hours if asked (ARGS="tests/crash")
	@image-build/bootstrap.sh test
	@$(BIN)/pytest -m soak --timeout=3600 $(ARGS)

bench: ## install what is missing and measure against peers, side by side (ARGS="player --quick")
	@image-build/bootstrap.sh bench
	@$(BIN)/python tests/bench/run.py $(ARGS)

mutants: ## break every guard once, and see that a test notices: prints "mutants caught / mutants" (ARGS="watchdog")
	@image-build/bootstrap.sh test
	@$(BIN)/python tests/proof/mutants.py $(ARGS)

audit: ## list every part that others made (CycloneDX), and ask for known faults of them (pip-audit)
	@image-build/bootstrap.sh run
	@$(BIN)/python tests/proof/supply.py

image: ## build the flashable image (ARCH=amd64 for a PC; ARGS="--key FILE" signs it)
	@image-build/bootstrap.sh image
	@$(BIN)/python image-build/image/make.py --arch $(ARCH) $(ARGS)

image-test: ## start that image in QEMU and walk through it from outside; the log is kept in build/
	@image-build/bootstrap.sh image
	@$(BIN)/python tests/image/walk.py --arch $(ARCH) $(ARGS)

bundle: ## make a signed bundle of a newer Matinee for boxes that have the image (ARGS="--key FILE")
	@image-build/bootstrap.sh image
	@$(BIN)/python image-build/image/bundle.py $(ARGS)

constraints: ## look for newer Python packages and pin them in image-build/constraints.txt
	@image-build/constraints.sh
