"""Everything that can go wrong is said in Chinese too: each message is found in the code and looked up."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import errors
from pipeline.assess import READING_FINDINGS
from pipeline.speech.language import PART, translate
from tests.places import ROOT

RAISED = {name for name, kind in vars(errors).items() if inspect.isclass(kind) and issubclass(kind, Exception)}
SAID = RAISED | {"PageIssue", "say"}
NAMED = {"message", "reason", "NO_PAGES"}
"""Variables that hold a message which is given to one of these a line later."""

CHINESE, WORD = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[a-z]{2,}")


def written(node: ast.AST) -> str | None:
    """Return a text as it is written in the code, with something in place of each name."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
    return None


def messages_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id in NAMED:
            yield from filter(None, [written(node.value)])
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            place = 1 if name in {"PageIssue", "say"} else 0
            if name in SAID:
                yield from filter(None, (written(one) for one in node.args[place : place + 1]))


def modules() -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "pipeline").rglob("*.py"))]


@pytest.mark.parametrize("module", modules())
def test_every_message_has_a_chinese_sentence(module: str) -> None:
    tree = ast.parse(Path(ROOT / module).read_text(encoding="utf-8"))
    parts = [part for message in messages_in(tree) for part in message.split(PART)]
    assert [part for part in parts if WORD.search(part) and not CHINESE.search(translate(part))] == []


def test_what_a_reader_could_not_settle_is_a_finding_in_chinese() -> None:
    assert READING_FINDINGS
    for said in ("indicator table: no head for 得分", "fund table: unknown label 其他", "3 cells are not rectangular"):
        assert CHINESE.search(translate(said))
        assert not WORD.search(translate(said))


def test_the_place_is_said_in_chinese_too() -> None:
    assert translate("page 3: it shows a form that was not read; look at the page") == (
        "第 3 页：页上有一张表没有读出；请看原页"
    )
