"""Take the ranges of what flows into the recogniser's layers, for its 8-bit copy.

usage: python -m benchmarks.activation_ranges [--lines 400] [--seed 90000] [--out schemas/recogniser_ranges.yml]
       python -m benchmarks.activation_ranges --compare [--seed 95000]

Draws forms with the test suite's typesetter in every condition of scanning, cuts their text lines as the pipeline does
and reads them with the exact model. Each layer's range goes from the least to the greatest value on any line. Layers of
too little work to be worth rounding are left out, and the one that sees the picture itself. The forms are none of those
of `benchmarks/accuracy.py`, which shows what the copy is worth.

With --compare the lines of other forms are read with and without the copy; how many are read by the copy alone is
printed, and how many of those, and of all, come out otherwise. Spaces and the width of punctuation do not count.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
import tempfile
import unicodedata
from collections.abc import Iterator
from itertools import compress
from math import prod
from pathlib import Path

import numpy as np
import openvino

from benchmarks.drawn import draw, plain_recipe
from benchmarks.run import rendered_pages
from pipeline.ingest.ocr import load_recognizer
from pipeline.ingest.ocr.eight_bit import Ranges, layer_input, layers_with_weights
from pipeline.ingest.ocr.inputs import pad_line, resize_line
from pipeline.ingest.ocr.rapid import RECOGNIZER, load_rapid, model_path
from pipeline.ingest.ocr.reading import GrayImage
from pipeline.ingest.scan.page import set_upright
from pipeline.ingest.scan.straight_page import straighten_page
from pipeline.vocabulary import schema_path
from tests.typeset import CONDITIONS

LEAST_WORK = 3e-3
"""Share of the model's multiplications that a layer does at least to be rounded."""

HEAD = """\
# Lowest and highest input of each layer of the recogniser that its 8-bit copy rounds: pipeline/ingest/ocr/eight_bit.py.
# They belong to the model file with this SHA-256; another model is read without a copy.
# Written by `python -m benchmarks.activation_ranges`, from drawn forms in every condition of scanning.
"""


def drawn_lines(seed: int) -> Iterator[GrayImage]:
    """Yield the pictures of the text lines of one drawn form in each condition that is published as PDF."""
    recognizer = load_recognizer("rapidocr")
    for number, condition in enumerate(name for name, made in CONDITIONS.items() if made.suffix == ".pdf"):
        with tempfile.TemporaryDirectory() as folder:
            path, _ = draw(plain_recipe(seed + number, condition), Path(folder))
            pages = rendered_pages([path], 2)
        for page in pages:
            lines = set_upright(straighten_page(*page), recognizer).lines
            yield from (line.crop for line in lines if line.settled is None)


def measure_ranges(model: openvino.Model, lines: list[GrayImage]) -> Ranges:
    """Return the least and the greatest input of every layer that does a fair share of the work, over the lines."""
    layers = layers_with_weights(model)
    layers = [layer for layer in layers if layer_input(layer).get_node().get_type_name() != "Parameter"]
    first = len(model.outputs)
    sources = list(dict.fromkeys(layer_input(layer) for layer in layers))
    model.add_outputs(sources)
    places = [first + sources.index(layer_input(layer)) for layer in layers]
    compiled = openvino.Core().compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    lows, highs, work = np.full(len(layers), np.inf), np.full(len(layers), -np.inf), np.zeros(len(layers))
    for line in lines:
        outputs = compiled([pad_line(resize_line(line))])
        values = [outputs[place] for place in places]
        lows = np.minimum(lows, [value.min() for value in values])
        highs = np.maximum(highs, [value.max() for value in values])
        work += [count_work(layer, value.shape) for layer, value in zip(layers, values, strict=True)]
    names = [layer.get_friendly_name() for layer in layers]
    busy = work >= LEAST_WORK * work.sum()
    ranges = zip(lows[busy], highs[busy], strict=True)
    return {name: (float(low), float(high)) for name, (low, high) in zip(compress(names, busy), ranges, strict=True)}


def count_work(layer: openvino.Node, shape: tuple[int, ...]) -> float:
    """Return the multiplications that an input of this shape makes: each weight once at each position (stride 1)."""
    channels = shape[-1 if layer.get_type_name() == "MatMul" else 1]
    return prod(shape) / channels * prod(layer.input_value(1).shape)


def compare_readings(lines: list[GrayImage]) -> str:
    """Return how readings with and without the copy differ, in one sentence."""
    both = list(zip(load_rapid().read(lines), load_rapid(quick=False).read(lines), strict=True))
    different = [fold(one.text) != fold(exact.text) for one, exact in both]
    # What the exact model has read anew is the same to the last bit.
    alone = [one != exact for one, exact in both]
    return f"{len(both)} lines, {sum(alone)} of them read by the copy alone; {sum(different)} come out otherwise"


def fold(text: str) -> str:
    """Return a text without spaces and widths."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def main() -> int:
    """Draw, then measure and write, or compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=400)
    parser.add_argument("--seed", type=int, help="of the drawn forms")
    parser.add_argument("--compare", action="store_true", help="show how readings with and without the copy differ")
    parser.add_argument("--out", type=Path, default=schema_path("recogniser_ranges.yml"))
    options = parser.parse_args()
    seed = options.seed or (95_000 if options.compare else 90_000)
    lines = list(drawn_lines(seed))
    if options.compare:
        print(compare_readings(lines))
        return 0
    lines = random.Random(seed).sample(lines, min(options.lines, len(lines)))
    path = model_path(RECOGNIZER)
    ranges = measure_ranges(openvino.Core().read_model(path), lines)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    rows = [f"  {name}: [{low:.6g}, {high:.6g}]" for name, (low, high) in ranges.items()]
    options.out.write_text(f"{HEAD}model: {digest}\nranges:\n" + "\n".join(rows) + "\n", encoding="utf-8")
    print(f"{len(ranges)} layers, {len(lines)} lines", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
