"""Which readings of a scanned form a person is asked to look at, and which are exchanged."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.doubt.column_kinds import ReviewRules, fits, keeps_marks, review_rules
from pipeline.doubt.examine import SecondReading, examine_forms
from pipeline.forms.fields import list_fields
from pipeline.normalise import normalise_form
from pipeline.vocabulary import VocabularyError, load_yaml
from tests.doubt.support import change, reading, scanned_form

WEIGHT_1 = ("indicator", 1, "weight_raw")
NATURE_1 = ("indicator", 1, "nature_raw")
TARGET_1 = ("indicator", 1, "target_raw")
ZERO = ("fund", 3, "annual_budget_raw")
EXECUTED = ("fund", 1, "executed_raw")


def examine(form, answers=None):
    """Examine a form; `answers` by field, each a text of an independent reader or a list of answers."""
    fields = list_fields(form)
    keys = list(fields)
    asked = []

    def ask(questions):
        found = [next(key for key in keys if fields[key].places == question.places) for question in questions]
        asked.extend(found)
        return [_answers((answers or {}).get(key)) for key in found]

    (examined,) = examine_forms([form], ask)
    return list_fields(examined), asked, examined


def _answers(given):
    return () if given is None else (SecondReading(given),) if isinstance(given, str) else tuple(given)


def test_a_form_from_a_text_layer_passes_untouched():
    form = change(scanned_form(source="text"), WEIGHT_1, "6O", confidence=0.1)

    fields, asked, _ = examine(form)

    assert asked == []
    assert not any(one.needs_review for one in fields.values())
    assert fields[WEIGHT_1].text == "6O"


def test_a_form_that_adds_up_needs_no_second_reader():
    fields, asked, _ = examine(
        change(scanned_form(), WEIGHT_1, confidence=0.5, needs_review=True, review_reason="seal")
    )

    assert asked == []
    assert not fields[WEIGHT_1].needs_review
    assert fields[WEIGHT_1].confidence > 0.99


def test_an_unsure_number_that_no_sum_speaks_for_is_asked_about():
    unsure = change(scanned_form(), ZERO, confidence=0.6)

    agreed, asked, _ = examine(unsure, {ZERO: "0"})
    silent, _, _ = examine(unsure)
    contested, _, _ = examine(unsure, {ZERO: "8"})

    assert asked == [ZERO]
    assert not agreed[ZERO].needs_review
    assert agreed[ZERO].confidence > 0.95
    assert (silent[ZERO].needs_review, silent[ZERO].review_reason) == (True, "low_confidence")
    assert (contested[ZERO].needs_review, contested[ZERO].review_reason) == (True, "readers_disagree")
    assert (contested[ZERO].text, contested[ZERO].alternatives) == ("0", ("8",))


def test_a_letter_in_a_column_of_amounts_gives_way_to_the_digit_that_a_reader_proposed():
    odd = change(scanned_form(), ZERO, "O", confidence=0.9, alternatives=("0",))

    alone, _, examined = examine(odd)
    heard, _, _ = examine(odd, {ZERO: "0"})

    assert (alone[ZERO].text, alone[ZERO].first_text, alone[ZERO].needs_review) == ("0", "O", True)
    assert (heard[ZERO].text, heard[ZERO].needs_review) == ("0", False)
    cell = next(c for c in normalise_form(examined, "d", "f.pdf").cells if (c.table, c.row_no, c.field) == ZERO)
    assert cell.text == "O"


def test_a_letter_that_no_reader_has_an_alternative_for_stays_and_is_marked():
    fields, _, _ = examine(change(scanned_form(), ZERO, "O"))

    assert (fields[ZERO].text, fields[ZERO].review_reason) == ("O", "odd_shape")


def test_a_reader_that_proposed_a_text_alone_does_not_agree_with_itself():
    fields, _, _ = examine(change(scanned_form(), ZERO, "O"), {ZERO: "6"})

    assert (fields[ZERO].text, fields[ZERO].needs_review) == ("O", True)


def test_the_same_recogniser_asked_again_cannot_lift_a_doubt():
    unsure = change(scanned_form(), ZERO, confidence=0.6)

    fields, _, _ = examine(unsure, {ZERO: [SecondReading("0", independent=False)]})

    assert fields[ZERO].needs_review


def test_a_misread_weight_is_mended_by_the_alternative_that_makes_two_constraints_hold():
    misread = change(scanned_form(), WEIGHT_1, "60", alternatives=("50", "66"))

    fields, _, examined = examine(misread)
    rows = normalise_form(examined, "d", "f.pdf")

    assert (fields[WEIGHT_1].text, fields[WEIGHT_1].first_text) == ("50", "60")
    assert fields[WEIGHT_1].confidence < 0.95
    assert [row.reader for row in rows.indicators] == ["rapidocr+rulings+repaired", "rapidocr+rulings"]
    assert rows.indicators[0].weight == 50
    assert next(c.text for c in rows.cells if (c.table, c.row_no, c.field) == WEIGHT_1) == "60"


def test_a_misread_amount_is_mended_by_what_the_second_reader_proposed():
    misread = change(scanned_form(), EXECUTED, "24.49")

    fields, asked, examined = examine(misread, {EXECUTED: "24.99"})

    assert EXECUTED in asked
    assert fields[EXECUTED].text == "24.99"
    assert normalise_form(examined, "d", "f.pdf").form.reader.endswith("+repaired")


def test_nothing_is_repaired_that_the_readers_agree_on():
    wrong_form = change(scanned_form(), WEIGHT_1, "60", alternatives=("50",))

    fields, _, _ = examine(wrong_form, {WEIGHT_1: "60"})

    assert (fields[WEIGHT_1].text, fields[WEIGHT_1].needs_review) == ("60", False)


def test_a_form_that_is_wrong_in_print_is_not_doubted():
    wrong_form = change(scanned_form(), WEIGHT_1, "60")

    fields, asked, _ = examine(wrong_form)

    assert WEIGHT_1 in asked
    assert not any(one.needs_review for one in fields.values())


def test_a_failing_sum_marks_what_a_second_reader_objects_to():
    fields, _, _ = examine(change(scanned_form(), WEIGHT_1, "60"), {WEIGHT_1: "80"})

    assert [key for key, reading in fields.items() if reading.needs_review] == [WEIGHT_1]
    assert fields[WEIGHT_1].review_reason == "sum_fails"


def test_a_failing_sum_marks_what_was_not_read_surely():
    fields, _, _ = examine(change(scanned_form(), WEIGHT_1, "60", confidence=0.93))

    assert fields[WEIGHT_1].review_reason == "sum_fails"


def test_where_two_alternatives_would_mend_a_sum_nothing_is_exchanged():
    form = change(
        change(scanned_form(), ("indicator", 2, "score_raw"), "30"), ("form", None, "total_score_raw"), "89.8"
    )
    misread = change(form, WEIGHT_1, "60", alternatives=("50",))
    ambiguous = change(misread, ("indicator", 2, "weight_raw"), alternatives=("30",))

    assert examine(misread)[0][WEIGHT_1].text == "50"
    assert examine(ambiguous)[0][WEIGHT_1].text == "60"
    assert examine(ambiguous)[0]["indicator", 2, "weight_raw"].text == "40"


def test_one_constraint_alone_mends_nothing():
    misread = change(scanned_form(), ("indicator", 2, "weight_raw"), "45", alternatives=("40",))

    assert examine(misread)[0]["indicator", 2, "weight_raw"].text == "45"


def test_unsure_prose_is_marked_and_not_asked_about():
    fields, asked, _ = examine(change(scanned_form(), ("indicator", 1, "level3"), confidence=0.5))

    assert asked == []
    assert fields["indicator", 1, "level3"].review_reason == "low_confidence"


def test_the_remains_of_a_ruling_in_a_target_are_odd():
    fields, _, _ = examine(change(scanned_form(), TARGET_1, "1≥100%"))

    assert fields[TARGET_1].review_reason == "odd_shape"


def test_two_columns_in_one_cell_are_marked_whatever_the_sums_say():
    form = scanned_form()
    score = list_fields(form)["indicator", 1, "score_raw"]

    fields, _, _ = examine(change(form, WEIGHT_1, places=score.places))

    assert fields[WEIGHT_1].review_reason == fields["indicator", 1, "score_raw"].review_reason == "merged_columns"


def with_classes(*labels):
    """Return a form whose indicators have these second-level labels."""
    form = scanned_form()
    rows = (
        replace(line, readings={**line.readings, "level2": reading(label)})
        for line, label in zip(form.indicators, labels, strict=True)
    )
    return replace(form, indicators=tuple(rows))


@pytest.mark.parametrize("torn", ["质量", "意度指标", ""])
def test_a_piece_of_a_label_is_odd_however_surely_it_was_read(torn):
    fields, _, _ = examine(with_classes("数量指标", torn))

    assert not fields["indicator", 1, "level2"].needs_review
    assert fields["indicator", 2, "level2"].review_reason == "odd_shape"


def test_a_form_that_words_all_its_classes_shortly_is_not_doubted():
    fields, _, _ = examine(with_classes("数量", "质量"))

    assert not any(one.needs_review for one in fields.values())


def test_a_class_printed_over_two_columns_is_not_marked():
    form = scanned_form()
    level = list_fields(form)["indicator", 1, "level3"]
    named = change(change(form, NATURE_1, "满意度指标"), NATURE_1, places=level.places)
    keys = {"level3": "level1", "nature_raw": "level2"}
    line = named.indicators[0]
    renamed = replace(line, readings={keys.get(name, name): read for name, read in line.readings.items()})

    fields, _, _ = examine(replace(named, indicators=(renamed, named.indicators[1])))

    assert not any(one.needs_review for one in fields.values())


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("weight_raw", "10"), ("score_raw", "9.99"), ("score_raw", "—"), ("weight_raw", "10分"), ("score_raw", ""),
        ("execution_rate_raw", "99.97%"), ("annual_budget_raw", "1,204.50"), ("executed_raw", "396.267529"),
        ("nature_raw", "≥"), ("nature_raw", "定性"), ("target_raw", "≥8次,受众人数≥3万人次"), ("unit_raw", "%"),
        ("level2", "经济效益指标"), ("level3", "指标1：服务期限"), ("project_name", "2024年|项目"),
    ],
)  # fmt: skip
def test_what_forms_print_fits_its_column(field, text):
    assert fits(review_rules().kind(field), text)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("weight_raw", "1O"), ("score_raw", "二"), ("execution_rate_raw", "100%%"), ("executed_raw", "39.6.2"),
        ("annual_budget_raw", "2122 46|4162.40|"), ("nature_raw", "V"), ("unit_raw", "一"),
        ("level2", "指标1：服务期限"), ("level3", "指标1：期限指标2：数量"), ("department", "某局实施单位"),
    ],
)  # fmt: skip
def test_what_no_form_prints_does_not_fit(field, text):
    assert not fits(review_rules().kind(field), text)


def test_the_rules_refuse_a_field_of_two_kinds(monkeypatch, tmp_path):
    text = "kinds: {a: {fields: [phone], threshold: 0.9}, prose: {fields: [phone], threshold: 0.9}}\n"
    (tmp_path / "review.yml").write_text(text, encoding="utf-8")
    monkeypatch.setattr("pipeline.vocabulary.schema_path", lambda name: tmp_path / name)

    with pytest.raises(VocabularyError, match=r"review\.yml"):
        load_yaml("review.yml", ReviewRules)


def test_a_reader_of_digits_never_takes_the_place_of_an_amount_with_its_multiplier():
    form = change(scanned_form(), EXECUTED, "24.99万", confidence=0.5)
    fields, _, _ = examine(form, {EXECUTED: "24.995"})

    assert fields[EXECUTED].text == "24.99万"
    assert fields[EXECUTED].first_text is None


def test_an_odd_reading_is_not_exchanged_for_one_that_breaks_a_sum_it_keeps():
    fields, _, _ = examine(change(scanned_form(), EXECUTED, "24.99 万元元"), {EXECUTED: "8.32"})

    assert fields[EXECUTED].text == "24.99 万元元"
    assert fields[EXECUTED].needs_review


@pytest.mark.parametrize(
    ("first", "other", "kept"),
    [
        ("150万", "1505", False),
        ("150万", "150万", True),
        ("≥95", "295", False),
        ("100%", "100", False),
        ("100", "10", True),
        ("O", "0", True),
    ],
)
def test_another_reading_keeps_multipliers_units_and_signs(first, other, kept):
    assert keeps_marks(first, other, review_rules().marks) is kept


@pytest.mark.parametrize(
    "text", ["按时完成任务(季度、年度", "季度、年度)", "推广《办法", "“专精特新企业", '评价、专精特新"企业']
)
def test_a_bracket_or_quotation_without_its_other_half_is_odd(text):
    fields, _, _ = examine(change(scanned_form(), ("indicator", 1, "level3"), text))
    assert fields["indicator", 1, "level3"].review_reason == "odd_shape"


@pytest.mark.parametrize("text", ["好（平台稳定运行)", "1)月报；2)年报", "《办法》和“一网”"])
def test_brackets_of_two_widths_and_numbers_of_a_list_are_not_odd(text):
    fields, _, _ = examine(change(scanned_form(), ("indicator", 1, "level3"), text))
    assert not fields["indicator", 1, "level3"].needs_review


def test_a_numbered_indicator_without_its_colon_is_odd():
    fields, _, _ = examine(change(scanned_form(), ("indicator", 1, "level3"), "指标1提供月报"))
    assert fields["indicator", 1, "level3"].review_reason == "odd_shape"


def test_what_a_stroke_goes_through_stays_doubted_though_a_second_reader_or_a_sum_agrees():
    doubted = change(scanned_form(), ZERO, needs_review=True, review_reason="crossed")
    fields, _, _ = examine(doubted, {ZERO: "0"})
    assert fields[ZERO].review_reason == "crossed"
    fields, _, _ = examine(change(scanned_form(), WEIGHT_1, needs_review=True, review_reason="crossed"))
    assert fields[WEIGHT_1].review_reason == "crossed"
    fields, _, _ = examine(change(scanned_form(), ZERO, needs_review=True, review_reason="weak_ink"), {ZERO: "0"})
    assert not fields[ZERO].needs_review


@pytest.mark.parametrize("reason", ["inferred_columns", "odd_shape", "unread_ink"])
def test_who_reads_the_same_characters_says_nothing_of_where_they_belong(reason):
    unsure = change(scanned_form(), ZERO, needs_review=True, review_reason=reason, confidence=0.5)
    alone = change(unsure, EXECUTED, "20.1")  # no sum comes out with it
    fields, _, _ = examine(alone, {ZERO: "0"})
    assert (fields[ZERO].needs_review, fields[ZERO].review_reason) == (True, reason)


@pytest.mark.parametrize(
    ("column", "text", "fitting"),
    [
        ("unit_raw", "%", True),
        ("unit_raw", "%6", False),
        ("unit_raw", "6", False),
        ("unit_raw", "%/年", True),
        ("level3", "-", False),
        ("level3", "……", True),
        ("department", "一市教育局", False),
        ("actual_goal", "有效防范隐患。1", False),
        ("deviation_raw", "29", False),
        ("deviation_raw", "受天气影响。", True),
        ("actual_goal", "有效防范隐患。2.支付首款", True),
    ],
)
def test_dust_and_misread_signs_are_no_values(column, text, fitting):
    assert fits(review_rules().kind(column), text) is fitting
