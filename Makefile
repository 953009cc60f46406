# `make` lists the targets. Needs Python 3.11 or newer, make and the package index; nothing else.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin
# The set-up is as old as what it was made from: contents count, times do not (a checkout changes them).
STAMP := $(VENV)/.ready
SUM := $(if $(shell command -v sha256sum),sha256sum,shasum -a 256)
# Two makes at once must not build the same folder; where flock is missing (macOS) they may.
LOCKED := $(if $(shell command -v flock),flock Makefile)

.DEFAULT_GOAL := help
.PHONY: help serve test check bench soak lock decisions clean setup ui

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

serve: setup ## start the server on this machine (settings: config.yaml)
	@$(RUN)/python -m ivr.web.vendor || echo 'The pages could not be fetched; all the rest works. Again: make ui' >&2
	@exec $(RUN)/ivr serve

ui: setup ## fetch what the pages are made with (once; a second time there is nothing to do)
	@$(RUN)/python -m ivr.web.vendor

test: setup ui ## every gate: linters, types, contracts, flows, tests, coverage
	@.ci/check.sh

check: test ## the same as test

bench: setup ## measure against the bars in benchmarks/bars.toml
	@$(RUN)/python -m benchmarks bench

soak: setup ## run the long tests (minutes to hours)
	@$(RUN)/python -m benchmarks soak && $(RUN)/python -m benchmarks soak-sip 600

lock: setup ## write .ci/constraints.txt anew from pyproject.toml
	@$(RUN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url --no-header \
		--python-version 3.11 --extra dev pyproject.toml -o .ci/constraints.txt
	@if grep -n '://' .ci/constraints.txt; then echo 'the lock must hold no addresses' >&2; exit 1; fi

decisions: ## print every decision written down in the code
	@find ivr -name '*.py' | sort | xargs awk ' \
		/Decision:/ { printf "%s:%d\n", FILENAME, FNR; on = FNR; comment = /^[ \t]*#/ } \
		on && FNR > on && (/^[ \t]*("""|#?[ \t]*$$)/ || comment && !/^[ \t]*#/) { on = 0; print "" } \
		on { print } \
		END { if (on) print "" }'

clean: ## remove what set-up and tests have made (not var/ and recordings/)
	rm -rf $(VENV) .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache dist
	find ivr tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# 5 ms when nothing changed. Otherwise the locked versions with their hashes, then this tree, editable.
setup:
	@want=$$({ echo '$(CURDIR) $(PYTHON)'; cat pyproject.toml .ci/constraints.txt; } | $(SUM)); \
	[ "$$want" = "$$(cat $(STAMP) 2>/dev/null)" ] || $(LOCKED) $(MAKE) --no-print-directory .setup WANT="$$want"

.PHONY: .setup
.setup:
	@[ '$(WANT)' != "$$(cat $(STAMP) 2>/dev/null)" ] || exit 0; \
	set -e; \
	command -v $(PYTHON) >/dev/null || { echo 'Python 3.11 or newer is needed: $(PYTHON) was not found' >&2; exit 3; }; \
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed: $(PYTHON) is $$($(PYTHON) -V)" >&2; exit 3; }; \
	$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo '$(PYTHON) -m venv needs the package python3-venv (apt-get install python3-venv)' >&2; exit 3; }; \
	echo 'setting up $(VENV) (once; half a minute)'; \
	rm -f $(STAMP); \
	$(PYTHON) -m venv --clear $(VENV); \
	$(RUN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r .ci/constraints.txt; \
	$(RUN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .; \
	$(RUN)/python -m compileall -q -j 0 ivr; \
	echo '$(WANT)' > $(STAMP)
