"""The recogniser's quick copy: what it rounds, that it reads alike, who is asked where it is not sure; its memory."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any

import cv2
import numpy as np
import pytest

from pipeline.doubt.column_kinds import review_rules
from pipeline.ingest.ocr import load_recognizer
from pipeline.ingest.ocr.inputs import HEIGHT, STEP
from pipeline.ingest.ocr.rapid import QUICK, RECOGNIZER, RELIED_ON, RapidRecognizer, load_rapid, model_path
from pipeline.ingest.ocr.reading import GrayImage, Network

openvino = pytest.importorskip("openvino", reason="only this runtime computes with whole numbers")

from openvino import opset13  # noqa: E402 - the runtime may be missing

from pipeline.ingest.ocr import eight_bit  # noqa: E402
from pipeline.ingest.ocr.openvino_runtime import LARGE, Copy, load_network  # noqa: E402

pytestmark = pytest.mark.slow

CHARACTERS = ("1", "7")


def line_of(text: str) -> GrayImage:
    picture = np.full((48, 40 + 24 * len(text)), 250, np.uint8)
    cv2.putText(picture, text, (16, 36), cv2.FONT_HERSHEY_SIMPLEX, 1.1, (10,), 2, cv2.LINE_AA)
    return picture


def says(character: int, probability: float) -> Network:
    """A model that sees one character in every line."""

    def infer(batch: Any) -> Any:
        steps = np.zeros((len(batch), batch.shape[3] // STEP, len(CHARACTERS) + 2), np.float32)
        steps[:, :, 0] = 1.0
        steps[:, 1, [0, character]] = 1.0 - probability, probability
        return steps

    return infer


@pytest.mark.parametrize(("sure", "text"), [(RELIED_ON + 0.01, "1"), (RELIED_ON - 0.01, "7")])
def test_the_exact_model_reads_what_the_quick_copy_is_not_sure_of(sure: float, text: str) -> None:
    networks = {QUICK: lambda: says(1, sure), RECOGNIZER: lambda: says(2, 0.8)}
    (reading,) = RapidRecognizer(networks, lambda: CHARACTERS, "").read([np.full((HEIGHT, 96), 255, np.uint8)])
    assert reading.text == text


def test_the_exact_model_reads_all_where_there_is_no_copy_or_an_alphabet() -> None:
    line = np.full((HEIGHT, 96), 255, np.uint8)
    exact = {RECOGNIZER: lambda: says(2, 0.99)}
    assert RapidRecognizer(exact, lambda: CHARACTERS, "").read([line])[0].text == "7"
    both = {**exact, QUICK: lambda: says(1, 0.99)}
    assert RapidRecognizer(both, lambda: CHARACTERS, "").read([line], "17")[0].text == "7"


def test_a_reading_that_stands_is_surer_than_every_limit_of_review() -> None:
    assert max(float(kind.threshold) for kind in review_rules().kinds.values()) <= RELIED_ON


def test_the_copy_reads_as_the_model_does() -> None:
    texts = ["396.26752", "7", "100%", "2024.12.31", "A-17"]
    lines = list(map(line_of, texts))
    quick, exact = load_recognizer("rapidocr").read(lines), load_rapid(quick=False).read(lines)
    assert [reading.text for reading in quick] == [reading.text for reading in exact]


def test_ranges_belong_to_one_model_file(tmp_path: Path) -> None:
    model = model_path(RECOGNIZER)
    assert eight_bit.known_ranges(model)
    changed = tmp_path / model.name
    changed.write_bytes(model.read_bytes()[:-1] + b"\0")
    assert eight_bit.known_ranges(changed) is None


def test_layers_are_rounded_to_whole_numbers_that_cannot_overflow() -> None:
    picture = opset13.parameter([1, 2], np.float32)
    weights = opset13.constant(np.array([[0.5, -3.0], [1.0, 0.25]], np.float32))
    layer = opset13.matmul(picture, weights, False, False)
    layer.set_friendly_name("layer")
    model = openvino.Model([layer], [picture], "small")
    eight_bit.round_layers(model, {"layer": (-1.0, 3.0)})
    rounded = [layer.input_value(i).get_node() for i in (0, 1)]
    assert [node.get_type_name() for node in rounded] == ["FakeQuantize"] * 2
    low, high = (float(rounded[0].input_value(i).get_node().data) for i in (1, 2))
    step = (high - low) / 255
    assert low / step == pytest.approx(round(low / step))  # zero is one of the levels
    limits = rounded[1].input_value(2).get_node().data
    assert limits.tolist() == [[pytest.approx(1.0 * 127 / 64), pytest.approx(3.0 * 127 / 64)]]
    answer = openvino.Core().compile_model(model, "CPU")([np.array([[1.0, 2.0]], np.float32)])[0]
    assert answer == pytest.approx(np.array([[2.5, -2.5]]), abs=0.05)


def test_a_layer_without_a_range_is_left_as_it_is() -> None:
    picture = opset13.parameter([1, 2], np.float32)
    layer = opset13.matmul(picture, opset13.constant(np.eye(2, dtype=np.float32)), False, False)
    model = openvino.Model([layer], [picture], "small")
    eight_bit.round_layers(model, {"another": (0.0, 1.0)})
    assert not [node for node in model.get_ops() if node.get_type_name() == "FakeQuantize"]


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="the system does not tell where threads may run")
def test_a_model_computes_on_any_core_of_its_process() -> None:
    infer, _ = load_network(model_path(RECOGNIZER))
    line = np.zeros((1, 3, HEIGHT, 640), np.float32)
    computing = Thread(target=lambda: [infer(line) for _ in range(20)])
    computing.start()
    cores = set()
    while computing.is_alive():
        for thread in Path("/proc/self/task").iterdir():
            with suppress(OSError):  # it has ended
                cores.add(frozenset(os.sched_getaffinity(int(thread.name))))
    assert cores == {frozenset(os.sched_getaffinity(0))}


class Compiled:
    """Stands for a compiled model and a request to it; counts how often the model gave its memory back."""

    released = 0

    def infer(self, inputs: list[Any], **_: bool) -> None:
        self.data = inputs[0] * 2

    def get_output_tensor(self) -> Compiled:
        return self

    def release_memory(self) -> None:
        self.released += 1


@pytest.mark.parametrize(("keep_memory", "released"), [(True, [0, 1, 1]), (False, [1, 2, 3])])
def test_memory_that_a_large_call_took_is_given_back(keep_memory: bool, released: list[int]) -> None:
    model: Any = Compiled()
    copy, counted = Copy(model, keep_memory), []
    for numbers in (LARGE - 1, LARGE, 5):
        assert copy.answer(model, np.ones(numbers, np.float32)).sum() == 2 * numbers
        counted.append(model.released)
    assert counted == released


def test_threads_are_answered_by_as_many_copies_as_were_asked_for() -> None:
    infer, _ = load_network(model_path(RECOGNIZER), streams=2)
    lines = [np.full((1, 3, HEIGHT, 96), grey, np.float32) for grey in (-1.0, 0.0, 1.0)]
    with ThreadPoolExecutor(3) as threads:
        together = list(threads.map(lambda line: infer(line).copy(), lines))
    assert all(np.array_equal(answer, infer(line)) for answer, line in zip(together, lines, strict=True))
