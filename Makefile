# Everything runs in .venv, made with pip alone from a hashed lock. `make help` lists the targets.
PYTHON ?= python3
WORKSPACE ?= $(if $(STILLHOUSE_WORKSPACE),$(STILLHOUSE_WORKSPACE),workspace)
BIN := .venv/bin
MEMORY := /dev/shm
LOCK := requirements.lock
DEV_LOCK := requirements-dev.lock
AGENTS_LOCK := requirements-agents.lock
EMBEDDINGS_LOCK := requirements-embeddings.lock

.PHONY: help nightly serve agents embeddings test check format lock clean
help:               ## this list
	@sed -n 's/^\([a-z]*\): .*## /  make \1  /p' Makefile

nightly: $(BIN)/.product ## set up, then distil the agent sessions found here (or the bundled sample) into $(WORKSPACE)
	@$(BIN)/stillhouse init "$(WORKSPACE)" --exist-ok $(if $(YES),--yes)
	@$(BIN)/stillhouse nightly --workspace "$(WORKSPACE)"

serve: $(BIN)/.product ## the Prefect UI with schedules and reviews
	@$(BIN)/stillhouse serve --workspace "$(WORKSPACE)"

agents: $(BIN)/.agents ## adds what a model behind an API needs: [agents.NAME] model = "provider:model"

embeddings: $(BIN)/.embeddings ## adds what the embedder minilm needs: [retrieval] embedder = "minilm" (no torch)

# What tests write is synced to disk ten thousand times for nobody: where memory has 4 GB to spare, it stays there.
test: $(BIN)/.dev     ## the tests
	@free=$$(df -Pk $(MEMORY) 2>/dev/null | awk 'NR == 2 { print $$4 }'); \
	room=$$(if [ "$${free:-0}" -gt 4000000 ]; then mktemp -d $(MEMORY)/XXXXXX; else mktemp -d; fi); \
	trap 'rm -rf "$$room"' EXIT; mkdir "$$room/home"; \
	HOME="$$room/home" TMPDIR="$$room" PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 2 --dist worksteal

check: $(BIN)/.dev    ## import contracts, lint, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/basedpyright

format: $(BIN)/.dev   ## lets ruff mend what it can
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

lock:               ## solves the locks anew for Python 3.11 to 3.13
	$(PYTHON) -m venv .venv-lock && .venv-lock/bin/pip install --quiet uv
	.venv-lock/bin/uv pip compile pyproject.toml requirements-build.in $(UV_LOCK) -o $(LOCK)
	.venv-lock/bin/uv pip compile pyproject.toml requirements-build.in --extra agents -c $(LOCK) $(UV_LOCK) -o $(AGENTS_LOCK)
	.venv-lock/bin/uv pip compile pyproject.toml requirements-build.in --extra agents --group dev -c $(AGENTS_LOCK) $(UV_LOCK) -o $(DEV_LOCK)
	.venv-lock/bin/uv pip compile requirements-embeddings.in --no-deps -c $(LOCK) $(UV_LOCK) -o $(EMBEDDINGS_LOCK)
	rm -rf .venv-lock

clean:              ## removes .venv (never a workspace)
	rm -rf .venv

UV_LOCK := --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	--no-annotate --custom-compile-command "make lock"

# A stamp holds the hash of the lock it was made from, so an unchanged lock costs nothing and a changed one is installed.
define install
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@sum=$$(cat $(1) pyproject.toml | $(BIN)/python -c 'import hashlib, sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())'); \
	if [ "$$(cat $@ 2>/dev/null)" != "$$sum" ]; then \
		echo "Setting up .venv (once, about a minute)…"; \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $(1) && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . && \
		echo "$$sum" > $@; \
	fi
	@touch $@
endef

$(BIN)/.product: $(LOCK) pyproject.toml
	$(call install,$(LOCK))

$(BIN)/.agents: $(AGENTS_LOCK) pyproject.toml
	$(call install,$(AGENTS_LOCK))

# Beside the product's lock, not instead of it.
$(BIN)/.embeddings: $(EMBEDDINGS_LOCK) $(BIN)/.product
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $(EMBEDDINGS_LOCK)
	@touch $@

$(BIN)/.dev: $(DEV_LOCK) pyproject.toml
	$(call install,$(DEV_LOCK))
