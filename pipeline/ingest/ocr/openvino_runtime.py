"""Models on OpenVINO's CPU plug-in."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import openvino
from numpy.typing import NDArray

from pipeline.ingest.ocr.eight_bit import Ranges, known_ranges, round_layers
from pipeline.ingest.ocr.reading import Network

KERNELS = 1200
"""Kernels that each stream of a model in 8 bits, which reads nearly everything, keeps for inputs of sizes seen before:
enough for all sizes of `pipeline.ingest.ocr.inputs`, some 40 for each. Preparing them anew takes longer than reading a
short line. Other models keep none: for the exact one they would take 80 MiB and save one part in twenty of the time."""

LARGE = 3 * 48 * 1024
"""Numbers in an input from which the memory that a model took for it is given back; a page has few such lines."""

__all__ = ["describe", "known_ranges", "load_network"]


def describe() -> str:
    """Return the runtime's name and version."""
    return f"openvino {openvino.__version__.split('-')[0]}"


def load_network(
    path: Path, streams: int = 1, keep_memory: bool = True, ranges: Ranges | None = None
) -> tuple[Network, dict[str, str]]:
    """Return the compiled model as a function, and its metadata.

    The function may be called from `streams` threads at once. Each call is answered by one core: that is faster than
    all cores on one batch, and the answers do not depend on the number of cores. What calls took is kept for the next
    ones, except after `LARGE` inputs or, without `keep_memory`, after any. With `ranges` the layers they name compute
    with 8-bit whole numbers.
    """
    core = openvino.Core()
    model = core.read_model(path)
    if ranges:
        round_layers(model, ranges)
    settings: dict[str, Any] = {
        "INFERENCE_NUM_THREADS": streams,
        "NUM_STREAMS": streams,
        "INFERENCE_PRECISION_HINT": "f32",
        "ENABLE_CPU_PINNING": False,  # or every process computes on the same first cores
        "CPU_RUNTIME_CACHE_CAPACITY": KERNELS if ranges else 0,
    }
    compiled = core.compile_model(model, "CPU", settings)
    requests, calls = threading.local(), Calls(compiled, LARGE if keep_memory else 0)

    def infer(batch: NDArray[np.float32]) -> NDArray[np.float32]:
        if not hasattr(requests, "own"):
            requests.own = compiled.create_infer_request()
        with calls.of_size(batch.size):
            requests.own.infer([batch], share_inputs=True, share_outputs=True)  # answers are as large as pages
        return np.asarray(requests.own.get_output_tensor().data, dtype=np.float32)

    info = model.get_rt_info()
    framework: Any = info["framework"] if "framework" in info else {}  # noqa: SIM401 - an OVAny mapping has no get()
    metadata = {key: str(framework[key].value) for key in ("character",) if key in framework}
    return infer, metadata


class Calls:
    """The calls of a model that are under way; after the last one the memory that large ones took is given back.

    While any is under way the runtime refuses to. The answers lie in memory of the requests' own and stay.
    """

    def __init__(self, compiled: openvino.CompiledModel, kept: int) -> None:
        self._compiled, self._kept = compiled, kept
        self._lock, self._running, self._large = threading.Lock(), 0, False

    @contextmanager
    def of_size(self, numbers: int) -> Iterator[None]:
        """Count one call on an input of so many numbers."""
        with self._lock:
            self._running += 1
            self._large |= numbers >= self._kept
        try:
            yield
        finally:
            with self._lock:
                self._running -= 1
                if self._large and not self._running:
                    self._compiled.release_memory()
                    self._large = False
