# make chat    installs, indexes the sample corpus, serves the chat   (ARTICLES=folder PORT=7860 for your own;
#              MODELS=standard fetches larger models first and lets a small one phrase the answers)
# make test    installs and passes the tests: five minutes on two cores
# make test-all  these and the long ones: every picture, crashes, hostile files and clients, Ray, Milvus, replicas
# make check   ruff and mypy
# make bench   the measurements that need no outside data; BENCH=../shared/bench for the rest
# make torture what docs/reliability.md tells of: hours; strace for the first part
# make peers   environments of the libraries that bench/build.py compares with, in data/peers (gigabytes)
# make lock    pins what the tests install, by digest, for a machine like this one; make licences lists their licences
# make install only sets up .venv

PYTHON ?= python3
ARTICLES ?= corpus/articles
MODELS ?= bundled
INDEX ?= data/$(if $(filter corpus/articles,$(ARTICLES)),sample,index)
PORT ?= 7860
SAMPLE ?= $(if $(filter corpus/articles,$(ARTICLES)),How much computing capacity did Meta secure from AMD?)
BENCH ?= ../shared/bench
BIN = .venv/bin

.PHONY: install chat test test-all lock licences check bench torture peers

install: .venv/installed

# PyTorch comes first and bounded, so that pip takes the build without CUDA where there is one.
# What is installed beside it is pinned by digest for one kind of machine; others take what pyproject.toml allows.
.venv/installed: pyproject.toml requirements-test.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet "torch<2.14" $(TORCH_FROM)
	if $(BIN)/python bench/locked.py --fits requirements-test.txt; then \
		$(BIN)/pip install --quiet --no-deps --require-hashes --requirement requirements-test.txt && $(BIN)/pip install --quiet --no-deps --editable .; \
	else \
		$(BIN)/pip install --quiet --editable ".[test]"; \
	fi
	touch .venv/installed

chat: install
	$(if $(filter bundled small,$(MODELS)),,$(BIN)/secondsource models get $(MODELS))
	$(BIN)/secondsource index $(ARTICLES) --index $(INDEX)
	$(BIN)/python app.py --index $(INDEX) --port $(PORT) --models $(MODELS) --sample "$(SAMPLE)"

# One process for each core, at most four: each loads the networks once.
PYTEST = $(BIN)/python -m pytest -rs --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

test: install
	$(PYTEST) -m "not long"

test-all: test
	$(PYTEST) -m long

# Resolves what pyproject.toml allows anew.
lock: install
	mkdir -p data
	$(BIN)/pip install --dry-run --quiet --ignore-installed --report data/resolved.json "torch<2.14" $(TORCH_FROM) --editable ".[test]"
	$(BIN)/python -m bench.locked data/resolved.json > requirements-test.txt

licences: install
	$(BIN)/pip install --quiet --editable ".[bench]"
	$(BIN)/python -m bench.licences > docs/licences.md

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: install
	$(BIN)/pip install --quiet --editable ".[bench]"
	-$(BIN)/python -m bench.build $(BENCH)/realtimeqa
	-$(BIN)/python -m bench.chats data/sample
	-$(BIN)/python -m bench.lexical $(BENCH)/realtimeqa
	-$(BIN)/python -m bench.articles_qa $(BENCH)/articles_qa ../shared/articles
	-$(BIN)/python -m bench.squad $(BENCH)/squad2
	-$(BIN)/python -m bench.gate $(BENCH)/wice

torture: install
	$(BIN)/pip install --quiet --editable ".[bench]"
	$(BIN)/python -m bench.crashes
	$(BIN)/python -m bench.swaps
	$(BIN)/python -m bench.crashes --served --every 12
	$(BIN)/python -m bench.monsters
	$(BIN)/python -m bench.fuzz --runs 85000 --seconds 3600
	$(BIN)/python -m bench.soak

peers: data/peers/llamaindex data/peers/langchain data/peers/haystack data/peers/txtai

data/peers/llamaindex: PEER = llama-index-core llama-index-embeddings-huggingface llama-index-vector-stores-faiss faiss-cpu
data/peers/langchain: PEER = langchain-huggingface langchain-community langchain-text-splitters faiss-cpu
data/peers/haystack: PEER = haystack-ai sentence-transformers-haystack
data/peers/txtai: PEER = txtai

data/peers/%:
	$(PYTHON) -m venv $@.new
	$@.new/bin/pip install --quiet "torch<2.14" $(TORCH_FROM)
	$@.new/bin/pip install --quiet "sentence-transformers>=5.1,<7" "transformers>=5.0,<6" $(PEER)
	rm -rf $@
	mv $@.new $@
