"""The printed words of a form and the columns they stand for, from `schemas/form.yml`.

A label is compared after `fold_label`: white space, punctuation and bracketed remarks (points, units) removed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from pydantic import Field, model_validator

from pipeline.labels.known_columns import list_strangers, list_swallowed
from pipeline.labels.templates import added_words
from pipeline.records import FormKind
from pipeline.vocabulary import StrictData, load_yaml

BRACKETED = re.compile(r"[（(\[【〔][^（()）\]】〕]*[)）\]】〕]?")
"""A remark in brackets, the closing one perhaps lost."""

_STROKE = re.compile("[-—―–−─]级")
_PUNCTUATION = re.compile(r"[\s:：,，.。、;；·•∙\-—_*]+")
_BORDERS = "|｜丨/"
"""What a ruling between two heads is read as."""


class TitleWords(StrictData):
    """Titles of evaluation forms, and of tables that must not be taken for one."""

    words: tuple[str, ...]
    kinds: dict[FormKind, tuple[str, ...]]
    others: tuple[str, ...] = Field(alias="not")


class Below(StrictData):
    """What the lower words of a head of several rows stand for below one of these words, or of those of a field."""

    of: str
    heads: tuple[str, ...] = ()
    fields: dict[str, str]


class HeadWords(StrictData):
    """Labels of a part of the form whose columns have heads.

    `columns` and `further` give the wordings of each field, `below` those of heads of several rows, `containing` words
    that tell a field inside a longer head; a field of `required` counts for more where a head could be two fields.
    """

    section: tuple[str, ...]
    columns: dict[str, tuple[str, ...]]
    further: dict[str, tuple[str, ...]]
    containing: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    below: tuple[Below, ...] = ()
    required: tuple[str, ...] = ()


class PartsRule(StrictData):
    """Which fund lines add up to the total in forms that print one of `told_by`; what is `inside` a part is none."""

    told_by: tuple[str, ...]
    add_up: tuple[str, ...]
    inside: tuple[str, ...]


class FundWords(HeadWords):
    """Labels of the fund table: its columns, its lines by kind, and which lines make the total."""

    total_endings: tuple[str, ...]
    other_periods: tuple[str, ...]
    rows: dict[str, tuple[str, ...]]
    rows_containing: dict[str, tuple[str, ...]]
    parts: tuple[PartsRule, ...]

    @model_validator(mode="after")
    def _every_word_tells_a_kind(self) -> FundWords:
        if strangers := self.rows_containing.keys() - self.rows.keys():
            raise ValueError(f"funds.rows_containing: no kind of lines is called {', '.join(sorted(strangers))}")
        return self


STANDS_FOR = {"department_name": "department"}
"""Fields of the vocabulary without a column of their own: a form of a whole department is named by it."""


class FormWords(StrictData):
    """The whole vocabulary of a form."""

    title: TitleWords
    notes: tuple[str, ...]
    single: dict[str, tuple[str, ...]]
    ranks: tuple[str, ...]
    other_labels: dict[str, tuple[str, ...]]
    funds: FundWords
    goals: HeadWords
    indicators: HeadWords
    contrasts: tuple[tuple[str, ...], ...]
    marks: tuple[str, ...]
    older_forms: dict[str, str]
    foreign_heads: tuple[str, ...]
    total: tuple[str, ...]
    subtotal: tuple[str, ...]
    after: dict[str, tuple[str, ...]]
    after_containing: dict[str, tuple[str, ...]]
    level1: dict[str, tuple[str, ...]]
    level2: dict[str, tuple[str, ...]]
    levels: tuple[str, ...]
    class_names: dict[str, str]

    @model_validator(mode="after")
    def _every_class_has_a_name(self) -> FormWords:
        if self.class_names.keys() != self.level1.keys() | self.level2.keys():
            raise ValueError("class_names must name the classes of level1 and level2, each once")
        return self

    @model_validator(mode="after")
    def _every_field_has_a_column(self) -> FormWords:
        named = {
            "single": set(self.single) - STANDS_FOR.keys(),
            "goals.columns": self.goals.columns,
            "after": self.after,
            "funds.columns": self.funds.columns,
            "indicators.columns": self.indicators.columns,
        }
        further = {"funds.further": self.funds.further, "indicators.further": self.indicators.further}
        wrong = [*list_strangers(named), *list_swallowed(further)]
        if wrong:
            raise ValueError("; ".join(wrong))
        return self


@cache
def form_words() -> FormWords:
    """Return the vocabulary, loaded once."""
    return load_yaml("form.yml", FormWords)


REMEMBERED = 1 << 14
"""Texts of which it is remembered what they stand for: those of a document are asked about by many stages."""


@lru_cache(maxsize=REMEMBERED)
def fold_label(text: str) -> str:
    """Return a label as it is compared. A stroke before 级 is the numeral, whatever it was read as."""
    text = _STROKE.sub("一级", text.translate(older_forms()))
    return _PUNCTUATION.sub("", _NUMBERED.sub("", BRACKETED.sub("", text)))


@cache
def older_forms() -> dict[int, str]:
    """Return the translation of older forms of characters to those that the vocabulary is written in."""
    return str.maketrans(form_words().older_forms)


_NUMBERED = re.compile(r"^\s*(?:\d{1,2}|[一二三四五六七八九十]{1,2})\s*[.、．](?!\d)")


def head_words(section: str) -> HeadWords:
    """Return the vocabulary of a part of the form whose columns have heads: fund_columns, goals or indicators."""
    words = form_words()
    parts: dict[str, HeadWords] = {"fund_columns": words.funds, "goals": words.goals, "indicators": words.indicators}
    return parts[section]


@cache
def _groups(section: str) -> Mapping[str, tuple[str, ...]]:
    """Return field → its wordings for one section of the vocabulary; those of single templates come last."""
    groups = dict(_shared_groups(section))
    for field, wordings in added_words(section).items():
        groups[field] = (*groups.get(field, ()), *wordings)
    return groups


@cache
def section_fields(section: str) -> tuple[str, ...]:
    """Return the fields that the labels of a section may stand for."""
    return tuple(_groups(section))


def _shared_groups(section: str) -> Mapping[str, tuple[str, ...]]:
    words = form_words()
    if section in HEADED:
        return {**head_words(section).columns, **head_words(section).further}
    groups: Mapping[str, Mapping[str, tuple[str, ...]]] = {
        "single": words.single,
        "other_labels": words.other_labels,
        "fund_rows": words.funds.rows,
        "after": words.after,
        "sections": {
            "funds": words.funds.section,
            "goals": words.goals.section,
            "indicators": words.indicators.section,
        },
        "total": {"total": words.total},
    }
    return groups[section]


HEADED = frozenset({"fund_columns", "goals", "indicators"})
"""Sections whose labels are the heads of columns."""


@cache
def _lookup(section: str) -> Mapping[str, tuple[str, ...]]:
    """Return folded wording → the fields that it may stand for, for one section of the vocabulary."""
    found: dict[str, list[str]] = {}
    for field, wordings in _groups(section).items():
        for wording in wordings:
            folded = fold_label(wording)
            folded = folded.removeprefix(_INCLUDED) if section == "fund_rows" else folded
            fields = found.setdefault(folded, [])
            if field not in fields:
                fields.append(field)
    return {wording: tuple(fields) for wording, fields in found.items()}


SECTIONS = ("single", "other_labels", "fund_columns", "fund_rows", "goals", "indicators", "sections", "total", "after")

_INCLUDED = "其中"


@lru_cache(maxsize=REMEMBERED)
def find_labels(section: str, text: str) -> tuple[str, ...]:
    """Return the fields that a printed label may stand for in a section; none where it is no such label."""
    folded = fold_label(text)
    if section == "fund_rows":
        folded = folded.removeprefix(_INCLUDED)
    if section == "single":
        folded = _without_rank(folded)
    return _lookup(section).get(folded, ())


def _without_rank(folded: str) -> str:
    """Return the label of a field without the rank before it (县级主管部门), unless the whole is a label."""
    if folded in _lookup("single"):
        return folded
    return next((folded.removeprefix(rank) for rank in form_words().ranks if folded.startswith(rank)), folded)


@lru_cache(maxsize=REMEMBERED)
def find_label(section: str, text: str) -> str | None:
    """Return the field that a printed label stands for in a section, or None where it is no such label.

    Of several fields it is the likelier one where no other head is beside it; `labels.heads` weighs them all.
    """
    fields = find_labels(section, text) if text else ()
    required = head_words(section).required if section in HEADED else ()
    return next((field for field in fields if field in required), fields[0] if fields else None)


def find_fund_word(text: str) -> str | None:
    """Return the kind of a fund line that a word in its label tells, or None: 县级财政配套 is local."""
    folded = fold_label(text)
    told = [kind for kind, words in form_words().funds.rows_containing.items() if any(w in folded for w in words)]
    if {"central", "local"} <= set(told):
        return "higher_level"
    return told[0] if told else None


_COUNTED = re.compile(r"^(?P<label>.{3,}?)(?:\d{1,2}|[一二三四五六七八九十]{1,2})$")


def find_counted_goal(text: str) -> str | None:
    """Return the field of a goal that is one of several and says which (年度目标2：（40分）), or None."""
    match = _COUNTED.match(fold_label(text))
    field = find_label("goals", match["label"]) if match else None
    return field if field in form_words().goals.columns else None


LONGEST_HEADING = 24
"""Characters of a heading below the total; longer texts are what stands below one."""


def find_after_label(text: str) -> str | None:
    """Return the field that a label or a heading below the indicators stands for, or None where it is none."""
    if field := find_label("after", text):
        return field
    folded = fold_label(text)
    if len(folded) > LONGEST_HEADING or _SENTENCE_END.search(text):
        return None
    return next((f for f, words in form_words().after_containing.items() if any(w in folded for w in words)), None)


_SENTENCE_END = re.compile("[。；;，,]")


_LABELLED = re.compile(r"^\s*(?P<label>[^：:]{2,14})[：:]\s*(?P<text>\S.*)$", re.DOTALL)


@cache
def split_labelled(section: str, text: str) -> tuple[str, str] | None:
    """Return the field and the text of a cell that begins with the label of its field (项目名称：道路养护), or None."""
    match = _LABELLED.match(text)
    field = find_label(section, match["label"]) if match else None
    return (field, match["text"]) if match and field else None


def field_of_cell(section: str, text: str) -> str | None:
    """Return the field whose label a cell is, or begins with."""
    if field := find_label(section, text):
        return field
    split = split_labelled(section, text)
    return split[0] if split else None


def labels_inside(section: str, text: str, shortest: int = 1) -> set[str]:
    """Return the fields whose labels stand within a longer text; labels of fewer characters are words of any text."""
    folded = fold_label(text)
    known = _lookup(section).items()
    return {
        fields[0] for wording, fields in known if len(wording) >= shortest and wording in folded and wording != folded
    }


def missing_marks(text: str, label: str) -> set[str]:
    """Return the words of the text that a label never leaves out (上年) and that this label does not say."""
    return {mark for mark in form_words().marks if mark in text and mark not in label}


@lru_cache(maxsize=REMEMBERED)
def find_columns(section: str, text: str) -> tuple[str, ...]:
    """Return the fields one of whose words a longer head contains, the likeliest first."""
    folded, found = fold_label(text), []
    for field, known in head_words(section).containing.items():
        word = next((word for word in known if word in folded), None)
        if word is None or missing_marks(folded, word):
            continue
        pieces = (piece.strip(_BORDERS) for piece in folded.split(word))
        beside = {find_label(section, piece) for piece in pieces if len(piece) > len(_INCLUDED)}
        if not beside <= {field, None}:
            return ()
        found.append(field)
    return tuple(found)


@cache
def _all_labels() -> frozenset[str]:
    return frozenset(wording for section in SECTIONS for wording in _lookup(section))


def is_label(text: str) -> bool:
    """Tell whether a text is a printed label of the form, of any section."""
    folded = fold_label(text).removeprefix(_INCLUDED)
    return bool(text) and (folded in _all_labels() or bool(find_labels("single", text)))


@cache
def section_labels(section: str) -> frozenset[str]:
    """Return the labels of one section, folded."""
    return frozenset(_lookup(section))
