"""How long this tree takes beside another one, over the same documents.

    python benchmarks/trees.py OTHER FILE...

`OTHER` is a working tree of another commit (`git worktree add OTHER COMMIT`). Each round reads all documents in a
process of each tree in turn; a process reads all once to warm up, then each a few times, and the least processor time
counts, lines of pictures that were read forgotten in between. For each document the ratio of the two trees is
printed as median over the rounds, with the least and the greatest. Rings of references are looked for as seldom as a
worker of this tree does, in both.
"""

from __future__ import annotations

import gc
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROUNDS, TIMES = 3, 3
SELDOM = 20_000


def time_documents(paths: list[Path]) -> list[float]:
    """Return the processor seconds that the tree in the working directory takes a page of each document, at least."""
    from pipeline.ingest.ocr import load_recognizer
    from pipeline.read import read_document
    from pipeline.settings import ReadSettings

    gc.set_threshold(SELDOM)
    settings = ReadSettings()
    engines = [read_document(path, settings).document.ocr_engine for path in paths]
    forget = getattr(load_recognizer(settings.ocr), "forget", None) if any(engines) else None
    found = []
    for path in paths:
        taken = []
        for _ in range(TIMES):
            if forget:
                forget()
            start = time.process_time()
            pages = read_document(path, settings).document.pages
            taken.append((time.process_time() - start) / max(1, pages or 1))
        found.append(min(taken))
    return found


def ask_tree(tree: Path, paths: list[Path]) -> list[float]:
    """Return what a tree takes a page of each document, timed in a process of its own."""
    command = [sys.executable, str(Path(__file__).resolve()), "--here", *map(str, paths)]
    done = subprocess.run(command, cwd=tree, check=True, capture_output=True, text=True)
    times: list[float] = json.loads(done.stdout.splitlines()[-1])
    return times


def main() -> None:
    """Time the documents in both trees in turns, and print their ratios."""
    if sys.argv[1] == "--here":
        sys.path.insert(0, ".")
        print(json.dumps(time_documents([Path(name) for name in sys.argv[2:]])))
        return
    other, paths = Path(sys.argv[1]), [Path(name).resolve() for name in sys.argv[2:]]
    rounds = [(ask_tree(ROOT, paths), ask_tree(other, paths)) for _ in range(ROUNDS)]
    for at, path in enumerate(paths):
        ratios = sorted(ours[at] / theirs[at] for ours, theirs in rounds)
        here = statistics.median(ours[at] for ours, _ in rounds) * 1000
        spread = f"{statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
        print(f"{path.name}: {here:.0f} ms a page, {spread}")


if __name__ == "__main__":
    main()
