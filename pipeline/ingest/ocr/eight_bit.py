"""A model whose large layers multiply 8-bit whole numbers: twice as fast on a CPU, and a little less exact.

Static post-training quantisation (Nagel et al. 2021, "A White Paper on Neural Network Quantization", section 3): what
flows into a layer is rounded to 256 levels within a range that is known beforehand, its weights to levels of their own
for each output. The ranges are data, `schemas/recogniser_ranges.yml`, taken on drawn forms by
`python -m benchmarks.activation_ranges`; they belong to the one model file whose digest they name.
"""

from __future__ import annotations

import hashlib
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
from openvino import Model, Node, Output, opset13

from pipeline.vocabulary import StrictData, load_yaml, schema_path

RANGES = "recogniser_ranges.yml"

LEVELS = 256
WEIGHT_LEVELS = 255
"""Levels of a rounded input, and of a weight: the runtime multiplies whole numbers for these alone."""

HEADROOM = 127 / 64
"""Range of the weights' levels over the largest weight. Weights take 7 of the 8 bits: where a processor adds two
products in 16 bits, the sum of 8-bit ones overflows; so the whole numbers are the same on every processor."""

LAYERS = ("Convolution", "MatMul")
"""Types of layers that can be rounded, where their weights are constants."""

Ranges = dict[str, tuple[float, float]]
"""Lowest and highest input of each layer to be rounded, by the layer's name."""


class RangesFile(StrictData):
    """What `schemas/recogniser_ranges.yml` holds: the SHA-256 of a model file, and the ranges of its layers."""

    model: str
    ranges: dict[str, tuple[Decimal, Decimal]]


def known_ranges(model: Path) -> Ranges | None:
    """Return the ranges of a model's layers; None where none are known for exactly this file."""
    if not schema_path(RANGES).exists():
        return None
    known = load_yaml(RANGES, RangesFile)
    if hashlib.sha256(model.read_bytes()).hexdigest() != known.model:
        return None
    return {name: (float(low), float(high)) for name, (low, high) in known.ranges.items()}


def round_layers(model: Model, ranges: Ranges) -> None:
    """Mark the layers that `ranges` names as to be computed with whole numbers; the model is changed in place."""
    rounded: dict[Output, Node] = {}
    for layer in layers_with_weights(model):
        if layer.get_friendly_name() not in ranges:
            continue
        source = layer_input(layer)
        if source not in rounded:
            rounded[source] = _round_input(source, *ranges[layer.get_friendly_name()])
        layer.input(0).replace_source_output(rounded[source].output(0))
        layer.input(1).replace_source_output(_round_weights(layer).output(0))
    model.validate_nodes_and_infer_types()


def layers_with_weights(model: Model) -> list[Node]:
    """Return the layers of a model that multiply by constants, in the order of computation."""
    nodes = [node for node in model.get_ordered_ops() if node.get_type_name() in LAYERS]
    return [node for node in nodes if node.input_value(1).get_node().get_type_name() == "Constant"]


def layer_input(layer: Node) -> Output:
    """Return what flows into a layer, past nodes that change nothing."""
    source = layer.input_value(0)
    while source.get_node().get_type_name() == "Identity":
        source = source.get_node().input_value(0)
    return source


def _round_input(source: Output, low: float, high: float) -> Node:
    """Round to 256 levels of which one is exactly zero: what is padded stays zero."""
    low, high = min(low, 0.0), max(high, 0.0)
    step = (high - low) / (LEVELS - 1)
    low = -round(-low / step) * step
    limits = [opset13.constant(np.float32(limit)) for limit in (low, low + step * (LEVELS - 1))]
    return opset13.fake_quantize(source, *limits, *limits, LEVELS)


def _round_weights(layer: Node) -> Node:
    constant: Any = layer.input_value(1).get_node()
    weights = np.asarray(constant.data)
    outputs = 1 if layer.get_type_name() == "MatMul" else 0
    others = tuple(axis for axis in range(weights.ndim) if axis != outputs)
    largest = np.maximum(np.abs(weights).max(axis=others, keepdims=True), 1e-8).astype(np.float32) * HEADROOM
    limits = [opset13.constant(limit.astype(np.float32)) for limit in (-largest, largest)]
    return opset13.fake_quantize(constant, *limits, *limits, WEIGHT_LEVELS)
