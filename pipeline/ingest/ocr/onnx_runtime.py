"""Models on onnxruntime's CPU provider, for platforms that OpenVINO has no build for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime  # type: ignore[import-untyped,import-not-found,unused-ignore]
from numpy.typing import NDArray

from pipeline.ingest.ocr.reading import Network


def known_ranges(model: Path) -> None:
    """Return None: with this runtime all layers compute with floating-point numbers."""


def describe() -> str:
    """Return the runtime's name and version."""
    return f"onnxruntime {onnxruntime.__version__}"


def load_network(
    path: Path, streams: int = 1, keep_memory: bool = True, ranges: None = None
) -> tuple[Network, dict[str, str]]:
    """Return the loaded model as a function, and its metadata.

    The function may be called from several threads at once; each call is answered by one core. Without
    `keep_memory` what a call took is given back after it.
    """
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    options.enable_cpu_mem_arena = keep_memory
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    source, target = session.get_inputs()[0].name, session.get_outputs()[0].name

    def infer(batch: NDArray[np.float32]) -> NDArray[np.float32]:
        """Answer a batch on the core of the calling thread."""
        return np.asarray(session.run([target], {source: batch})[0], dtype=np.float32)

    metadata = dict(session.get_modelmeta().custom_metadata_map)
    return infer, metadata
