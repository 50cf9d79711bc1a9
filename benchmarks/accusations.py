"""How often a form that is right is accused, and how many planted faults are found: prints a table.

usage: python -m benchmarks.accusations

The forms are those of `tests/scoring/correct_forms.yml` (right, with contents that look wrong) and `faulty_forms.yml`
(one fault each), decided by hand; every set of rules is asked about the first, the entry's own about the second. Exits
1 where a form is accused that is right, or where fewer than 95 % of the faults are found.
"""

from __future__ import annotations

import sys

from pipeline.scoring import list_profiles
from tests.scoring.planted import correct_forms, faulty_forms

LEAST_FOUND = 0.95


def main() -> int:
    """Print the figures, and what is wrong by name."""
    correct, faulty = correct_forms(), faulty_forms()
    profiles = list_profiles()
    accused = [(form, profile) for form in correct for profile in profiles if form.accused(profile)]
    noisy = [form for form in correct if form.quiet & {finding.code for finding in form.findings()}]
    missed = [form for form in faulty if not form.is_found()]
    share = 1 - len(missed) / len(faulty)
    print("| forms | asked of | wrong |\n| --- | --- | --- |")
    print(f"| {len(correct)} right ones | violations under {len(profiles)} sets of rules | {len(accused)} |")
    print(f"| {len(correct)} right ones | questions that do not fit | {len(noisy)} |")
    print(f"| {len(faulty)} with a fault | found: {share:.3f} | {len(missed)} |")
    for form, profile in accused:
        print(f"accused under {profile}: {form.text}", file=sys.stderr)
    for form in (*noisy, *missed):
        print(f"asked without need, or not found: {form.text}", file=sys.stderr)
    return int(bool(accused) or share < LEAST_FOUND)


if __name__ == "__main__":
    sys.exit(main())
