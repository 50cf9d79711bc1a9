"""How many examples Hypothesis tries, and whether the same ones each time.

`python -m pytest` tries the same examples on every machine, so that no run fails by luck; `HYPOTHESIS_PROFILE=long
python -m pytest tests/scoring` looks for new ones, twenty times as many.
"""

from __future__ import annotations

import os

from hypothesis import settings

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"

settings.register_profile("ci", derandomize=True, database=None, deadline=None)
settings.register_profile("long", deadline=None)
settings.load_profile("long" if LONG else "ci")


def examples(count: int) -> int:
    """Return how many examples a test tries that needs `count` of them in an ordinary run."""
    return 20 * count if LONG else count
