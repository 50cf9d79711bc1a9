"""The help of every command and option is in Chinese too, for those whose system is, or who ask for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from pipeline.cli import app
from pipeline.commands.help import help_words
from tests.running.support import jixiao

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def texts(command: Any) -> Iterator[str]:
    yield command.help
    yield from (one.help for one in command.params if getattr(one, "help", None))
    for below in getattr(command, "commands", {}).values():
        yield from texts(below)


def test_every_text_of_the_help_is_translated_and_none_that_is_gone() -> None:
    said = set(texts(typer.main.get_command(app)))
    known = set(help_words().texts)
    assert said - known == set()
    assert known - said == {"Show this message and exit.", "Examples:"}


@pytest.mark.parametrize("words", [("--lang", "zh", "--help"), ("--lang", "zh", "run", "--help")])
def test_help_is_chinese_where_it_is_asked_for(words: tuple[str, ...]) -> None:
    done = jixiao(*words)
    assert done.returncode == 0
    lines = [line for line in done.stdout.splitlines() if line.strip() and "jixiao " not in line]
    assert [line for line in lines if not CHINESE.search(line)] == []


def test_help_is_english_where_it_is_not() -> None:
    assert "Commands:" in jixiao("--help").stdout
    assert "Usage:" in jixiao("--lang", "en", "run", "--help").stdout
