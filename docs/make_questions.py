"""Run `docs/questions.ipynb` on a dataset and write its results: the notebook itself, `docs/questions.md`, the plots.

`python docs/make_questions.py DATASET` needs the packages of the test group and a font with Chinese characters. The
page shows what the notebook says and finds; its code stays in the notebook.
"""

from __future__ import annotations

import base64
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
NOTEBOOK = Path(__file__).with_name("questions.ipynb")
PAGE = NOTEBOOK.with_suffix(".md")
IMAGES = Path(__file__).with_name("images")
PREFACE = "<!-- written by docs/make_questions.py from questions.ipynb -->\n"


def execute(notebook: nbformat.NotebookNode, out: Path) -> nbformat.NotebookNode:
    """Run all cells on a dataset, in a fresh kernel, and return the notebook with its outputs."""
    environment = os.environ | {"JIXIAO_OUT": str(out.absolute()), "PYTHONPATH": str(ROOT)}
    client = NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(out)}})
    client.execute(env=environment)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    return notebook


def render_page(notebook: nbformat.NotebookNode) -> tuple[str, dict[str, bytes]]:
    """Return the page and its pictures by file name."""
    pictures: dict[str, bytes] = {}
    parts = [PREFACE]
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            parts.append(cell.source)
            continue
        parts += _show_outputs(cell, pictures)
    return "\n\n".join(part.strip("\n") for part in parts) + "\n", pictures


def _show_outputs(cell: nbformat.NotebookNode, pictures: dict[str, bytes]) -> Iterator[str]:
    for output in cell.outputs:
        data = output.get("data", {})
        if "image/png" in data:
            name = f"question-{len(pictures) + 1}.png"
            pictures[name] = base64.b64decode(data["image/png"])
            yield f"![{cell.metadata.get('alt', '')}](images/{name})"
        elif output.output_type == "stream":
            yield f"```text\n{output.text.rstrip()}\n```"


def main() -> None:
    """Write the files."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    execute(notebook, Path(sys.argv[1] if len(sys.argv) > 1 else "data/processed"))
    nbformat.write(notebook, NOTEBOOK)
    page, pictures = render_page(notebook)
    PAGE.write_text(page, encoding="utf-8")
    for name, data in pictures.items():
        (IMAGES / name).write_bytes(data)


if __name__ == "__main__":
    main()
