"""Recognisers: decoding, alphabets, sizes of input, and what is said where one is not installed."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.errors import MissingDependency
from pipeline.ingest.ocr import load_recognizer
from pipeline.ingest.ocr.ctc import class_labels, decode, restrict
from pipeline.ingest.ocr.inputs import LONGEST, WIDTHS, Shares, pad_line, plan_batches, resize_line
from pipeline.ingest.ocr.rapid import boxes_from_heat
from pipeline.ingest.ocr.reading import CharReading, GrayImage, LineReading
from pipeline.ingest.ocr.tesseract import join_words, load_tesseract

LABELS = class_labels(["1", "7", "一", "—"])


def steps(*best: tuple[int, float]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Probabilities in which each step's class has the given share and the next class the rest."""
    rows = np.zeros((len(best), len(LABELS)), np.float32)
    for row, (index, share) in zip(rows, best, strict=True):
        row[index] = share
        row[(index + 1) % len(LABELS)] += 1 - share
    return rows


def line_of(text: str) -> GrayImage:
    picture = np.full((48, 40 + 24 * len(text)), 250, np.uint8)
    cv2.putText(picture, text, (16, 36), cv2.FONT_HERSHEY_SIMPLEX, 1.1, (10,), 2, cv2.LINE_AA)
    return picture


def test_repeats_are_one_character_unless_a_blank_stands_between() -> None:
    assert decode(steps((1, 0.9), (1, 0.8), (0, 1.0), (1, 0.9)), LABELS).text == "11"


def test_the_weakest_character_makes_the_confidence() -> None:
    reading = decode(steps((1, 0.9), (0, 1.0), (2, 0.6)), LABELS)
    assert reading.confidence == pytest.approx(0.6)
    assert reading.confidence < reading.mean < 0.9


def test_an_alphabet_excludes_what_a_column_cannot_hold() -> None:
    dash_or_numeral = steps((3, 0.7))
    assert decode(dash_or_numeral, LABELS).text == "一"
    assert decode(dash_or_numeral, LABELS, restrict(LABELS, "17—")).text == "—"


def test_the_second_choice_is_offered_where_it_has_some_weight() -> None:
    assert decode(steps((1, 0.7)), LABELS).alternatives() == ("7",)
    assert decode(steps((1, 0.999)), LABELS).alternatives() == ()


def test_an_empty_line_has_no_confidence() -> None:
    assert LineReading().confidence == LineReading().mean == 0.0
    assert LineReading().alternatives() == ()


def test_lines_are_scaled_to_the_height_of_the_model() -> None:
    assert resize_line(np.full((30, 300), 255, np.uint8)).shape == (48, 480)


def test_lines_are_padded_to_few_widths_with_mid_grey() -> None:
    padded = pad_line(np.full((48, 100), 255, np.uint8))
    assert padded.shape == (1, 3, 48, 128)
    assert (padded[..., :100] == 1.0).all()
    assert (padded[..., 100:] == 0.0).all()
    assert {pad_line(np.zeros((48, width), np.uint8)).shape[3] for width in range(1, LONGEST + 1)} == set(WIDTHS)


def test_short_lines_of_one_padded_width_are_read_in_fours_and_the_longest_lines_first() -> None:
    batches = list(plan_batches(dict(enumerate([90, 70, 80, 66, 95, 1000, 20, 21, 22, 23]))))
    assert [lines for _, lines in batches] == [[5], [4, 0, 2, 1], [3], [9], [8], [7], [6]]
    assert [width for width, _ in batches] == [1024, 96, 96, 32, 32, 32, 32]


def test_each_width_has_one_reader_and_who_is_through_helps_with_short_lines() -> None:
    lines = [(2816, "long"), (3072, "longest"), (64, "a"), (64, "b"), (64, "c")]
    shares = Shares([(width, [name]) for width, name in lines], 2)
    first, second = shares.of(0), shares.of(1)
    assert [next(second), next(first), next(first), next(second)] == [["longest"], ["long"], ["c"], ["a"]]
    assert list(first) == [["b"]]
    assert list(second) == []


def test_a_long_line_waits_for_its_reader() -> None:
    shares = Shares([(WIDTHS[-1], ["long"])], 2)
    assert [list(shares.of(reader)) for reader in (0, 1)] == [[], [["long"]]]


def test_the_detector_map_becomes_boxes() -> None:
    heat = np.zeros((64, 128), np.float32)
    heat[20:30, 10:100] = 0.9
    heat[50:52, 5:7] = 0.9
    ((x0, y0, x1, y1),) = boxes_from_heat(heat)
    assert (x0 < 10, y0 < 20, x1 > 100, y1 > 30) == (True, True, True, True)


@pytest.mark.slow
def test_the_recogniser_reads_numbers_in_the_order_given() -> None:
    texts = ["396.26752", "7", "100%", "7"]
    readings = load_recognizer("rapidocr").read([line_of(text) for text in texts])
    assert [reading.text for reading in readings] == texts


@pytest.mark.slow
def test_the_recogniser_holds_to_an_alphabet() -> None:
    (reading,) = load_recognizer("rapidocr").read([line_of("ABO")], "0123456789.")
    assert set(reading.text) <= set("0123456789.")


@pytest.mark.slow
def test_a_line_on_its_head_is_noticed() -> None:
    line = line_of("project 2024")
    recognizer = load_recognizer("rapidocr")
    assert recognizer.upside_down([line]) < 0.5 < recognizer.upside_down([np.ascontiguousarray(line[::-1, ::-1])])


@pytest.mark.slow
def test_models_are_loaded_once() -> None:
    assert load_recognizer("rapidocr") is load_recognizer("rapidocr")


def test_a_missing_tesseract_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pytesseract.pytesseract.tesseract_cmd", "no-such-tesseract")
    with pytest.raises(MissingDependency, match="apt-get install tesseract-ocr"):
        load_tesseract()


def test_words_are_joined_without_spaces_unless_they_are_latin() -> None:
    words = [("项目", 0.9), ("UPS", 0.8), ("Pro", 0.8), ("2", 0.7)]
    assert join_words(words).text == "项目UPS Pro2"
    assert join_words(words).chars[0] == CharReading("项", 0.9)


def test_a_mark_half_seen_is_given_where_there_is_room_for_it_and_stays_doubtful() -> None:
    tight = steps((1, 1.0), (0, 1.0), (2, 1.0), (0, 1.0), (1, 1.0), (0, 1.0), (2, 1.0))
    half = np.zeros_like(tight[:3])
    half[:, 0] = 1.0
    half[1, [0, 3]] = 0.65, 0.35
    wide = np.vstack([tight, half, tight])
    reading = decode(wide, LABELS)
    assert reading.text == "".join((LABELS[1] + LABELS[2]) * 2 + LABELS[3] + (LABELS[1] + LABELS[2]) * 2)
    assert reading.confidence < 0.5
