"""RapidOCR's PP-OCRv6 models on OpenVINO, or on onnxruntime where OpenVINO has no build.

The models are the ones inside the rapidocr package (Apache-2.0); nothing is fetched. Its own pipeline is not used: it
finds text by a detector over the whole page, which loses lone dashes and zeros and joins text of neighbouring cells.
"""

from __future__ import annotations

import importlib.metadata
import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.errors import MissingDependency
from pipeline.ingest.memory import share_heaps
from pipeline.ingest.ocr.ctc import class_labels, decode, restrict
from pipeline.ingest.ocr.reading import GrayImage, LineReading, Network, PixelBox

Floats = NDArray[np.float32]

RECOGNIZER = "PP-OCRv6_rec_small.onnx"
DETECTOR = "PP-OCRv6_det_small.onnx"
CLASSIFIER = "ch_ppocr_mobile_v2.0_cls_mobile.onnx"
MODELS = (RECOGNIZER, DETECTOR, CLASSIFIER)

CLASSIFIER_WIDTH = 192
"""Pixels of width that the classifier of line directions looks at."""

AGREEING = 3
DECIDED = 0.1
"""Lines that say the same of their direction, and how sure each must be, for no other line to be asked."""

HEIGHT = 48
"""Pixels of line height that the recogniser was trained on."""

STEP = 8
"""Pixels of width per time step of the recogniser."""

WIDTH_STEP = 32
"""Crops are padded to multiples of this width, so that few shapes occur and batches are full."""

BATCH_WIDTH = 800
"""Pixels of width that one batch holds at most; bounds the memory."""

LONGEST = 3200
"""Crops wider than this, in recogniser pixels, are squeezed."""

DETECTOR_THRESHOLD = 0.3
BOX_SCORE = 0.5
UNCLIP = 1.6
"""The detector's published settings: pixel threshold, least mean score of a box, growth by area over perimeter."""


class RapidRecognizer:
    """PP-OCRv6 small, with its detector and the classifier of line directions."""

    name = "rapidocr"

    def __init__(
        self, network: Callable[[str], Network], characters: Sequence[str], version: str, streams: int = 1
    ) -> None:
        """`network` gives one of the models `MODELS`; `streams` batches run at once."""
        self._pool = ThreadPoolExecutor(streams, "recogniser")
        self._network = network
        self._labels = class_labels(characters)
        self.version = version

    def read(self, crops: Sequence[GrayImage], alphabet: str | None = None) -> list[LineReading]:
        """Read text lines in batches of similar width; equal pictures are read once."""
        classes = restrict(self._labels, alphabet) if alphabet else None
        network = self._network(RECOGNIZER)
        keys = [(crop.shape, crop.tobytes()) for crop in crops]
        unique = dict(zip(keys, crops, strict=True))
        lines = {key: resize_line(crop) for key, crop in unique.items()}
        readings: dict[Any, LineReading] = {}

        def read_batch(batch: list[Any]) -> None:
            for key, probabilities in zip(batch, network(stack_lines([lines[key] for key in batch])), strict=True):
                used = math.ceil(lines[key].shape[1] / STEP)
                readings[key] = decode(probabilities[: used + 1], self._labels, classes)

        batches = plan_batches({key: line.shape[1] for key, line in lines.items()})
        for _ in self._pool.map(read_batch, reversed(batches)):
            pass
        return [readings[key] for key in keys]

    def upside_down(self, crops: Sequence[GrayImage]) -> float:
        """Ask the classifier of line directions (0 or 180 degrees) and return the mean of its answers.

        It is not asked on once the first `AGREEING` lines say the same.
        """
        answers: list[float] = []
        for crop in crops:
            line = resize_line(crop)[:, :CLASSIFIER_WIDTH]
            answers.append(float(self._network(CLASSIFIER)(stack_lines([line], CLASSIFIER_WIDTH))[0, 1]))
            if len(answers) == AGREEING and (max(answers) < DECIDED or min(answers) > 1.0 - DECIDED):
                break
        return float(np.mean(answers)) if answers else 0.0

    def find_lines(self, image: GrayImage) -> list[PixelBox]:
        """Find text lines by the detector (DB, Liao et al. 2020); boxes are upright."""
        height, width = (max(32, math.ceil(side / 32) * 32) for side in image.shape)
        padded = cv2.copyMakeBorder(image, 0, height - image.shape[0], 0, width - image.shape[1], cv2.BORDER_REPLICATE)
        heat = self._network(DETECTOR)(_as_input(np.asarray(padded, dtype=np.uint8))[None])[0, 0]
        return boxes_from_heat(heat[: image.shape[0], : image.shape[1]])


def resize_line(crop: GrayImage) -> GrayImage:
    """Scale a line to the height of the recogniser, keeping its proportions up to the longest line it takes."""
    width = min(LONGEST, max(STEP, round(crop.shape[1] * HEIGHT / crop.shape[0])))
    shrinks = crop.shape[0] > HEIGHT
    return np.asarray(
        cv2.resize(crop, (width, HEIGHT), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR), dtype=np.uint8
    )


def plan_batches(widths: dict[Any, int]) -> list[list[Any]]:
    """Group lines by their padded width, each batch holding at most `BATCH_WIDTH` pixels (or one line).

    Batches hold 1, 2, 4 … lines, so that few shapes of input occur: a runtime prepares itself for each.
    """
    alike: dict[int, list[Any]] = {}
    for key in sorted(widths, key=lambda k: widths[k]):
        alike.setdefault(_padded(widths[key]), []).append(key)
    batches = []
    for padded, keys in alike.items():
        most, done = max(1, BATCH_WIDTH // padded), 0
        while done < len(keys):
            count = 2 ** (min(most, len(keys) - done).bit_length() - 1)
            batches.append(keys[done : done + count])
            done += count
    return batches


def _padded(width: int) -> int:
    return math.ceil(width / WIDTH_STEP) * WIDTH_STEP


def stack_lines(lines: Sequence[GrayImage], width: int = 0) -> Floats:
    """Return the lines as one input, padded on the right with the mid grey that the models were trained with."""
    width = width or _padded(max(line.shape[1] for line in lines))
    stacked = np.zeros((len(lines), 3, HEIGHT, width), dtype=np.float32)
    for row, line in zip(stacked, lines, strict=True):
        row[:, :, : line.shape[1]] = _as_input(line)
    return stacked


def _as_input(image: GrayImage) -> Floats:
    """Scale grey levels to -1 … 1 in three equal channels, which is what both models expect."""
    scaled = image.astype(np.float32) / 127.5 - 1.0
    return np.repeat(scaled[None], 3, axis=0)


def boxes_from_heat(heat: Floats) -> list[PixelBox]:
    """Turn the detector's map of text probability into upright boxes, grown back to the size of the text."""
    mask = (heat > DETECTOR_THRESHOLD).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    boxes: list[PixelBox] = []
    for i in range(1, count):
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


def load_rapid(streams: int = 1) -> RapidRecognizer:
    """Load the recogniser from the installed rapidocr package; it may keep `streams` cores busy.

    The models are loaded side by side; what is not needed at once goes on loading in the background.

    Raises:
        MissingDependency: rapidocr carries no PP-OCRv6 model, or neither runtime is installed.
    """
    try:
        from pipeline.ingest.ocr.openvino_runtime import load_network
    except ImportError:
        try:
            from pipeline.ingest.ocr.onnx_runtime import load_network
        except ImportError as error:
            raise MissingDependency(
                "neither openvino nor onnxruntime is installed; run: pip install openvino"
            ) from error
    share_heaps()
    pool = ThreadPoolExecutor(len(MODELS), "models")
    loading = {name: pool.submit(load_network, _model_path(name), streams, name != DETECTOR) for name in MODELS}
    pool.shutdown(wait=False)
    _, metadata, runtime = loading[RECOGNIZER].result()
    version = f"{importlib.metadata.version('rapidocr')} PP-OCRv6-small {runtime}"
    return RapidRecognizer(lambda name: loading[name].result()[0], metadata["character"].splitlines(), version, streams)


def _model_path(name: str) -> Path:
    """Locate a model file without importing rapidocr, whose own import takes longer than loading the models."""
    from importlib.util import find_spec

    spec = find_spec("rapidocr")
    path = Path(spec.origin).parent / "models" / name if spec and spec.origin else None
    if path is None or not path.exists():
        raise MissingDependency(f"the recogniser's model {name} is missing; run: pip install 'rapidocr>=3.10'")
    return path
