"""Models on OpenVINO's CPU plug-in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openvino
from numpy.typing import NDArray


def load_network(
    path: Path, threads: int
) -> tuple[Callable[[NDArray[np.float32]], NDArray[np.float32]], dict[str, str], str]:
    """Return the compiled model as a function, its metadata, and the runtime's name and version."""
    core = openvino.Core()
    model = core.read_model(path)
    settings: dict[str, Any] = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}
    if threads:
        settings["INFERENCE_NUM_THREADS"] = threads
    request = core.compile_model(model, "CPU", settings).create_infer_request()

    def infer(batch: NDArray[np.float32]) -> NDArray[np.float32]:
        request.infer([batch])
        return np.asarray(request.get_output_tensor().data, dtype=np.float32)

    info = model.get_rt_info()
    framework: Any = info["framework"] if "framework" in info else {}  # noqa: SIM401 - an OVAny mapping has no get()
    metadata = {key: str(framework[key].value) for key in ("character",) if key in framework}
    return infer, metadata, f"openvino {openvino.__version__.split('-')[0]}"
