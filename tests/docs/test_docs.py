"""The documentation names everything that there is, its links lead somewhere, and its examples do what they say."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline.cli import call
from pipeline.dataset.columns import table_columns
from pipeline.errors import DocumentError, Interrupted, PipelineError
from pipeline.interpret import PARTIAL
from pipeline.records import PUBLISHED_TABLES
from pipeline.reference import BLOCKS, find_blocks, render_pages
from pipeline.reference.commands import command_line, option_names
from pipeline.scoring import finding_kinds
from pipeline.scoring.profiles import list_profiles
from pipeline.units.words import value_words
from tests.places import ROOT
from tests.rooms import PACKAGE, ROOMS

DOCS = ROOT / "docs"
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
PAGES = (*READMES, CONTRIBUTING, ROOT / "CHANGELOG.md", *sorted(DOCS.glob("*.md")))

OWN_FILES = {"sources.yml"}
"""Files that a reader writes; the repository has none."""

FENCE = re.compile(r"^```(?P<language>\w*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
HEADING = re.compile(r"^#+ (?P<text>.+)$", re.MULTILINE)


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def blocks(page: Path, language: str) -> list[str]:
    """The code blocks of a page in one language."""
    return [match["body"] for match in FENCE.finditer(read(page)) if match["language"] == language]


def prose(page: Path) -> str:
    return FENCE.sub("", read(page))


def errors() -> Iterator[type[PipelineError]]:
    """All kinds of errors that a user can meet."""
    waiting: list[type[PipelineError]] = [PipelineError]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        yield kind


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as they are made on the web."""
    return {re.sub(r"[^\w\- ]", "", match["text"].lower()).replace(" ", "-") for match in HEADING.finditer(prose(page))}


def test_the_generated_parts_are_current() -> None:
    stale = [name for name, text in render_pages(DOCS).items() if read(DOCS / name) != text]
    assert not stale, "run: python -m pipeline.reference"


def test_every_generated_part_stands_on_one_page() -> None:
    assert sorted(name for page in DOCS.glob("*.md") for name in find_blocks(read(page))) == sorted(BLOCKS)


@pytest.mark.parametrize("name", command_line())
def test_every_command_and_option_is_in_the_reference(name: str) -> None:
    section = read(DOCS / "commands.md").split(f"\n## jixiao {name}\n")[1].split("\n## ")[0]
    missing = [
        word
        for parameter in command_line()[name].params
        if parameter.param_type_name == "option"
        for word in option_names(parameter)
        if f"`{word}`" not in section
    ]
    assert not missing
    assert "```sh" in section, "an example is missing"


@pytest.mark.parametrize("table", PUBLISHED_TABLES)
def test_every_table_and_column_is_in_the_dictionary(table: str) -> None:
    section = read(DOCS / "data-dictionary.md").split(f"\n## {table}\n")[1].split("\n## ")[0]
    assert [c.name for c in table_columns(table) if f"| `{c.name}` |" not in section] == []


def test_every_word_of_a_closed_vocabulary_is_explained() -> None:
    text = "\n".join(read(page) for page in DOCS.glob("*.md"))
    words = {word for table in PUBLISHED_TABLES for column in table_columns(table) for word in column.words}
    assert {word for word in words if word not in text} == set()


def test_every_finding_profile_and_flag_is_documented() -> None:
    for page, words in (
        ("findings.md", finding_kinds()),
        ("profiles.md", list_profiles()),
        ("values.md", value_words().flags),
    ):
        text = read(DOCS / page)
        assert [word for word in words if f"`{word}`" not in text] == [], page


def test_every_error_code_is_on_the_page_of_errors() -> None:
    text = read(DOCS / "errors.md")
    codes = {kind.code for kind in errors()} | PARTIAL | {"changed", "gone", "damaged", "not published"}
    assert {code for code in codes if f"`{code}`" not in text} == set()


def test_every_exit_status_is_on_the_page_of_errors() -> None:
    listed = {int(number) for number in re.findall(r"^\| (\d+) \|", read(DOCS / "errors.md"), re.MULTILINE)}
    own = {kind.exit_status for kind in errors() if not issubclass(kind, Interrupted)}
    assert listed == own | {0, 130, 143}


def test_what_fails_one_document_is_in_the_table_of_documents() -> None:
    codes = {kind.code for kind in errors() if issubclass(kind, DocumentError) and kind is not DocumentError}
    listed = set(re.findall(r"^\| `(\w+)` \|", read(DOCS / "errors.md"), re.MULTILINE))
    assert codes | PARTIAL <= listed


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for match in LINK.finditer(prose(page)):
        path, _, anchor = match["target"].partition("#")
        target = page.parent / path if path else page
        assert target.exists(), match["target"]
        assert not anchor or anchor in anchors(target), match["target"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_that_are_shown_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", read(ROOT / "Makefile"), re.MULTILINE))
    for line in "".join(blocks(page, "sh")).splitlines():
        program, *words = shlex.split(line.partition(" | ")[0], comments=True)
        if program == "make":
            assert set(words) <= targets, line
        elif program.endswith("jixiao"):
            known = {name for one in command_line()[words[0]].params for name in one.opts}
            assert {word for word in words if word.startswith("-")} <= known, line


def test_both_readmes_show_the_same() -> None:
    english, chinese = READMES
    for language in ("sh", "python", "text"):
        shown = [blocks(page, language) for page in READMES]
        assert len(shown[0]) == len(shown[1])
        assert language == "text" or shown[0] == shown[1]
    targets = [[m["target"] for m in LINK.finditer(prose(page))] for page in READMES]
    assert targets[0][1:] == targets[1][1:], "after the link to the other language"
    assert len(HEADING.findall(prose(english))) == len(HEADING.findall(prose(chinese)))


def test_the_picture_of_the_stages_is_the_folder_listing() -> None:
    for page in READMES:
        listing = next(block for block in blocks(page, "text") if block.startswith("pipeline/\n"))
        names = re.findall(r"^  (\S+) ", listing, re.MULTILINE)
        assert [name for name in names if not (ROOT / "pipeline" / name).exists()] == []
        (picture,) = blocks(page, "mermaid")
        drawn = re.findall(r'\["(\S+?)"\]', picture)
        assert set(drawn) - {"schemas/"} <= set(names)
        folders = {path.parent.name + "/" for path in (ROOT / "pipeline").glob("*/__init__.py")}
        assert folders <= set(names)


def test_every_path_that_contributors_are_sent_to_exists() -> None:
    named = re.findall(r"`((?:pipeline|schemas|tests|docs)/[^`]*|[\w.]+\.(?:md|yml))`", prose(CONTRIBUTING))
    assert len(named) > 10
    named += [word for block in blocks(CONTRIBUTING, "sh") for word in block.split() if word.startswith("tests/")]
    assert [path for path in named if path not in OWN_FILES and not (ROOT / path).exists()] == []


def test_contributors_are_shown_the_order_of_the_rooms() -> None:
    (shown,) = blocks(CONTRIBUTING, "text")
    rooms = [room for line in ROOMS[PACKAGE] for room in line.split() if not room.startswith("__")]
    words = [word for line in shown.splitlines() for word in re.split(r" {2,}", line)[0].split()]
    assert words == rooms


def test_pictures_are_small() -> None:
    sizes = [picture.stat().st_size for picture in (DOCS / "images").iterdir()]
    assert sizes
    assert max(sizes) < 300_000


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `data/processed`, made of the sample documents that need no recogniser."""
    folder = tmp_path_factory.mktemp("docs")
    samples = [str(path) for path in sorted((ROOT / "data" / "raw").glob("*.pdf")) if "扫描" not in path.name]
    assert call(["run", *samples, "--out", str(folder / "data" / "processed"), "--quiet"]) == 0
    return folder


EXAMPLES = [
    pytest.param(body, id=f"{page.name}-{number}")
    for page in (READMES[0], *sorted(DOCS.glob("*.md")))
    for number, body in enumerate(blocks(page, "python"), 1)
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_run(example: str, dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if "import duckdb" in example:
        pytest.importorskip("duckdb")
    monkeypatch.chdir(dataset)
    exec(example, {})


def shown_results() -> Iterator[tuple[str, str]]:
    """The examples of the README, each with the text that follows it."""
    for before, after in pairwise(FENCE.finditer(read(READMES[0]))):
        if before["language"] == "python" and after["language"] == "text":
            yield before["body"], after["body"]


def test_examples_print_what_the_readme_shows(
    dataset: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(dataset)
    results = list(shown_results())
    assert results
    for example, shown in results:
        if "import duckdb" in example:
            pytest.importorskip("duckdb")
        exec(example, {})
        assert capsys.readouterr().out.strip() == shown.strip()


def test_the_form_that_is_shown_to_auditors_is_explained_so(
    dataset: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(dataset)
    page = DOCS / "auditor.md"
    command = next(line for block in blocks(page, "sh") for line in block.splitlines() if "explain" in line)
    assert call(shlex.split(command)[1:]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert [line for line in blocks(page, "text")[0].splitlines() if line not in printed] == []
