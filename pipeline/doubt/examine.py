"""Forms read from pictures → the same forms, each number weighed against its column, a second reader and the sums.

Nothing here looks at pictures: `ask` does (`pipeline.doubt.second_reader`). Where readers agree on what is printed and
a sum fails all the same, the form is wrong and nothing is doubted: that is a finding, not a misreading. What is read
from a text layer or a Word file passes untouched.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.doubt.column_kinds import ReviewRules, fits, is_unpaired, keeps_marks, review_rules
from pipeline.doubt.constraints import Constraint, list_constraints
from pipeline.doubt.cut_numbers import find_cut_numbers
from pipeline.doubt.levels import CLASSES, find_doubtful_levels
from pipeline.doubt.names import find_doubtful_names
from pipeline.doubt.repair import (
    exchange,
    find_accused,
    find_confirmed,
    fits_sums_as_well,
    repair_readings,
    texts_of,
)
from pipeline.forms.fields import Fields, list_fields, with_fields
from pipeline.forms.inferred import POINTS
from pipeline.labels.sections import MERGED_COLUMNS
from pipeline.models import Form, Place, Reading
from pipeline.records import FUND_TYPES, FieldKey


@dataclass(frozen=True, slots=True)
class Question:
    """A cell to be read again: where it stands, and the characters that its column may hold."""

    places: tuple[Place, ...]
    alphabet: str


@dataclass(frozen=True, slots=True)
class SecondReading:
    """What another reading of a cell gave. Only one that is `independent` of the first reader can agree with it."""

    text: str
    independent: bool = True


SecondReadings = Sequence[SecondReading]

Ask = Callable[[Sequence[Question]], Sequence[SecondReadings]]
"""Questions → the answers to each, in their order; none where a cell could not be read again."""


@dataclass(frozen=True, slots=True)
class Examination:
    """A form under examination: its fields, its constraints, and the fields to be asked about."""

    form: Form
    fields: Fields
    constraints: tuple[Constraint, ...] = ()
    asked: tuple[FieldKey, ...] = ()


def examine_forms(forms: Sequence[Form], ask: Ask, rules: ReviewRules | None = None) -> list[Form]:
    """Return the forms with their confidence, review marks and repairs; all questions are asked at once."""
    rules = rules or review_rules()
    cases = [open_case(form, rules) for form in forms]
    questions = [_question(case.fields[key], key, rules) for case in cases for key in case.asked]
    answers = iter(ask(questions) if questions else ())
    return [close_case(case, {key: next(answers) for key in case.asked}, rules) for case in cases]


def _question(reading: Reading, key: FieldKey, rules: ReviewRules) -> Question:
    return Question(reading.places, rules.kind(key[2]).alphabet or "")


def open_case(form: Form, rules: ReviewRules) -> Examination:
    """Hold a form's readings to their columns and its sums, and choose what is worth a second look."""
    fields = list_fields(form)
    if not any(reading.source == "ocr" for reading in fields.values()):
        return Examination(form, fields)
    constraints = tuple(list_constraints(texts_of(fields), form.money_unit, rules.constraints, summed_rows(form)))
    fields = fit_columns(fields, constraints, rules)
    return Examination(form, fields, constraints, tuple(choose_questions(fields, constraints, rules)))


def fit_columns(fields: Fields, constraints: Sequence[Constraint], rules: ReviewRules) -> dict[FieldKey, Reading]:
    """Exchange readings of an odd shape for alternatives with which the form's sums come out at least as well."""
    fitted, texts = dict(fields), texts_of(fields)
    for key, reading in fields.items():
        other = fit_column(key, reading, rules)
        if other is not reading and fits_sums_as_well(key, other.text, texts, constraints):
            fitted[key] = other
            texts[key] = other.text
    return fitted


def summed_rows(form: Form) -> tuple[int, ...]:
    """Return the rows of the funds that make the total; none where that is not known of every printed line."""
    usual = {FUND_TYPES.index(kind) + 1 for kind in form.funds}
    printed = usual | {line.row_no for line in form.further_funds}
    return tuple(n for n, adds in form.fund_parts.items() if adds) if printed <= set(form.fund_parts) else ()


def fit_column(key: FieldKey, reading: Reading, rules: ReviewRules) -> Reading:
    """Exchange a reading of an odd shape for an alternative that has the column's shape, with little confidence.

    An alternative of another length is no other reading of the same characters, and is left alone; so is one that
    drops 万, a sign or a unit.
    """
    kind = rules.kind(key[2])
    if reading.source != "ocr" or fits(kind, reading.text):
        return reading
    close = (text for text in reading.alternatives if text.strip() and abs(len(text) - len(reading.text)) <= 1)
    fitting = next((text for text in close if fits(kind, text) and keeps_marks(reading.text, text, rules.marks)), None)
    return reading if fitting is None else exchange(reading, fitting, float(rules.trust.taken))


def choose_questions(fields: Fields, constraints: Iterable[Constraint], rules: ReviewRules) -> list[FieldKey]:
    """Return the fields worth a second look, the least sure first: unsure, odd, or in a sum that fails.

    What a sum that comes out right vouches for needs none, and neither does what no second reader knows to read.
    """
    texts = texts_of(fields)
    accused = find_accused(texts, constraints)
    confirmed = find_confirmed(texts, constraints, rules)
    doubted = [
        key
        for key, reading in fields.items()
        if reading.source == "ocr"
        and key not in confirmed
        and (key in accused or is_doubtful(key, reading, rules))
        and _can_be_asked(key, reading, rules)
    ]
    return sorted(doubted, key=lambda key: fields[key].confidence)[: rules.most_questions]


def _can_be_asked(key: FieldKey, reading: Reading, rules: ReviewRules) -> bool:
    """Tell whether a second reader may help with what is written in the cell."""
    kind = rules.kind(key[2])
    helps = kind.askable is None or bool(kind.askable.fullmatch(reading.text)) or not fits(kind, reading.text)
    return bool(reading.text) and kind.alphabet is not None and helps


def is_doubtful(key: FieldKey, reading: Reading, rules: ReviewRules) -> bool:
    """Tell whether a reading is uncertain by itself: marked by its reader, below its threshold, or oddly shaped."""
    kind = rules.kind(key[2])
    odd = not fits(kind, reading.text) or is_unpaired(reading.text, rules.pairs)
    return reading.needs_review or reading.confidence < float(kind.threshold) or odd


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a form's readings beside themselves.

    `agreed` holds the fields that an independent reader read alike, `contested` those that it read otherwise,
    `confirmed` the numbers that a sum vouches for, `accused` the fields of sums that fail, `merged` those that share
    a cell with another column, `levels` the level labels and names that were not read whole or not of their own row,
    `cut` the amounts that are a piece of the one beside them.
    """

    agreed: Collection[FieldKey]
    contested: Collection[FieldKey]
    confirmed: Collection[FieldKey]
    accused: Collection[FieldKey]
    merged: Collection[FieldKey]
    levels: Collection[FieldKey] = ()
    cut: Collection[FieldKey] = ()


def close_case(case: Examination, answers: Mapping[FieldKey, SecondReadings], rules: ReviewRules) -> Form:
    """Return the form in the light of the answers: repaired where it can be, marked where it must be."""
    if not case.constraints:
        return case.form
    widened = {key: _with_alternatives(reading, answers.get(key, ())) for key, reading in case.fields.items()}
    fields = fit_columns(widened, case.constraints, rules)
    agreed = find_agreed(case, fields, answers)
    fields = repair_readings(fields, case.constraints, agreed, rules)
    texts = texts_of(fields)
    evidence = Evidence(
        agreed=agreed,
        contested={key for key, given in answers.items() if is_contested(fields[key], given)},
        confirmed=find_confirmed(texts, case.constraints, rules),
        accused=find_accused(texts, case.constraints),
        merged=find_merged(fields),
        levels=find_doubtful_levels(fields) | find_doubtful_names(fields),
        cut=find_cut_numbers(fields),
    )
    return with_fields(
        case.form, {key: settle_review(key, reading, evidence, rules) for key, reading in fields.items()}
    )


def _with_alternatives(reading: Reading, answers: SecondReadings) -> Reading:
    """Return the reading with what other readers made of it among the alternatives."""
    new = [answer.text for answer in answers if answer.text and not same_text(answer.text, reading.text)]
    second = tuple(dict.fromkeys(answer.text for answer in answers if answer.text and answer.independent))
    alternatives = tuple(dict.fromkeys((*reading.alternatives, *new)))
    return replace(reading, alternatives=alternatives, second_readings=second) if answers else reading


def same_text(one: str, other: str) -> bool:
    """Tell whether two readings say the same, white space and the length of dashes apart."""
    return _folded(one) == _folded(other)


def _folded(text: str) -> str:
    return "".join(text.split()).replace("——", "—").replace("-", "—")


def agrees(reading: Reading, answers: SecondReadings) -> bool:
    """Tell whether a reader independent of the first made the same of the cell."""
    return any(answer.independent and same_text(answer.text, reading.text) for answer in answers)


def find_agreed(case: Examination, fields: Fields, answers: Mapping[FieldKey, SecondReadings]) -> set[FieldKey]:
    """Return the fields whose text both the first reader and an independent one proposed.

    A reader that proposed a text alone does not agree with itself.
    """
    agreed: set[FieldKey] = set()
    for key, given in answers.items():
        first = case.fields[key]
        own = (first.text, *first.alternatives, *(answer.text for answer in given if not answer.independent))
        if agrees(fields[key], given) and any(same_text(text, fields[key].text) for text in own):
            agreed.add(key)
    return agreed


def is_contested(reading: Reading, answers: SecondReadings) -> bool:
    """Tell whether a reader independent of the first made something else of the cell; silence is no objection."""
    independent = [answer for answer in answers if answer.independent and answer.text]
    return bool(independent) and not agrees(reading, independent)


def find_merged(fields: Fields) -> set[FieldKey]:
    """Return the fields whose text stands in one cell with that of another column of the same row, or under its head.

    No form prints two values in one cell: the ruling between them was not found, and neither text is the column's.
    """
    sharing: dict[tuple[object, ...], list[FieldKey]] = defaultdict(list)
    for key, reading in fields.items():
        if reading.source == "ocr" and any(char.isalnum() for char in reading.text):
            sharing[key[:2], reading.places].append(key)
    groups = [keys for keys in sharing.values() if len(keys) > 1 and not {key[2] for key in keys} <= CLASSES]
    under_one_head = {key for key, reading in fields.items() if reading.review_reason == MERGED_COLUMNS}
    return under_one_head | {key for keys in groups for key in keys}


CROSSED = "crossed"
"""Review reason of what a stroke of a pen or a streak goes through: it may have taken a digit from all who read it, and
the same one from two numbers below each other that a sum holds together."""


MISPLACED = frozenset({"inferred_columns", "odd_shape", "unread_ink", "merged_value", "blank_beside_filled"})
"""Review reasons that doubt what a text belongs to, or whether it is whole; who reads the same characters in the same
place again says nothing of that."""


def _stays_doubted(key: FieldKey, reading: Reading, evidence: Evidence) -> bool:
    """Tell whether a reading is doubted for what no second reader can settle: a stroke through it, or its place.

    The points of all rows are doubted for their place where one sum fails; those a second reader does settle.
    """
    of_sum = key[2] in POINTS and reading.review_reason == "inferred_columns"
    misplaced = reading.review_reason in MISPLACED and not of_sum and key not in evidence.confirmed
    return misplaced or reading.review_reason == CROSSED


def settle_review(key: FieldKey, reading: Reading, evidence: Evidence, rules: ReviewRules) -> Reading:
    """Return the reading with its final confidence, and marked for review where nothing speaks for it."""
    if reading.source != "ocr":
        return reading
    if key in evidence.merged:
        return replace(reading, needs_review=True, review_reason=MERGED_COLUMNS)
    if reading.needs_review and _stays_doubted(key, reading, evidence):
        return reading
    cut = key in evidence.cut and key not in evidence.agreed
    if reading.text and key in evidence.confirmed and not cut:
        return _vouch_for(reading, float(rules.trust.confirmed))
    if reading.text and key in evidence.agreed and fits(rules.kind(key[2]), reading.text):
        return _vouch_for(reading, float(rules.trust.agreed))
    found = "odd_shape" if cut else name_doubt(key, reading, evidence, rules)
    reason = reading.review_reason if reading.needs_review else found
    return replace(reading, needs_review=reading.needs_review or bool(reason), review_reason=reason)


def _vouch_for(reading: Reading, confidence: float) -> Reading:
    """Lift a doubt. An exchanged reading stays no surer than the exchange made it."""
    surer = reading.confidence if reading.first_text is not None else max(reading.confidence, confidence)
    return replace(reading, confidence=surer, needs_review=False, review_reason="")


def name_doubt(key: FieldKey, reading: Reading, evidence: Evidence, rules: ReviewRules) -> str:
    """Name what is doubtful in a reading that nothing vouches for; empty where nothing is.

    A failing sum alone casts no doubt on what was read surely: the form may be wrong. It does where a second reader
    objects, or where there was none and the first was not sure.
    """
    kind = rules.kind(key[2])
    if not fits(kind, reading.text) or is_unpaired(reading.text, rules.pairs) or key in evidence.levels:
        return "odd_shape"
    if reading.confidence < float(kind.threshold):
        if reading.first_text is not None:
            return "repaired"
        return "readers_disagree" if key in evidence.contested else "low_confidence"
    unsure = key in evidence.contested or reading.confidence < float(rules.trust.agreed)
    return "sum_fails" if key in evidence.accused and unsure else ""
