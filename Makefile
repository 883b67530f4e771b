# Each target does all of its own set-up: a fresh machine with Python 3.11 or newer is enough.
.DEFAULT_GOAL := help
VENV ?= .venv
BIN := $(VENV)/bin
DEMO := .demo/corpus.db
PORT ?= 8001

help: ## show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/.installed: pyproject.toml tools/venv.sh
	@sh tools/venv.sh $(VENV) .
	@touch $@

$(VENV)/.tested: $(VENV)/.installed
	@sh tools/venv.sh $(VENV) ".[test]"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps cffconvert==2.0.0 # asks for a jsonschema before 4
	@touch $@

demo: $(VENV)/.installed ## build the demo corpus and serve it on http://127.0.0.1:8001/
	@mkdir -p .demo
	$(BIN)/corpus --corpus $(DEMO) demo --port $(PORT)

serve: $(VENV)/.installed ## serve corpus.db
	$(BIN)/corpus serve --port $(PORT)

test: $(VENV)/.tested system ## lint, types, docs and all tests but the long ones
	$(MAKE) lint types docs
	$(BIN)/python -m pytest -m "not soak" -n 4 --dist loadfile --no-loadscope-reorder --max-worker-restart 0 --durations 15

soak: $(VENV)/.tested system ## what takes long: kills, fuzzing, the whole real set, a million pages
	$(BIN)/python -m pytest -m soak --timeout 0 -s

system: ## bring the system packages the tests can use, where that is allowed
	@sh tools/system.sh

lint: $(VENV)/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/codespell

types: $(VENV)/.tested
	$(BIN)/mypy

docs: $(VENV)/.tested ## check that the generated parts of the documentation are true
	$(BIN)/cog --check docs/*.md README.md

cog: $(VENV)/.tested ## write the generated parts of the documentation
	$(BIN)/cog -r docs/*.md README.md

bench: $(VENV)/.tested ## ratios against named peers and floors, on $$COUNCIL_CORPUS_TESTDATA
	$(BIN)/python benchmarks/packs.py "$$COUNCIL_CORPUS_TESTDATA/corpus/papers" --check
	$(BIN)/python benchmarks/duplicates.py --pages 10000
	$(BIN)/python benchmarks/matching.py "$$COUNCIL_CORPUS_TESTDATA/corpus/papers" --check
	$(BIN)/python benchmarks/linking.py --check
	$(BIN)/python benchmarks/labels.py "$$COUNCIL_CORPUS_TESTDATA/labels" --check
	$(BIN)/python benchmarks/screening.py "$$COUNCIL_CORPUS_TESTDATA/corpus/papers"
	$(BIN)/python benchmarks/workers.py "$$COUNCIL_CORPUS_TESTDATA/corpus/papers"
	$(BIN)/python benchmarks/ocr.py "$$COUNCIL_CORPUS_TESTDATA"
	$(BIN)/python benchmarks/reading.py "$$COUNCIL_CORPUS_TESTDATA/corpus/papers" \
		--olmocr "$$COUNCIL_CORPUS_TESTDATA"/bench/pdf/olmocr-headfoot \
		"$$COUNCIL_CORPUS_TESTDATA"/bench/pdf/olmocr-multicol \
		--pages 3000 --floors benchmarks/floors.yaml
	$(BIN)/python benchmarks/extraction.py "$$COUNCIL_CORPUS_TESTDATA" --floors benchmarks/floors.yaml
	$(BIN)/python benchmarks/crawling.py --documents 5000
	$(BIN)/python benchmarks/updating.py

wheel: $(VENV)/.tested ## build the wheel, install it elsewhere and run the demo from it
	@sh tools/wheel.sh

clean: ## remove what the targets made, not your corpus
	rm -rf $(VENV) .demo dist build .mypy_cache .ruff_cache .pytest_cache

.PHONY: help demo serve test soak system lint types docs cog bench wheel clean
