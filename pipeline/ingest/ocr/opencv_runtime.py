"""Models on OpenCV: sooner loaded than by OpenVINO, slower with each call; for a small model that is seldom asked."""

from __future__ import annotations

import threading
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.ingest.ocr.reading import Network


def load_network(path: Path) -> Network:
    """Return the model of an ONNX file as a function; its calls are answered one at a time."""
    model, alone = cv2.dnn.readNetFromONNX(str(path)), threading.Lock()

    def infer(batch: NDArray[np.float32]) -> NDArray[np.float32]:
        """Answer a batch once no other is being answered; the answer is a copy, for the model writes over its own."""
        with alone:
            model.setInput(batch)
            return np.array(model.forward(), dtype=np.float32)

    return infer
