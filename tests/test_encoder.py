"""Encoding: attention against the obvious way, batches, workers, and the encoder against sentence-transformers itself."""

from __future__ import annotations

import subprocess
import sys
import threading
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from index.attention import attend
from index.batching import all_threads, batches, side_by_side
from index.encoder import LEAST_COSINE, SentenceEncoder, Way, encoded_by, fastest_sound, forward, load_encoder
from tests.conftest import ROOT

SIZES = st.tuples(st.integers(1, 3), st.integers(1, 4), st.integers(1, 40), st.sampled_from([4, 8, 32]))


def obvious(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
    scores = query.double() @ key.double().transpose(-1, -2) / query.shape[-1] ** 0.5
    scores = scores if mask is None else scores + mask.double()
    return (torch.softmax(scores, -1) @ value.double()).transpose(1, 2)


@settings(deadline=None)
@given(SIZES, st.sampled_from([0.1, 1.0, 30.0]), st.booleans(), st.integers(0, 9))
def test_attention_is_softmax_however_large_the_scores(
    sizes: tuple[int, int, int, int], spread: float, padded: bool, seed: int
) -> None:
    torch.manual_seed(seed)
    query, key, value = (torch.randn(sizes) * spread for _ in range(3))
    mask = torch.zeros(sizes[0], 1, 1, sizes[2])
    if padded:
        mask[:, :, :, sizes[2] // 2 + 1 :] = torch.finfo(torch.float32).min
    with torch.inference_mode():
        found, _ = attend(None, query, key, value, mask if padded else None)
    assert found.isfinite().all()
    near = 1e-3 * max(1, spread)  # scores of thousands are known to a thousandth only
    torch.testing.assert_close(found.double(), obvious(query, key, value, mask if padded else None), atol=near, rtol=1e-3)


def test_attention_in_half_precision_stays_near_it() -> None:
    torch.manual_seed(0)
    query, key, value = (torch.randn(2, 4, 50, 32) for _ in range(3))
    with torch.inference_mode():
        found, _ = attend(None, query.bfloat16(), key.bfloat16(), value.bfloat16(), None)
    assert torch.cosine_similarity(found.double().flatten(), obvious(query, key, value, None).flatten(), dim=0) > 0.999


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
    assert encoder._exact.most_tokens == 256
    ids = encoder.token_ids(TEXTS[:8])
    assert max(map(len, ids)) == 256
    halved = forward(encoder._exact.halved(), ids)
    assert float((halved * forward(encoder._exact, ids)).sum(axis=1).min()) > LEAST_COSINE


@pytest.mark.models
def test_the_library_is_imported_with_the_first_text_and_loads_the_encoder() -> None:
    """`secondsource check` and an unchanged rebuild need no network; a search does, and sentence-transformers loads it."""
    told = (
        "import sys; from index.encoder import load_encoder; e = load_encoder(); e.token_ends(['x']);"
        "assert 'sentence_transformers' not in sys.modules; e.encode(['x']);"
        "assert type(e._exact.model).__module__.startswith('sentence_transformers')"
    )
    subprocess.run([sys.executable, "-c", told], cwd=ROOT, check=True)


@pytest.mark.models
def test_a_faster_way_that_is_unsound_is_refused(encoder: SentenceEncoder) -> None:
    import copy

    ids = [[101, 1996 + n, 3000 + 7 * n, 102] for n in range(64)]
    exact = Way(encoder._exact, 1, 1024)
    wrong = copy.deepcopy(exact.network)
    with torch.no_grad():
        wrong.bert.encoder.layer[5].output.dense.weight.zero_()
    assert fastest_sound([exact, Way(wrong, 1, 1024)], ids) is exact
    rows, vectors = zip(*encoded_by(exact, ids), strict=True)
    assert np.allclose(np.concatenate(vectors), forward(exact.network, [ids[n] for row in rows for n in row]), atol=1e-5)
