"""Models on OpenVINO's CPU plug-in."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import openvino
from numpy.typing import NDArray

from pipeline.ingest.ocr.eight_bit import Ranges, known_ranges, round_layers
from pipeline.ingest.ocr.reading import Network

KERNELS = 2000
"""Kernels that a model in 8 bits, which reads nearly everything, keeps for inputs of sizes seen before, some 40 for
each size: preparing them anew takes as long as computing. They take some 200 MiB; other models keep none."""

__all__ = ["describe", "known_ranges", "load_network"]


def describe() -> str:
    """Return the runtime's name and version."""
    return f"openvino {openvino.__version__.split('-')[0]}"


def load_network(
    path: Path, streams: int = 1, keep_memory: bool = True, ranges: Ranges | None = None
) -> tuple[Network, dict[str, str]]:
    """Return the compiled model as a function, and its metadata.

    The function may be called from `streams` threads at once. Each call is answered by one core: that is faster than
    all cores on one batch, and the answers do not depend on the number of cores. Without `keep_memory` what a call took
    is given back after it, and calls are answered one at a time. With `ranges` the layers they name compute with
    8-bit whole numbers.
    """
    core = openvino.Core()
    model = core.read_model(path)
    if ranges:
        round_layers(model, ranges)
    settings: dict[str, Any] = {
        "INFERENCE_NUM_THREADS": streams,
        "NUM_STREAMS": streams,
        "INFERENCE_PRECISION_HINT": "f32",
        "CPU_RUNTIME_CACHE_CAPACITY": KERNELS if ranges else 0,
    }
    compiled = core.compile_model(model, "CPU", settings)
    requests, alone = threading.local(), threading.Lock()

    def infer(batch: NDArray[np.float32]) -> NDArray[np.float32]:
        if not hasattr(requests, "own"):
            requests.own = compiled.create_infer_request()
        requests.own.infer([batch])
        return np.asarray(requests.own.get_output_tensor().data, dtype=np.float32)

    def infer_and_forget(batch: NDArray[np.float32]) -> NDArray[np.float32]:
        with alone:
            answer = infer(batch).copy()
            compiled.release_memory()
        return answer

    info = model.get_rt_info()
    framework: Any = info["framework"] if "framework" in info else {}  # noqa: SIM401 - an OVAny mapping has no get()
    metadata = {key: str(framework[key].value) for key in ("character",) if key in framework}
    return infer if keep_memory else infer_and_forget, metadata
