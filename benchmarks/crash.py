"""Runs killed, starved and raced far more often than the tests do it; prints a Markdown table.

`python benchmarks/crash.py` takes some minutes and exits 1 where a promise was broken. What is counted is in
`tests/running/faults.py`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

LOOPS = (
    ("killed before, or failed at, each operation of the commit path", ("operations", "1")),
    ("killed at random moments", ("kills", "200")),
    ("disk full at 20 levels", ("full", "20")),
    ("20 runs started at once on one output", ("starts", "20")),
)


def main() -> int:
    """Run all loops and print what came of them."""
    print("| what | figures | seconds |\n| --- | --- | --- |")
    broken = 0
    for title, arguments in LOOPS:
        started = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "tests.running.faults", *arguments],
            cwd=Path(__file__).parents[1],
            check=False,
            stdout=subprocess.PIPE,
            text=True,
        )
        broken += done.returncode != 0
        figures = json.loads(done.stdout) if done.returncode == 0 else {"broken": True}
        told = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in figures.items())
        print(f"| {title} | {told} | {time.monotonic() - started:.0f} |", flush=True)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
