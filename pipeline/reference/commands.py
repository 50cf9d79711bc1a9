"""The command reference, taken from the command line itself: usage, purpose, arguments and options with defaults."""

from __future__ import annotations

from functools import cache
from typing import Any, get_args

import typer.main

from pipeline.reference.markdown import quote, write_table

PROGRAM = "jixiao"


@cache
def command_line() -> dict[str, Any]:
    """Return the commands of the program by name, as typer sees them, in the order of its help."""
    from pipeline.cli import app

    group: Any = typer.main.get_command(app)
    return dict(group.commands)


def list_commands() -> str:
    """Return a table of all commands with a line on each."""
    rows = [(f"[`{PROGRAM} {name}`](#jixiao-{name})", command.help) for name, command in command_line().items()]
    return write_table(("command", "does"), rows)


def describe_command(name: str) -> str:
    """Return usage, purpose and parameters of one command."""
    command = command_line()[name]
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    options = [one for one in command.params if one.param_type_name == "option"]
    usage = " ".join([PROGRAM, name, *(["[OPTIONS]"] if options else []), *(_place(one) for one in arguments)])
    parts = [f"```\n{usage}\n```", command.help]
    if arguments:
        parts.append(write_table(("argument", "meaning"), [(quote(_place(one)), one.help or "") for one in arguments]))
    if options:
        parts.append(write_table(("option", "default", "meaning"), [_option_row(one) for one in options]))
    return "\n\n".join(parts)


def _place(argument: Any) -> str:
    """Return how an argument stands in the usage line."""
    return str(argument.metavar or argument.name.upper())


def option_names(option: Any) -> list[str]:
    """Return all spellings of an option, the long one first."""
    return [*option.opts, *option.secondary_opts]


def _option_row(option: Any) -> tuple[str, str, str]:
    names = ", ".join(quote(name) for name in option_names(option))
    value = "" if option.is_flag else f" {_value_of(option)}"
    default = "required" if option.required else "" if option.is_flag or option.default is None else str(option.default)
    return f"{names}{value}", quote(default) if default != "required" else default, option.help or ""


def _value_of(option: Any) -> str:
    """Return how the value of an option is written: its choices, else its name."""
    choices = get_args(option.type_descriptor.annotation)
    if choices and all(isinstance(choice, str) for choice in choices):
        return "|".join(choices)
    return str(option.metavar or option.name.upper().replace("_", "-"))
