"""Text as it is printed: code points that stand for another character are folded, typography stays."""

from __future__ import annotations

import unicodedata

import pytest

from pipeline.text import normalise_text


@pytest.mark.parametrize(
    ("printed", "folded"),
    [
        ("⽬", "目"),
        ("⻔", "门"),
        ("⻓期", "长期"),
        ("９９．９％", "99．9％"),
        ("ＴＢ", "TB"),
        ("≥\u200b5\ufeff", "≥5"),
        ("金", "金"),
        ("\uf90a", "金"),
    ],
)
def test_radical_and_compatibility_forms_are_folded(printed: str, folded: str) -> None:
    assert normalise_text(printed) == folded


@pytest.mark.parametrize("text", ["，：（）；。", "—", "……", "①", "㎡", "％", "≥ 95 %", "“引号”", "Ⅲ"])
def test_the_forms_own_typography_is_kept(text: str) -> None:
    assert normalise_text(text) == text


def test_every_radical_folds_to_a_unified_ideograph() -> None:
    for code in (*range(0x2E81, 0x2E9A), *range(0x2E9B, 0x2EF4), *range(0x2F00, 0x2FD6)):
        assert unicodedata.name(normalise_text(chr(code))).startswith("CJK UNIFIED IDEOGRAPH")
