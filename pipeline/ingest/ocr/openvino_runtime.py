"""Models on OpenVINO's CPU plug-in."""

from __future__ import annotations

import threading
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
import openvino
from numpy.typing import NDArray

from pipeline.ingest.ocr.eight_bit import Ranges, known_ranges, round_layers
from pipeline.ingest.ocr.reading import Network

KERNELS = 1200
"""Kernels that each copy of a model in 8 bits, which reads nearly everything, keeps for inputs of sizes seen before:
enough for all sizes of `pipeline.ingest.ocr.inputs`, some 40 for each. Preparing them anew takes longer than reading a
short line. Other models keep none: for the exact one they save one part in twenty of the time and take 80 MiB."""

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

    The function may be called from any threads. There are `streams` copies of the model; a thread always asks the same
    one, which answers on that thread's core: that is faster than all cores on one batch, and the answers do not
    depend on the number of cores. An answer stands until the thread's next call. What calls took is kept for the next
    ones, except after `LARGE` inputs or, without `keep_memory`, after any. With `ranges` the layers they name compute
    with 8-bit whole numbers.
    """
    core = openvino.Core()
    model = core.read_model(path)
    if ranges:
        round_layers(model, ranges)
    settings: dict[str, Any] = {
        "INFERENCE_NUM_THREADS": 1,
        "NUM_STREAMS": 1,
        "INFERENCE_PRECISION_HINT": "f32",
        "ENABLE_CPU_PINNING": False,  # or all copies, and those of all processes, compute on the same core
        "CPU_RUNTIME_CACHE_CAPACITY": KERNELS if ranges else 0,
    }
    copies = cycle([Copy(core.compile_model(model, "CPU", settings), keep_memory) for _ in range(streams)])
    asked = threading.local()

    def infer(batch: NDArray[np.float32]) -> NDArray[np.float32]:
        """Answer a batch by the copy that the calling thread was given at its first call."""
        if not hasattr(asked, "copy"):
            asked.copy = next(copies)
            asked.request = asked.copy.compiled.create_infer_request()
        answer: NDArray[np.float32] = asked.copy.answer(asked.request, batch)
        return answer

    return infer, _metadata(model)


def _metadata(model: openvino.Model) -> dict[str, str]:
    info = model.get_rt_info()
    framework: Any = info["framework"] if "framework" in info else {}  # noqa: SIM401 - an OVAny mapping has no get()
    return {key: str(framework[key].value) for key in ("character",) if key in framework}


class Copy:
    """One copy of a compiled model; its calls are answered one at a time, each request in memory of its own."""

    def __init__(self, compiled: openvino.CompiledModel, keep_memory: bool) -> None:
        self.compiled = compiled
        self._kept = LARGE if keep_memory else 0
        self._alone = threading.Lock()

    def answer(self, request: openvino.InferRequest, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the answer to an input; it may be as large as a page, and is not copied."""
        with self._alone:
            request.infer([batch], share_inputs=True, share_outputs=True)
            if batch.size >= self._kept:
                self.compiled.release_memory()
        return np.asarray(request.get_output_tensor().data, dtype=np.float32)
