"""Examples that `jixiao COMMAND --help` ends with; each is a whole command line that the program understands."""

from __future__ import annotations

from collections.abc import Mapping

import typer

EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "run": (
        "jixiao run",
        "jixiao run forms/ more/form.pdf --out results --jobs 4",
        "jixiao run forms/ --out results --json > summary.json",
        "jixiao run forms/ --out results --accept known.txt",
        "jixiao run forms/ --executor dask --scheduler tcp://host:8786",
    ),
    "retry": ("jixiao retry --reason timeout --timeout 900", "jixiao retry --reason memory --memory 4096 --jobs 1"),
    "tables": ("jixiao tables form.pdf", "jixiao tables scan.jpg --json"),
    "status": ("jixiao status", "jixiao status --files --out results"),
    "verify": ("jixiao verify", "jixiao verify --json --out results"),
    "forget": ("jixiao forget forms/withdrawn.pdf", "jixiao forget --gone"),
    "link": ("jixiao link --out results", "jixiao link --json"),
    "compact": ("jixiao compact --out results", "jixiao compact --rows-per-part 500000"),
    "score": ("jixiao score", "jixiao score --profile mof-2021-101"),
    "explain": ("jixiao explain 3f2a --out results", "jixiao explain form.pdf#2"),
    "export": ("jixiao export --xlsx", "jixiao export --xlsx --csv --to handout --out results"),
    "sql": (
        'jixiao sql "select code, count(*) from findings group by code"',
        'jixiao sql "describe indicators"',
        "jixiao sql --csv - < question.sql > answer.csv",
    ),
    "compare": (
        "jixiao compare --by department --year 2024",
        "jixiao compare --by class --district 通州区 --csv",
        "jixiao compare --by district --chart districts.svg",
    ),
    "diff": ("jixiao diff last-week results", "jixiao diff old new --table scores --csv > changes.csv"),
    "review": (
        "jixiao review --reviewer 王审计",
        "jixiao review --out results --corrections results-corrections --browser",
    ),
    "serve": ("jixiao serve", "jixiao serve --out results --browser"),
    "templates": ("jixiao templates", "jixiao templates check form.pdf"),
    "doctor": ("jixiao doctor", "jixiao doctor --json"),
    "report": ("jixiao report", "jixiao report --out results", "jixiao report --pdf"),
    "fetch": ("jixiao fetch sources.yml", "jixiao fetch sources.yml --to data/raw --log fetch.jsonl"),
}


def add_examples(app: typer.Typer, examples: Mapping[str, tuple[str, ...]] = EXAMPLES) -> None:
    """Let the help of every command end with its examples; a command keeps an ending of its own."""
    for command in app.registered_commands:
        name = command.name or getattr(command.callback, "__name__", "").replace("_", "-")
        if name in examples and not command.epilog:
            command.epilog = "\n\n".join(["Examples:", *examples[name]])
