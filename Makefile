# Kanmon. `make demo` and `make test` set up everything they need in .venv.
# The upper bound is real: the pinned packages have wheels for these versions only.
SUITABLE := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))
# The first of these that runs and suits; a name alone can be a shim that leads nowhere.
PYTHON ?= $(shell for p in python3 python3.13 python3.14 python3.12 python3.11; do \
  $$p -c '$(SUITABLE)' >/dev/null 2>&1 && echo $$p && break; done)
VENV   := .venv
BIN    := $(VENV)/bin
OUT    ?= demo-output

.DEFAULT_GOAL := help
.PHONY: help demo test check docs bench elasticsearch clean

help: ## この一覧を表示する
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | sort

demo: $(VENV)/.installed ## 四つの仕事を見本データで実行し、報告書の場所を表示する
	@PATH="$(abspath $(BIN)):$$PATH" OUT="$(OUT)" bash samples/demo/run.sh

test: $(VENV)/.installed-dev ## テストをすべて実行する
	@$(BIN)/pytest -n auto --dist loadgroup $(PYTEST_ARGS)

check: $(VENV)/.installed-dev ## 書式・型・層の決まりを確かめる
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(VENV)/.installed ## docs/cli.md と docs/settings.md を今のプログラムから書き直す
	$(BIN)/python docs/make_cli.py > docs/cli.md
	$(BIN)/python docs/make_settings.py > docs/settings.md

bench: $(VENV)/.installed-dev ## 性能と精度を測る（結果は docs/benchmarks.md に手で記録する）
	@for script in benchmarks/[a-z]*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

elasticsearch: $(VENV)/.installed-dev ## 本物の Elasticsearch を取得して起動し、そのテストを実行して止める
	@home="$$(bash tests/elasticsearch/fetch.sh)" && KANMON_TEST_ES_HOME="$$home" $(BIN)/pytest -m elasticsearch $(PYTEST_ARGS)

clean: ## .venv と作ったファイルを消す
	rm -rf $(VENV) demo-output .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { \
	  echo "Python 3.11〜3.14 が見つかりません。make PYTHON=/path/to/python3.13 … で指定できます。" >&2; exit 1; }
	@$(PYTHON) -c '$(SUITABLE)' || { \
	  echo "$(PYTHON) は使えません（$$($(PYTHON) -V 2>&1)）。Python 3.11〜3.14 を make PYTHON=/path/to/python3.13 … で指定してください。" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "venv を作れません。Debian/Ubuntu では: sudo apt install python3-venv" >&2; exit 1; }

$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Kanmon を $(VENV) に入れています（初回は数分かかります）…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	@echo "Kanmon と試験の道具を $(VENV) に入れています（初回は数分かかります）…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@ $(VENV)/.installed
