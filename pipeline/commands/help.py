"""The help of the command line in Chinese, by `schemas/help.yml`; what is not there is said in English."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from pipeline.vocabulary import StrictData, load_yaml


class HelpWords(StrictData):
    """The whole of `schemas/help.yml`: English texts and theirs in Chinese."""

    headings: dict[str, str]
    marks: dict[str, str]
    texts: dict[str, str]

    def say(self, text: str) -> str:
        """Return a text of the help in Chinese, its marks of default and need after it."""
        said, gap, rest = text.partition("  [")
        for english, chinese in self.marks.items():
            rest = rest.replace(english, chinese)
        return f"{self.texts.get(said, said)}{gap}{rest}"


@lru_cache(maxsize=1)
def help_words() -> HelpWords:
    """Read `schemas/help.yml` once per process."""
    return load_yaml("help.yml", HelpWords)


def say_help_in_chinese(command: Any) -> None:
    """Let a command of Typer and all below it explain themselves in Chinese."""
    words = help_words()
    plain = command.context_class
    formatter = _chinese(plain.formatter_class, words)
    command.context_class = type(plain.__name__, (plain,), {"formatter_class": formatter})
    command.help = words.say(command.help or "")
    command.short_help = command.help
    for below in getattr(command, "commands", {}).values():
        say_help_in_chinese(below)


def _chinese(plain: type[Any], words: HelpWords) -> type[Any]:
    """Return a formatter of help whose headings and lists are Chinese; lines are not cut inside a sentence."""

    class ChineseHelp(plain):  # type: ignore[misc]
        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(prog, args, prefix or "用法：")

        def write_heading(self, heading: str) -> None:
            super().write_heading(words.headings.get(heading, heading))

        def write_text(self, text: str) -> None:
            lines = (words.say(line) for line in text.split("\n\n"))
            self.write("".join(f"{' ' * self.current_indent}{line}\n" for line in lines))

        def write_dl(self, rows: Sequence[tuple[str, str]], *_: Any, **__: Any) -> None:
            self.write("".join(_lines(rows, self.current_indent, words)))

    return ChineseHelp


def _lines(rows: Sequence[tuple[str, str]], indent: int, words: HelpWords) -> Iterable[str]:
    widest = max((len(name) for name, _ in rows), default=0)
    for name, text in rows:
        yield f"{' ' * indent}{name.ljust(widest)}  {words.say(text)}\n"
