"""Random forms whose arithmetic is right: weights sum to 100, rates and scores follow the plain rules.

Every function takes its own `random.Random`, so that a seed gives the same form for ever. `random_form` is the
entrance; `typeset.plant` then puts single discrepancies into a right form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from . import phrases
from .records import FormFacts, FundFacts, IndicatorFacts

ZERO = Decimal(0)


def plain(value: Decimal) -> str:
    """Print a number without exponent and without trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def rounded(value: Decimal, places: int) -> Decimal:
    """Round half up."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def random_amount(rng: Random) -> Decimal:
    """Return an amount of 万元 with zero to six decimals, as budgets and contracts give them."""
    places = rng.choice((0, 0, 1, 2, 2, 3, 4, 6))
    top = rng.choice((10, 60, 300, 1200, 20000))
    return rounded(Decimal(rng.randint(1, top * 10**6)) / 10**6 + Decimal("0.8"), places)


def random_sentence(rng: Random, clauses: int) -> str:
    """Return some clauses as one sentence or as a numbered list."""
    parts = rng.sample(phrases.CLAUSES, clauses)
    if clauses > 2 and rng.random() < 0.3:
        return "".join(f"{n}.{part}；" for n, part in enumerate(parts, 1))[:-1] + "。"
    return "，".join(parts) + "。"


def split_weight(rng: Random, total: int, parts: int) -> list[Decimal]:
    """Split a whole weight into positive parts, mostly whole numbers, sometimes halves."""
    unit = 2 if rng.random() < 0.2 else 1
    cuts = sorted(rng.sample(range(1, total * unit), parts - 1))
    return [Decimal(b - a) / unit for a, b in zip([0, *cuts], [*cuts, total * unit], strict=True)]


def percent(rng: Random, rate: Decimal, places: int = 2) -> str:
    """Print a rate (1.0 is 100 %) with a sign or without."""
    return plain(rounded(rate * 100, places)) + rng.choice(("%", "%", ""))


def random_funds(rng: Random) -> tuple[tuple[FundFacts, FundFacts, FundFacts, FundFacts], Decimal, Decimal]:
    """Return the fund rows, the executed amount and the execution score out of 10."""
    annual = random_amount(rng)
    executed = annual if rng.random() < 0.55 else rounded(annual * Decimal(rng.randint(60, 99)) / 100, 4)
    initial = annual if rng.random() < 0.7 else rounded(annual * Decimal("0.75"), 2)
    score = rounded(min(Decimal(10), executed / annual * 10), 2)
    blank = rng.choice(("", "", "0", "0", "0.00", "/", "—"))
    nothing = FundFacts(blank, blank, blank, "—", "", "—")
    total = FundFacts(
        plain(initial), plain(annual), plain(executed), "10", percent(rng, executed / annual), plain(score)
    )
    if rng.random() < 0.8:
        rest = replace(total, weight="—", score="—", rate=total.rate if rng.random() < 0.6 else "")
        return (total, rest, nothing, nothing), executed, score
    part = rounded(min(initial, executed) / 3, 2)
    fiscal = FundFacts(plain(initial - part), plain(annual - part), plain(executed - part), "—", "", "—")
    other = FundFacts(plain(part), plain(part), plain(part), "—", "100%", "—")
    return (total, fiscal, nothing, other), executed, score


def bound(rng: Random, sign: str, number: str, unit: str) -> str:
    """Print a quantitative target in one cell, in one of the wordings in use."""
    words = {"≥": ("不少于{}", "不低于{}", "{}以上"), "≤": ("不超过{}", "不高于{}", "{}以内")}
    text = number + unit
    if rng.random() < 0.15 and sign in words:
        return rng.choice(words[sign]).format(text)
    return rng.choice((f"{sign}{text}", f"{sign}{text}", f"{sign} {text}", text if sign == "≥" else f"{sign}{text}"))


def said(rng: Random, level3: str, text: str) -> str:
    """Print an actual value as a number or as a short statement that holds it."""
    return f"{level3}{text}" if rng.random() < 0.1 else text


def quantity(
    rng: Random, facts: IndicatorFacts, sign: str, target: Decimal, *, actual: Decimal, unit: str, columns: bool
) -> IndicatorFacts:
    """Fill target and actual of a quantitative row, in one cell each or with sign and unit in their own columns."""
    if columns:
        shown = plain(actual) + (unit if rng.random() < 0.4 else "")
        return replace(facts, nature=sign, target=plain(target), unit=unit, actual=said(rng, facts.level3, shown))
    return replace(
        facts,
        target=bound(rng, sign, plain(target), unit),
        actual=said(rng, facts.level3, plain(actual) + unit),
    )


def quality(rng: Random, facts: IndicatorFacts, *, columns: bool) -> IndicatorFacts:
    """Fill target and actual of a qualitative row."""
    if columns:
        grades = rng.choice(phrases.GRADE_SETS)
        best = grades.split("/")[0] if "/" in grades else grades[0]
        remark = f"（{rng.choice(phrases.CLAUSES)}）" if rng.random() < 0.5 else ""
        unit = rng.choice(("项", "其他", "/", ""))
        return replace(facts, nature="定性", target=grades, unit=unit, actual=best + remark)
    return replace(facts, target=rng.choice(phrases.CLAIMS), actual=random_sentence(rng, 1))


def dated_row(rng: Random, level2: str, year: int) -> IndicatorFacts:
    """Return a row whose target is a deadline and whose actual is a date before it."""
    at = rng.randrange(len(phrases.DEADLINES))
    name = rng.choice(("完成时间", "验收时间", "资金支付进度", "方案编制完成时间"))
    target, actual = phrases.DEADLINES[at].format(year=year), phrases.DATES[at].format(year=year)
    return IndicatorFacts("", level2, name, target=target, actual=actual)


def output_row(rng: Random, level2: str, *, columns: bool) -> IndicatorFacts:
    """Return one row under 产出 without its weight."""
    if level2 == "数量指标":
        name, unit = rng.choice(phrases.COUNTS)
        target = Decimal(rng.choice((1, 2, 4, 12, 30, rng.randint(5, 99), rng.randint(100, 9999))))
        actual = target + rng.choice((0, 0, int(target / 5)))
        return quantity(rng, IndicatorFacts("", level2, name), "≥", target, actual=actual, unit=unit, columns=columns)
    if level2 == "质量指标":
        row = IndicatorFacts("", level2, rng.choice(phrases.QUALITIES))
        if rng.random() < 0.3:
            return quality(rng, row, columns=columns)
        target = Decimal(rng.choice(("90", "95", "98.5", "99.9", "100")))
        return quantity(rng, row, "≥", target, actual=rng.choice((target, Decimal(100))), unit="%", columns=columns)
    if not columns and rng.random() < 0.4:
        return dated_row(rng, level2, 2024)
    row = IndicatorFacts("", level2, rng.choice(phrases.TIMINGS))
    target, unit = rng.choice(((Decimal(2), "小时"), (Decimal(15), "分钟"), (Decimal(12), "月"), (Decimal(30), "天")))
    return quantity(rng, row, "≤", target, actual=target, unit=unit, columns=columns)


def cost_row(rng: Random, level2: str, executed: Decimal, *, columns: bool) -> IndicatorFacts:
    """Return a cost row whose actual is the executed amount."""
    row = IndicatorFacts("", level2, rng.choice(("项目总成本", "预算控制数", "年度支出金额", "合同金额")))
    target = max(executed, rounded(executed * Decimal("1.02"), 2)) if rng.random() < 0.4 else executed
    if rng.random() < 0.25 and executed * 10000 == int(executed * 10000):
        return quantity(rng, row, "≤", target * 10000, actual=executed * 10000, unit="元", columns=columns)
    return quantity(rng, row, "≤", target, actual=executed, unit="万元", columns=columns)


def benefit_row(rng: Random, level2: str, *, columns: bool) -> IndicatorFacts:
    """Return one row under 效益 without its weight; mostly qualitative."""
    row = IndicatorFacts("", level2, rng.choice(dict(phrases.BENEFITS)[level2]))
    if rng.random() < 0.7:
        return quality(rng, row, columns=columns)
    target = Decimal(rng.randint(3, 60))
    return quantity(rng, row, "≥", target, actual=target + rng.randint(0, 3), unit="%", columns=columns)


def satisfaction_row(rng: Random, level2: str, *, columns: bool) -> IndicatorFacts:
    """Return one satisfaction row without its weight."""
    row = IndicatorFacts("", level2, rng.choice(phrases.SERVED))
    target = Decimal(rng.choice((85, 90, 95, 98)))
    actual = rng.choice((target, Decimal("98.6"), Decimal(100)))
    return quantity(rng, row, "≥", target, actual=max(target, actual), unit="%", columns=columns)


def weighted(rng: Random, level1: str, total: int, rows: Sequence[IndicatorFacts]) -> list[IndicatorFacts]:
    """Give the rows of one 一级指标 their label, weights that sum to `total`, and full scores."""
    weights = [plain(w) for w in split_weight(rng, total, len(rows))]
    level1 += rng.choice(phrases.LEVEL_SUFFIXES).format(total)
    return [replace(row, level1=level1, weight=w, score=w) for row, w in zip(rows, weights, strict=True)]


def random_rows(rng: Random, executed: Decimal, rows: int, *, columns: bool, apart: bool) -> list[IndicatorFacts]:
    """Return about `rows` indicator rows, cost in its own 一级指标 (`apart`) or under 产出; weights sum to 90."""
    share = rng.choice(((40, 10, 30, 10), (40, 20, 20, 10), (45, 5, 30, 10))) if apart else (50, 0, 30, 10)
    kinds = ("数量指标", "质量指标", rng.choice(("时效指标", "时效指标", "进度指标")))
    outputs: list[IndicatorFacts] = []
    for kind in kinds:
        more = max(1, (rows - 4) // 4) if kind == "数量指标" else 1 + (rng.random() < (rows - 6) / 12)
        outputs += [output_row(rng, kind, columns=columns) for _ in range(more)]
    costs = [cost_row(rng, "经济成本指标" if apart else "成本指标", executed, columns=columns)]
    groups = sorted(rng.sample(range(4), rng.choice((1, 1, 2, 3) if rows < 12 else (3, 4))))
    benefits = [
        benefit_row(rng, phrases.BENEFITS[g][0], columns=columns) for g in groups for _ in range(1 + (rows > 14))
    ]
    served = [satisfaction_row(rng, "服务对象满意度指标", columns=columns)]
    made = weighted(rng, "产出指标", share[0], outputs if apart else outputs + costs)
    made += weighted(rng, "成本指标", share[1], costs) if apart else []
    made += weighted(rng, "效益指标", share[2], benefits)
    return made + weighted(rng, rng.choice(("满意度指标", "满意度指标", "服务对象满意度指标")), share[3], served)


def lower_some_scores(rng: Random, rows: list[IndicatorFacts], *, reasons: bool) -> list[IndicatorFacts]:
    """Take a point or a fraction from a few qualitative rows, with a reason where the form has a column for it."""
    lowered = []
    for row in rows:
        weight = Decimal(row.weight)
        soft = not any(c.isdigit() for c in row.target) and weight >= 2
        if soft and rng.random() < 0.35:
            score = weight - rng.choice((Decimal(1), Decimal("0.5"))) * (1 if weight >= 5 else Decimal("0.4"))
            lowered.append(replace(row, score=plain(score), deviation=rng.choice(phrases.REASONS) if reasons else None))
        else:
            lowered.append(row)
    return lowered


def number_names(rng: Random, rows: list[IndicatorFacts], *, placeholders: bool, columns: bool) -> list[IndicatorFacts]:
    """Number the names within each 二级指标 (`指标1：`) and, where asked, leave template rows behind them."""
    colon, numbered = rng.choice(("：", "：", ":")), []
    for at, row in enumerate(rows):
        same = [r for r in rows[: at + 1] if (r.level1, r.level2) == (row.level1, row.level2)]
        numbered.append(replace(row, level3=f"指标{len(same)}{colon}{row.level3}"))
        last = at + 1 == len(rows) or (rows[at + 1].level1, rows[at + 1].level2) != (row.level1, row.level2)
        if placeholders and last:
            empty = IndicatorFacts(row.level1, row.level2, nature="" if columns else None, unit="" if columns else None)
            numbered += [replace(empty, level3=f"指标{len(same) + 1}{colon}"), replace(empty, level3="……")]
    return numbered


def total_score(form: FormFacts) -> str:
    """Return the sum that the form should print: execution score plus indicator scores."""
    scores = [form.funds[0].score, *(row.score for row in form.indicators)]
    return plain(sum((Decimal(s) for s in scores if s), ZERO))


def random_name(rng: Random) -> str:
    """Return a person's name of two or three characters."""
    return rng.choice(phrases.SURNAMES) + "".join(rng.sample(phrases.GIVEN, rng.choice((1, 2))))


def random_project(rng: Random, year: int, district: str) -> str:
    """Return a project's name; some carry the year, the district, a code or Latin letters."""
    name = rng.choice(phrases.SUBJECTS) + rng.choice(phrases.ACTIONS)
    prefix = rng.choice(("", "", "", f"{year}年", f"{year}年度", district, f"{year - 1}-{year}年", "“雪亮工程”"))
    code = f"{rng.randint(11000000, 51999999)}T{rng.randint(10**8, 10**9)}-" if rng.random() < 0.08 else ""
    return code + prefix + name


def random_form(
    seed: int,
    *,
    has_nature: bool | None = None,
    has_deviation: bool | None = None,
    has_leader: bool | None = None,
    rows: int | None = None,
    placeholders: bool | None = None,
    department: str | None = None,
    district: str | None = None,
    notes: tuple[str, ...] = (),
) -> FormFacts:
    """Return a form drawn from the seed; what is given is kept, what is None is drawn too."""
    rng = Random(f"form {seed}")
    city, place = rng.choice(phrases.PLACES)
    district = district or place
    department = department or rng.choice((city, "")) + district + rng.choice(phrases.DEPARTMENTS)
    columns = rng.random() < 0.5 if has_nature is None else has_nature
    reasons = columns or rng.random() < 0.6 if has_deviation is None else has_deviation
    leader = rng.random() < 0.35 if has_leader is None else has_leader
    year = rng.choice((2024, 2024, 2023, 2022, 2025))
    funds, executed, _ = random_funds(rng)
    made = random_rows(rng, executed, rows or rng.randint(6, 11), columns=columns, apart=columns or rng.random() < 0.6)
    made = lower_some_scores(rng, made, reasons=reasons)
    empty_rows = rng.random() < 0.15 if placeholders is None else placeholders
    if empty_rows or rng.random() < 0.3:
        made = number_names(rng, made, placeholders=empty_rows, columns=columns)
    made = [replace(r, deviation=(r.deviation or "") if reasons else None) for r in made]
    form = FormFacts(
        district=district, title="项目支出绩效自评表", year=year, project_name=random_project(rng, year, district),
        department=department, unit=department + rng.choice(phrases.UNITS),
        leader=rng.choice((random_name(rng), "")) if leader else None,
        phone=f"{rng.choice(('010-6', '021-5', '028-8'))}{rng.randint(10**6, 10**7 - 1)}" if leader else None,
        funds=funds, goal_expected=random_sentence(rng, rng.choice((1, 2, 4, 6))),
        goal_actual=random_sentence(rng, rng.choice((1, 2, 4, 7))), indicators=tuple(made),
        total_weight="100", total_score="", has_deviation=reasons, has_nature=columns, notes=notes, id=f"random-{seed}",
    )  # fmt: skip
    return replace(form, total_score=total_score(form))


def random_document(seed: int, forms: int, **given: object) -> tuple[FormFacts, ...]:
    """Return the forms of one department's disclosure: one layout of columns, one district, one year."""
    first = random_form(seed * 1000, **given)  # type: ignore[arg-type]
    shared = {
        "has_nature": first.has_nature, "has_deviation": first.has_deviation, "has_leader": first.leader is not None,
        "department": first.department, "district": first.district,
    } | given  # fmt: skip
    others = (random_form(seed * 1000 + n, **shared) for n in range(1, forms))  # type: ignore[arg-type]
    return (first, *(replace(form, year=first.year) for form in others))
