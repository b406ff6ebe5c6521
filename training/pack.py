"""Packs what training/gpu.py needs: weights, and examples for several epochs, in files that are small enough to be carried.

    python -m training.pack FOLDER ../shared/bench/squad2 --grammar data/grammar --mined data/training/mined.jsonl --out data/gpu

Writes config.json, tokenizer.json, embeddings.safetensors and layers.safetensors (the bundled reader, float16), and
reader_?.jsonl.xz and reader_held_out*.jsonl.xz: a line is a passage with all that is asked of it, so that no passage is written
twice.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import shutil
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from zlib import crc32

import torch
from safetensors.torch import save_file

from models.encoder import BUNDLED, bundled_folder
from training.calibration import held_out
from training.grammar import read_grammar
from training.made import Forms, Grammar, Made, forms_of
from training.mining import read_mined
from training.reader import Mined, model_and_tokenizer, unshaped
from training.reader_data import Example, Negatives, is_held_out
from training.sources import load_all

_DICTIONARY = 192 << 20
"""Bytes: a passage that was spoiled is found again however far it is."""
_SCORED = 4_000
_SEED = 300
"""Other epochs than those of the earlier rounds."""

Row = tuple[str, str, str, list[tuple[int, int]]]
"""Title, passage, question, and where its answer is, if it has one."""


def row_of(example: Example) -> Row:
    places = [] if example.start is None or example.end is None else [(example.start, example.end)]
    return example.title, example.text, example.question, places


def write_rows(rows: Iterable[Row], file: Path) -> None:
    grouped: dict[tuple[str, str], list[list[object]]] = defaultdict(list)
    for title, text, asked, places in rows:
        grouped[text, title].append([asked, places])
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 6, "dict_size": _DICTIONARY}]
    with lzma.open(file, "wt", encoding="utf-8", format=lzma.FORMAT_XZ, filters=filters) as out:
        for (text, title), rows_there in sorted(grouped.items()):
            line = {"title": title, "text": text, "rows": rows_there}
            out.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
    print(f"{file.name}: {sum(map(len, grouped.values())):,} rows, {file.stat().st_size / 1e6:.1f} MB", flush=True)


def write_weights(out: Path) -> None:
    """The bundled reader, float16: embeddings, and all else."""
    model, _ = model_and_tokenizer(BUNDLED)
    model.config.save_pretrained(out)
    shutil.copy(bundled_folder() / "tokenizer.json", out / "tokenizer.json")
    halves = {name: tensor.to(torch.float16).contiguous() for name, tensor in model.state_dict().items()}
    for part, of_embeddings in (("embeddings", True), ("layers", False)):
        chosen = {name: tensor for name, tensor in halves.items() if (".embeddings." in name) == of_embeddings}
        save_file(chosen, out / f"{part}.safetensors")


def write_reader(
    examples: Sequence[Example], mined: Mined, grammar: Grammar, forms: Forms, epochs: int, files: int, out: Path
) -> None:
    """Epochs with other negatives each, dealt out to the files."""
    for number in range(files):
        rows: list[Row] = []
        for seed in range(_SEED + number, _SEED + epochs, files):
            made = Made(examples, grammar, forms, seed)
            found = unshaped(examples, Negatives(examples, seed, mined), random.Random(seed), made)
            rows += map(row_of, found)
            print(f"epoch {seed}: {len(found):,} rows", flush=True)
        write_rows(rows, out / f"reader_{number}.jsonl.xz")


def write_held_out(examples: Sequence[Example], folder: Path, squad2: Path, out: Path) -> None:
    """Those that the calibration uses; and questions that people made unanswerable."""
    aside = [e for e in examples if is_held_out(e)]
    write_rows(map(row_of, held_out(folder, squad2)[:_SCORED]), out / "reader_held_out.jsonl.xz")
    hard = [e for e in aside if e.share == 1 and (e.start is None or crc32(e.question.encode()) % 4 == 0)]
    write_rows(map(row_of, hard[:_SCORED]), out / "reader_held_out_unanswerable.jsonl.xz")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("squad2", type=Path)
    parser.add_argument("--grammar", type=Path, required=True, help="what training.grammar wrote")
    parser.add_argument("--mined", type=Path, help="passages that misled, by training.mining")
    parser.add_argument("--out", type=Path, default=Path("data/gpu"))
    parser.add_argument("--epochs", type=int, default=4, help="of the reader's questions")
    parser.add_argument("--files", type=int, default=2, help="that they are dealt out to")
    parser.add_argument("--most", type=int, help="questions, for a trial")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    write_weights(options.out)
    found = load_all(options.folder, options.squad2)
    write_held_out(found, options.folder, options.squad2, options.out)
    examples = [e for e in found if not is_held_out(e)]
    random.Random(0).shuffle(examples)
    examples = examples[: options.most]
    mined = read_mined(options.mined) if options.mined else {}
    grammar = read_grammar(options.grammar)
    forms = forms_of(grammar)
    print(
        f"{len(examples):,} questions, {len(mined):,} with passages that misled, grammar of {len(grammar):,} texts",
        flush=True,
    )
    write_reader(examples, mined, grammar, forms, options.epochs, options.files, options.out)


if __name__ == "__main__":
    main()
