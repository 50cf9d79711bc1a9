"""RapidOCR's PP-OCRv6 models on OpenVINO, or on onnxruntime where OpenVINO has no build.

The models are the ones inside the rapidocr package (Apache-2.0); nothing is fetched. Its own pipeline is not used: it
finds text by a detector over the whole page, which loses lone dashes and zeros and joins text of neighbouring cells.
"""

from __future__ import annotations

import importlib.metadata
import math
from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path
from types import ModuleType

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.errors import MissingDependency
from pipeline.geometry.blots import label_blots
from pipeline.ingest.ocr import opencv_runtime
from pipeline.ingest.ocr.ctc import Labels, class_labels, decode, restrict
from pipeline.ingest.ocr.inputs import Floats, Shares, as_input, count_steps, pad_line, plan_batches, resize_line
from pipeline.ingest.ocr.memory import Memory, known_by
from pipeline.ingest.ocr.reading import GrayImage, LineReading, Network, PixelBox
from pipeline.machine.memory import share_heaps

RECOGNIZER = "PP-OCRv6_rec_small.onnx"
DETECTOR = "PP-OCRv6_det_small.onnx"
CLASSIFIER = "ch_ppocr_mobile_v2.0_cls_mobile.onnx"

RUNTIMES = ("openvino_runtime", "onnx_runtime")
"""Modules that run models, the first that can be imported is taken."""

QUICK = "the recogniser in 8 bits"
"""Name of the recogniser's quick copy, which not every runtime can make."""

RELIED_ON = 0.97
"""Confidence from which a reading of the quick copy stands; it is above every limit of `schemas/review.yml`.
`python -m benchmarks.activation_ranges --compare` shows how many of these the exact model reads otherwise."""

CLASSIFIER_WIDTH = 192
"""Pixels of width that the classifier of line directions looks at."""

AGREEING = 2
DECIDED = 0.01
"""Lines that say the same of their direction, and how sure each must be, for no other line to be asked. Of 1,272 lines
of forms in all conditions, each shown both ways up, no answer as sure was wrong."""

DETECTOR_THRESHOLD = 0.3
BOX_SCORE = 0.5
UNCLIP = 1.6
"""The detector's published settings: pixel threshold, least mean score of a box, growth by area over perimeter."""


class RapidRecognizer:
    """PP-OCRv6 small, with its detector and the classifier of line directions."""

    name = "rapidocr"

    def __init__(
        self,
        networks: Mapping[str, Callable[[], Network]],
        characters: Callable[[], Sequence[str]],
        version: str,
        streams: int = 1,
    ) -> None:
        """`networks` gives recogniser, detector, classifier and perhaps `QUICK`; `streams` batches are read at once.

        Models and the recogniser's `characters` are asked for when they are needed: they may still be loading.
        """
        self._readers = [ThreadPoolExecutor(1, "recogniser") for _ in range(streams)]
        self._networks = networks
        self._characters = characters
        self._memory = Memory()
        self.version = version

    @cached_property
    def _labels(self) -> Labels:
        return class_labels(self._characters())

    def read(self, crops: Sequence[GrayImage], alphabet: str | None = None) -> list[LineReading]:
        """Read text lines, the longest first; equal pictures are read once, also on other pages.

        A line is read by the quick copy, and where that is not sure of it by the exact model.
        """
        keys = [known_by(crop, alphabet) for crop in crops]
        remembered = self._memory.recall(keys)
        lines = {key: resize_line(crop) for key, crop in zip(keys, crops, strict=True) if key not in remembered}
        if lines:
            remembered.update(self._read_new(lines, alphabet))
        return [remembered[key] for key in keys]

    def forget(self) -> None:
        """Forget what was read, as a process that begins."""
        self._memory = Memory()

    def _read_new(self, lines: Mapping[bytes, GrayImage], alphabet: str | None) -> Mapping[bytes, LineReading]:
        """Read scaled lines by as many threads as there are streams, and remember what they say."""
        classes = restrict(self._labels, alphabet) if alphabet else None
        first = RECOGNIZER if alphabet or QUICK not in self._networks else QUICK

        shares = Shares(plan_batches({key: line.shape[1] for key, line in lines.items()}), len(self._readers))

        def read_share(reader: int) -> dict[bytes, LineReading]:
            """Read what falls to one reader, until no batch is left."""
            readings: dict[bytes, LineReading] = {}
            for batch in shares.of(reader):
                reads = self._read_together([lines[key] for key in batch], first, classes)
                readings.update(zip(batch, reads, strict=True))
            return readings

        reading = [thread.submit(read_share, i) for i, thread in enumerate(self._readers)]
        readings = ChainMap(*(share.result() for share in reading))
        self._memory.keep(readings)
        return readings

    def _read_together(
        self, lines: Sequence[GrayImage], model: str, classes: NDArray[np.intp] | None
    ) -> list[LineReading]:
        """Read lines of one padded width; those of which the quick copy is not sure are read again one by one."""
        answers = self._networks[model]()(np.concatenate([pad_line(line) for line in lines]))
        shown = zip(lines, answers, strict=True)
        readings = [decode(steps[: count_steps(line) + 1], self._labels, classes) for line, steps in shown]
        if model != QUICK:
            return readings
        return [
            reading if reading.confidence >= RELIED_ON else self._read_together([line], RECOGNIZER, classes)[0]
            for line, reading in zip(lines, readings, strict=True)
        ]

    def upside_down(self, crops: Sequence[GrayImage]) -> float:
        """Ask the classifier of line directions (0 or 180 degrees) and return the mean of its answers.

        It is not asked on once the first `AGREEING` lines say the same.
        """
        answers: list[float] = []
        for crop in crops:
            line = resize_line(crop)[:, :CLASSIFIER_WIDTH]
            answers.append(float(self._networks[CLASSIFIER]()(pad_line(line, CLASSIFIER_WIDTH))[0, 1]))
            if len(answers) == AGREEING and (max(answers) < DECIDED or min(answers) > 1.0 - DECIDED):
                break
        return float(np.mean(answers)) if answers else 0.0

    def find_lines(self, image: GrayImage) -> list[PixelBox]:
        """Find text lines by the detector (DB, Liao et al. 2020); boxes are upright."""
        height, width = (max(32, math.ceil(side / 32) * 32) for side in image.shape)
        padded = cv2.copyMakeBorder(image, 0, height - image.shape[0], 0, width - image.shape[1], cv2.BORDER_REPLICATE)
        heat = self._networks[DETECTOR]()(as_input(np.asarray(padded, dtype=np.uint8))[None])[0, 0]
        return boxes_from_heat(heat[: image.shape[0], : image.shape[1]])


def boxes_from_heat(heat: Floats) -> list[PixelBox]:
    """Turn the detector's map of text probability into upright boxes, grown back to the size of the text."""
    mask = (heat > DETECTOR_THRESHOLD).astype(np.uint8)
    stats, labels = label_blots(mask)
    boxes: list[PixelBox] = []
    for i in range(1, len(stats)):
        x, y, w, h, area = (int(v) for v in stats[i])
        if min(w, h) < 3:
            continue
        inside = labels[y : y + h, x : x + w] == i
        if float(heat[y : y + h, x : x + w][inside].mean()) < BOX_SCORE:
            continue
        grow = round(area * UNCLIP / (2 * (w + h)))
        boxes.append(
            (max(0, x - grow), max(0, y - grow), min(heat.shape[1], x + w + grow), min(heat.shape[0], y + h + grow))
        )
    return boxes


def load_rapid(streams: int = 1, quick: bool = True) -> RapidRecognizer:
    """Return the recogniser of the installed rapidocr package; it may keep `streams` cores busy.

    Without `quick` the exact model reads every line; beside the quick copy it reads so few that one at a time will do.
    The models go on loading in the background, as many at a time as there are streams, the first needed first.

    Raises:
        MissingDependency: rapidocr carries no PP-OCRv6 model, or neither runtime is installed.
    """
    runtime = _find_runtime()
    share_heaps()
    exact, detector, classifier = map(model_path, (RECOGNIZER, DETECTOR, CLASSIFIER))
    pool = ThreadPoolExecutor(streams, "models")
    loading = {DETECTOR: pool.submit(runtime.load_network, detector, keep_memory=False)}
    ranges = runtime.known_ranges(exact) if quick else None
    if ranges:
        loading[QUICK] = pool.submit(runtime.load_network, exact, streams, ranges=ranges)
    loading[RECOGNIZER] = pool.submit(runtime.load_network, exact, 1 if ranges else streams)
    pool.shutdown(wait=False)
    networks = {name: lambda model=model: model.result()[0] for name, model in loading.items()}
    networks[CLASSIFIER] = cache(lambda: opencv_runtime.load_network(classifier))
    version = f"{importlib.metadata.version('rapidocr')} PP-OCRv6-small {runtime.describe()}"
    return RapidRecognizer(
        networks,
        lambda: str(loading[QUICK if ranges else RECOGNIZER].result()[1]["character"]).splitlines(),
        f"{version} int8+f32" if ranges else version,
        streams,
    )


def knows_ranges(model: Path) -> bool:
    """Tell whether lines are read with 8-bit numbers first; not where rapidocr carries another model than this one."""
    return _find_runtime().known_ranges(model) is not None


def _find_runtime() -> ModuleType:
    for name in RUNTIMES:
        with suppress(ImportError):
            return import_module(f"pipeline.ingest.ocr.{name}")
    raise MissingDependency("neither openvino nor onnxruntime is installed; run: pip install openvino")


def model_path(name: str) -> Path:
    """Locate a model file without importing rapidocr, whose own import takes longer than loading the models."""
    from importlib.util import find_spec

    spec = find_spec("rapidocr")
    path = Path(spec.origin).parent / "models" / name if spec and spec.origin else None
    if path is None or not path.exists():
        raise MissingDependency(f"the recogniser's model {name} is missing; run: pip install 'rapidocr>=3.10'")
    return path
