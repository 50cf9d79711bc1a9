"""Words as values: grades (`优（…）`), sets of grades to choose from (`优良中低差`), claims (`达标`), plain text."""

from __future__ import annotations

import re
from functools import cache

from pipeline.units.model import Value, ValueContext
from pipeline.units.words import alternatives, value_words

_LONGEST_STATEMENT = 24
_ANY_DIGIT = re.compile("[0-9]")


def quality_value(text: str, context: ValueContext) -> Value:
    """Return the reading of a text that states no number: a grade, an option set, a claim or plain text.

    `unit` repeats nothing here: the unit column of a qualitative row (项, 其他) measures nothing.
    """
    options = context.target.options if context.target is not None else ()
    if options:
        return _answer_to_options(text, options)
    if len(text) <= _LONGEST_STATEMENT:
        found = read_options(text) or _stated_grade(text) or _claim(text)
        if found:
            return found
    return _graded_remark(text) or Value("qualitative", dimension="text", flags=_incidental(text))


def _incidental(text: str) -> tuple[str, ...]:
    return ("incidental_numbers_ignored",) if _ANY_DIGIT.search(text) else ()


def _ordinal(grade: str | None, flags: tuple[str, ...] = (), options: tuple[str, ...] = ()) -> Value:
    return Value("qualitative", dimension="ordinal", grade=grade, options=options, flags=flags)


@cache
def _grades() -> frozenset[str]:
    """Return the words that state a rank when they stand alone; 是 or 完成 may as well be a claim."""
    words = value_words().grades
    return frozenset(grade for grades in words.sets[: words.ordinal_sets] for grade in grades)


@cache
def worst_grades(grade: str) -> frozenset[str]:
    """Return the worst grades of the sets that a grade belongs to, itself left out."""
    return frozenset(grades[-1] for grades in value_words().grades.sets if grade in grades[:-1])


@cache
def _option() -> re.Pattern[str]:
    return re.compile(alternatives(grade for grades in value_words().grades.sets for grade in grades))


def read_options(text: str) -> Value | None:
    """Return a set of two or more grades with nothing between them but separators; None for any other text."""
    if not _option().match(text):
        return None
    words = value_words().grades
    bare = re.sub(f"[{re.escape(words.separators)}]", "", text)
    mended = bare if _split_options(bare) else "".join(words.typos.get(character, character) for character in bare)
    options = _split_options(mended)
    if not options:
        return None
    flags = (f"option_set:{'|'.join(options)}",) + ("typo_in_option_set",) * (mended != bare)
    return _ordinal(None, flags, options)


def _split_options(text: str) -> tuple[str, ...]:
    """Split a text that is nothing but grades of one set; empty where it is anything else."""
    options = tuple(_option().findall(text))
    if len(options) < 2 or "".join(options) != text or len(set(options)) != len(options):
        return ()
    one_set = any(set(options) <= set(grades) for grades in value_words().grades.sets)
    return options if one_set else ()


@cache
def _stated() -> re.Pattern[str]:
    lead = alternatives(value_words().grades.lead)
    return re.compile(rf"(?:{lead})?(?P<grade>{alternatives(_grades())})[。;；]?\Z")


def _stated_grade(text: str) -> Value | None:
    match = _stated().match(text)
    return _ordinal(match["grade"]) if match else None


@cache
def _remarked() -> re.Pattern[str]:
    return re.compile(rf"(?:达到|为)?(?P<grade>{alternatives(_grades())})[（(:：,，。;；]")


def _graded_remark(text: str) -> Value | None:
    """Return the grade before a remark, as in 优（完成了服务内容）."""
    match = _remarked().match(text)
    return _ordinal(match["grade"]) if match else None


def _answer_to_options(text: str, options: tuple[str, ...]) -> Value:
    """Read an actual against the grades its target offers."""
    found = _graded_remark(text) or _stated_grade(text)
    if found is None and (same := read_options(text)) and same.options == options:
        return _ordinal(None, ("no_grade_from_option_set",))
    if found is None and (grade := _option_stated(text, options)):
        flags = () if text.startswith(grade) else ("grade_embedded_in_text",)
        return _ordinal(grade, flags)
    if found is None:
        return _ordinal(None, ("no_grade_from_option_set", *_incidental(text)))
    return found if found.grade in options else _ordinal(found.grade, ("grade_not_in_option_set",))


def _option_stated(text: str, options: tuple[str, ...]) -> str | None:
    """Return the option that a text begins with before a remark, ends with, or names as the result."""
    names, lead = alternatives(options), alternatives(value_words().grades.lead)
    patterns = (
        rf"({names})(?:\Z|[（(:：,，。;；])",
        rf".*?(?:{lead})[“\"]?({names})[”\"]?(?:\Z|[（(:：,，。;；])",
        rf".*?(?<![不未])({names})[。]?\Z",
    )
    matches = (re.match(pattern, text) for pattern in patterns)
    return next((match[1] for match in matches if match), None)


@cache
def _claims() -> re.Pattern[str]:
    words = value_words().attainment
    before = alternatives((*words.before, *words.negations))
    objects = alternatives((*words.objects, *words.verbs))
    return re.compile(rf"(?P<before>(?:{before})*)(?:{alternatives(words.verbs)})(?:{objects})*[。]?\Z")


def _claim(text: str) -> Value | None:
    """Return a claim that the target was met (达标, 按时完成) or missed (未完成), None for any other text."""
    words = value_words().attainment
    bare = text.rstrip("。;；")
    if bare in words.attained or bare in words.missed:
        return _attainment(attained=bare in words.attained)
    match = _claims().match(text)
    if match is None:
        return None
    return _attainment(attained=not any(negation in match["before"] for negation in words.negations))


def _attainment(*, attained: bool) -> Value:
    return Value("qualitative", dimension="attainment", attained=attained, flags=("attainment_claim_no_measure",))
