"""The notebook of the docs runs on any dataset, and the page beside it shows what it says and finds."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

from docs.make_questions import NOTEBOOK, PAGE, execute, render_page
from pipeline.cli import call
from tests.places import ROOT
from tests.running.support import run_stub, write_files
from tests.typeset import Layout, draw_pdf, random_form

# The client of the kernel speaks of its own transport, not of the notebook.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("fonts"),
    pytest.mark.filterwarnings("ignore:.*:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:.*:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def printed(notebook: nbformat.NotebookNode) -> str:
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    return "".join(output.text for output in outputs if output.output_type == "stream" and output.name == "stdout")


def read() -> nbformat.NotebookNode:
    return nbformat.read(NOTEBOOK, as_version=4)


def test_it_answers_its_questions_on_other_documents(tmp_path: Path) -> None:
    samples = [str(path) for path in sorted((ROOT / "data" / "raw").glob("110112*.pdf"))]
    draw_pdf([random_form(seed) for seed in range(2)], Layout(), tmp_path / "110101-东城区-2024.pdf")
    out = tmp_path / "out"
    assert call(["run", *samples, str(tmp_path / "110101-东城区-2024.pdf"), "--out", str(out), "--quiet"]) == 0
    notebook = execute(read(), out)
    text = printed(notebook)
    assert text.startswith("4 forms")
    assert re.search(r"线上服务覆盖企业数量 +≥1000家 +7338家 +7\.338", text)
    assert re.search(r"产业疏解提质认定、评审服务（疏解提质） +700000 +560000 +560000", text)
    page, pictures = render_page(notebook)
    assert len(pictures) == 3
    assert all(data.startswith(b"\x89PNG") for data in pictures.values())
    assert "4 forms" in page


def test_it_runs_where_there_is_nothing_to_see(tmp_path: Path) -> None:
    run_stub(write_files(tmp_path / "in", {"a": "encrypted"}), tmp_path / "out")
    assert printed(execute(read(), tmp_path / "out")).startswith("0 forms")


def test_the_page_is_what_the_notebook_found() -> None:
    page, pictures = render_page(read())
    assert PAGE.read_text(encoding="utf-8") == page, "run: python docs/make_questions.py DATASET"
    for name, data in pictures.items():
        assert (ROOT / "docs" / "images" / name).read_bytes() == data


def test_the_committed_notebook_ran_without_an_error() -> None:
    outputs = [output for cell in read().cells if cell.cell_type == "code" for output in cell.outputs]
    assert outputs
    assert {output.output_type for output in outputs} <= {"stream", "display_data"}
    assert not [output for output in outputs if output.get("name") == "stderr"]
