"""One ingest pipeline of another library, over the same articles with the same model; run by bench/build.py.

    python bench/peers.py llamaindex|langchain|haystack|txtai ARTICLES.jsonl MODEL_FOLDER

Runs in that library's own environment (`make peers`) and needs nothing of this project. Each pipeline splits the articles
into passages of about 170 words without overlap, which is what fits the model's window, embeds them and stores them for
search, as the library's documentation shows it. Imports and the loading of the model are not counted. Prints JSON.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

Ingest = Callable[[list[str]], int]
"""Articles -> how many passages were stored."""
_WORDS = 170
_CHARACTERS = 1_000
"""170 words, for those who count characters."""
_TOKENS = 225
"""170 words, for those who count tokens."""


def llamaindex(model: str) -> tuple[Ingest, str]:
    import faiss
    from llama_index.core import Document, StorageContext, VectorStoreIndex
    from llama_index.core.ingestion import IngestionPipeline
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding
    from llama_index.vector_stores.faiss import FaissVectorStore

    embed = HuggingFaceEmbedding(model_name=model, device="cpu", embed_batch_size=32)
    pipeline = IngestionPipeline(transformations=[SentenceSplitter(chunk_size=_TOKENS, chunk_overlap=0), embed])

    def ingest(texts: list[str]) -> int:
        nodes = pipeline.run(documents=[Document(text=text) for text in texts])
        context = StorageContext.from_defaults(vector_store=FaissVectorStore(faiss_index=faiss.IndexFlatIP(384)))
        VectorStoreIndex(nodes, storage_context=context, embed_model=embed)
        return len(nodes)

    return ingest, f"llama-index-core {version('llama-index-core')}"


def langchain(model: str) -> tuple[Ingest, str]:
    from langchain_community.vectorstores import FAISS
    from langchain_huggingface import HuggingFaceEmbeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    embed = HuggingFaceEmbeddings(model_name=model, model_kwargs={"device": "cpu"})
    splitter = RecursiveCharacterTextSplitter(chunk_size=_CHARACTERS, chunk_overlap=0)

    def ingest(texts: list[str]) -> int:
        documents = splitter.create_documents(texts)
        FAISS.from_documents(documents, embed)
        return len(documents)

    return ingest, f"langchain-huggingface {version('langchain-huggingface')}"


def haystack(model: str) -> tuple[Ingest, str]:
    from haystack import Document, Pipeline
    from haystack.components.preprocessors import DocumentSplitter
    from haystack.components.writers import DocumentWriter
    from haystack.document_stores.in_memory import InMemoryDocumentStore
    from haystack.document_stores.types import DuplicatePolicy
    from haystack_integrations.components.embedders.sentence_transformers import SentenceTransformersDocumentEmbedder

    store = InMemoryDocumentStore()
    pipeline = Pipeline()
    pipeline.add_component("split", DocumentSplitter(split_by="word", split_length=_WORDS, split_overlap=0))
    pipeline.add_component("embed", SentenceTransformersDocumentEmbedder(model=model, progress_bar=False))
    pipeline.add_component("write", DocumentWriter(store, policy=DuplicatePolicy.SKIP))
    pipeline.connect("split", "embed")
    pipeline.connect("embed", "write")
    pipeline.warm_up()

    def ingest(texts: list[str]) -> int:
        pipeline.run({"split": {"documents": [Document(content=text) for text in texts]}})
        return int(store.count_documents())

    return ingest, f"haystack-ai {version('haystack-ai')}"


def txtai(model: str) -> tuple[Ingest, str]:
    from txtai import Embeddings

    embeddings = Embeddings(path=model, content=True, gpu=False)

    def ingest(texts: list[str]) -> int:
        embeddings.index(passage for text in texts for passage in _by_words(text))
        return int(embeddings.count())

    list(embeddings.batchtransform(["warm up"]))
    return ingest, f"txtai {version('txtai')}"


def _by_words(text: str) -> list[str]:
    words = text.split()
    return [" ".join(words[n : n + _WORDS]) for n in range(0, len(words), _WORDS)]


def main() -> None:
    name, articles, model = sys.argv[1:]
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"
    pipelines: dict[str, Callable[[str], tuple[Ingest, str]]] = {
        "llamaindex": llamaindex, "langchain": langchain, "haystack": haystack, "txtai": txtai,
    }  # fmt: skip
    ingest, told = pipelines[name](model)
    texts = [json.loads(line)["text"] for line in Path(articles).read_text(encoding="utf-8").splitlines()]
    begin = time.perf_counter()
    passages = ingest(texts)
    seconds = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found: dict[str, Any] = {"name": told, "passages": passages, "seconds": seconds, "peak_mb": peak}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
