"""Forms compared: score distribution, clustering at full marks, points at stake, execution, by district or department.

Works on the loaded tables (`pipeline.load`), not on records. Scores are points, shares and rates 1.0 = 100 %. Rates
are of sums (spent ÷ budgeted over the group), so that a small project does not weigh like a large one. A form without
a total score counts among the forms and not in the distribution; bounds (200余家, ≥95%) enter no average.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import pandas as pd

By = Literal["district", "department", "class"]
FULL_MARKS = 100.0


def _number(column: pd.Series) -> pd.Series:
    """Return decimals, nulls and floats alike as floats."""
    return column.astype("object").map(lambda value: float("nan") if pd.isna(value) else float(value)).astype("float64")


def points_at_stake(findings: pd.DataFrame) -> pd.DataFrame:
    """Return the points that low targets put at stake, by form and indicator row."""
    low = findings[findings["code"].astype("object") == "low_target"]
    stake = pd.DataFrame({"form_id": low["form_id"], "row_no": low["row_no"], "points": _number(low["difference"])})
    return stake.groupby(["form_id", "row_no"])[["points"]].sum().reset_index()


def _form_facts(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return one row per form: who, the total, the money, the points at stake."""
    forms = tables["forms"][["form_id", "district", "department", "total_score"]].copy()
    forms["total_score"] = _number(forms["total_score"])
    funds = tables["funds"]
    totals = funds[funds["fund_type"].astype("object") == "total"].copy()
    money = ["initial_budget_yuan", "annual_budget_yuan", "executed_yuan"]
    for name in money:
        totals[name] = _number(totals[name])
    totals = totals.groupby("form_id", as_index=False)[money].max()
    stake = points_at_stake(tables["findings"]).groupby("form_id")[["points"]].sum().reset_index()
    facts = forms.merge(totals[["form_id", *money]], on="form_id", how="left").merge(stake, on="form_id", how="left")
    return facts.assign(points=facts["points"].fillna(0.0))


def _execution(facts: pd.DataFrame, budget: str) -> float:
    """Return spent ÷ budgeted over the forms that print both amounts and a budget above 0."""
    known = facts[(facts[budget] > 0) & facts["executed_yuan"].notna()]
    return float(known["executed_yuan"].sum() / known[budget].sum()) if len(known) else float("nan")


def _describe_forms(facts: pd.DataFrame) -> pd.Series:
    scores = facts["total_score"].dropna()
    return pd.Series(
        {
            "forms": len(facts),
            "scored": len(scores),
            "score_min": scores.min(),
            "score_p25": scores.quantile(0.25),
            "score_median": scores.median(),
            "score_p75": scores.quantile(0.75),
            "score_max": scores.max(),
            "score_mean": scores.mean(),
            "share_at_100": (scores == FULL_MARKS).mean(),
            "points_at_stake": facts["points"].sum(),
            "execution_against_annual": _execution(facts, "annual_budget_yuan"),
            "execution_against_initial": _execution(facts, "initial_budget_yuan"),
        },
        dtype="float64",
    )


def _class_facts(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return one row per weighted and scored indicator with its class."""
    rows = tables["indicators"][["form_id", "row_no", "level2_code", "level1_code", "weight", "score"]].copy()
    rows["weight"], rows["score"] = _number(rows["weight"]), _number(rows["score"])
    names = rows["level2_code"].astype("object")
    rows["class"] = names.where(names.notna(), rows["level1_code"].astype("object"))
    rows = rows[(rows["weight"] > 0) & rows["score"].notna()]
    stake = points_at_stake(tables["findings"])
    return rows.merge(stake, on=["form_id", "row_no"], how="left").fillna({"points": 0.0})


def _describe_class(rows: pd.DataFrame) -> pd.Series:
    earned = rows["score"] / rows["weight"]
    return pd.Series(
        {
            "forms": rows["form_id"].nunique(),
            "rows": len(rows),
            "weight": rows["weight"].sum(),
            "score": rows["score"].sum(),
            "score_share_median": earned.median(),
            "score_share_mean": rows["score"].sum() / rows["weight"].sum(),
            "share_at_full": (earned >= 1).mean(),
            "points_at_stake": rows["points"].sum(),
        },
        dtype="float64",
    )


def summarise(tables: Mapping[str, pd.DataFrame], by: By = "district") -> pd.DataFrame:
    """Return one row per district, department or indicator class, by name; those without a name come last.

    `tables` maps the names of the contract to loaded tables: `forms`, `funds` and `findings`, or `indicators` and
    `findings` for classes. Counts and points are floats, as all columns.
    """
    facts = _class_facts(tables) if by == "class" else _form_facts(tables)
    describe: Callable[[pd.DataFrame], pd.Series] = _describe_class if by == "class" else _describe_forms
    groups = facts.groupby(facts[by].astype("object"), dropna=False, sort=True)
    described = {name: describe(group) for name, group in groups}
    return pd.DataFrame.from_dict(described, orient="index").rename_axis(by)
