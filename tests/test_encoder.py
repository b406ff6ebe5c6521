"""Encoding: batches, workers, and the encoder against sentence-transformers itself."""

from __future__ import annotations

import copy
import subprocess
import sys
import threading
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.encoder import SentenceEncoder, forward, load_encoder
from models.threads import all_threads, batches, side_by_side
from tests.conftest import ROOT

LEAST_COSINE = 0.999


@given(st.lists(st.integers(1, 300), max_size=60), st.integers(1, 900))
def test_batches_hold_every_text_once_the_longest_first(lengths: list[int], most: int) -> None:
    found = batches(lengths, most)
    assert sorted(n for batch in found for n in batch) == list(range(len(lengths)))
    assert all(len(batch) == 1 or len(batch) * max(lengths[n] for n in batch) <= most for batch in found)
    in_turn = [lengths[n] for batch in found for n in batch]
    assert all(one >= other for one, other in pairwise(in_turn))


def test_workers_give_results_in_order_and_pass_errors_on() -> None:
    seen: set[int] = set()
    meeting = threading.Barrier(2, timeout=20)

    def together(n: int) -> int:
        meeting.wait()  # both must be at work at once
        seen.add(threading.get_ident())
        assert torch.get_num_threads() == 1
        return -n

    assert list(side_by_side(together, [1, 2, 3, 4], 2)) == [-1, -2, -3, -4]
    assert len(seen) == 2
    assert torch.get_num_threads() == all_threads()
    with pytest.raises(ZeroDivisionError):
        list(side_by_side(lambda n: 1 // n, [1, 0], 2))
    assert torch.get_num_threads() == all_threads()


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return load_encoder()


TEXTS = [
    "",
    "x",
    "The mayor of Lund was elected.",
    "Bridges carry trains. " * 90,
    "naïve 漢字 🙂 ‮abc",
    *(f"Text {n} " * n for n in range(60)),
]


@pytest.mark.models
def test_vectors_are_those_of_sentence_transformers(encoder: SentenceEncoder) -> None:
    from sentence_transformers import SentenceTransformer

    plain = SentenceTransformer(str(encoder.folder), device="cpu").encode(TEXTS, normalize_embeddings=True)
    reported: list[int] = []
    many = encoder.encode_many(TEXTS, reported.append)
    assert sum(reported) == len(TEXTS)
    for found in (many, np.concatenate([encoder.encode([text]) for text in TEXTS])):
        assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
        assert float((plain * found).sum(axis=1).min()) > LEAST_COSINE
    assert encoder.encode_many([], reported.append).shape == (0, 384)


@pytest.mark.models
def test_half_precision_stays_near_it_and_long_texts_are_cut(encoder: SentenceEncoder) -> None:
    ids = encoder.token_ids(TEXTS[:8])
    assert max(map(len, ids)) == 256
    halved = forward(copy.deepcopy(encoder._exact).to(torch.bfloat16), ids)
    assert float((halved * forward(encoder._exact, ids)).sum(axis=1).min()) > LEAST_COSINE


@pytest.mark.models
def test_the_library_is_imported_with_the_first_text_and_loads_the_encoder() -> None:
    """`secondsource check` and an unchanged rebuild need no network; a search does, and sentence-transformers loads it."""
    told = (
        "import sys; from models.encoder import load_encoder; e = load_encoder(); e.token_ends(['x']);"
        "assert 'sentence_transformers' not in sys.modules; e.encode(['x']);"
        "assert type(e._exact).__module__.startswith('sentence_transformers')"
    )
    subprocess.run([sys.executable, "-c", told], cwd=ROOT, check=True)
