"""Models on OpenVINO's CPU plug-in."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import openvino
from numpy.typing import NDArray

from pipeline.ingest.ocr.reading import Network

LARGE = 1_000_000
"""Values of an input from which the memory that it took is given back at once: a large picture takes hundreds of MiB,
which the runtime would keep. Only the detector is given such pictures, by one thread."""


def load_network(path: Path, streams: int) -> tuple[Network, dict[str, str], str]:
    """Return the compiled model as a function, its metadata, and the runtime's name and version.

    The function may be called from `streams` threads at once. Each call is answered by one core: that is faster than
    all cores on one batch, and the answers do not depend on the number of cores.
    """
    core = openvino.Core()
    model = core.read_model(path)
    settings: dict[str, Any] = {
        "INFERENCE_NUM_THREADS": streams,
        "NUM_STREAMS": streams,
        "INFERENCE_PRECISION_HINT": "f32",
    }
    compiled = core.compile_model(model, "CPU", settings)
    requests = threading.local()

    def infer(batch: NDArray[np.float32]) -> NDArray[np.float32]:
        if not hasattr(requests, "own"):
            requests.own = compiled.create_infer_request()
        requests.own.infer([batch])
        answer = np.asarray(requests.own.get_output_tensor().data, dtype=np.float32)
        if batch.size > LARGE:
            answer = answer.copy()
            compiled.release_memory()
        return answer

    info = model.get_rt_info()
    framework: Any = info["framework"] if "framework" in info else {}  # noqa: SIM401 - an OVAny mapping has no get()
    metadata = {key: str(framework[key].value) for key in ("character",) if key in framework}
    return infer, metadata, f"openvino {openvino.__version__.split('-')[0]}"
