"""The data files under `schemas/`: where they are, and how they are read.

In a checkout the folder stands beside the package, in an installed wheel it is `pipeline/_schemas`. Files are read
strictly: fractions become `Decimal` from their own digits, a repeated key is an error, and what a model does not know
is refused with the file's name and the line.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import ConfigurationError


class VocabularyError(ConfigurationError):
    """A data file under `schemas/` is missing, no YAML, or says something that its model refuses."""


class StrictData(BaseModel):
    """Base of the models of data files: unknown keys are errors, and a value read never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Model = TypeVar("Model", bound=BaseModel)


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """A safe loader with exact fractions that accepts no key twice; libyaml's where PyYAML was built with it."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Refuse a mapping in which a key is given twice, of which PyYAML would keep the last."""
        keys = [key.value for key, _ in node.value]
        for position, (key, _) in enumerate(node.value):
            if key.value in keys[:position]:
                raise yaml.constructor.ConstructorError(None, None, f"key {key.value!r} is given twice", key.start_mark)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return mapping


_Loader.add_constructor("tag:yaml.org,2002:float", lambda _, node: Decimal(str(node.value)))


def schema_path(name: str) -> Path:
    """Return the path of `schemas/<name>`; the file need not exist."""
    return _schema_folder() / name


@cache
def _schema_folder() -> Path:
    package = Path(__file__).parent
    installed = package / "_schemas"
    return installed if installed.is_dir() else package.parent / "schemas"


def load_yaml(name: str, model: type[Model]) -> Model:
    """Read `schemas/<name>` as `model`.

    Raises VocabularyError, with file and line, where the file cannot be read or the model refuses an entry.
    """
    return load_yaml_file(schema_path(name), model)


def load_yaml_file(path: Path, model: type[Model]) -> Model:
    """Read a YAML file from anywhere as strictly as those under `schemas/`.

    Raises VocabularyError, with file and line, where the file cannot be read or the model refuses an entry.
    """
    content, root = _read(path)
    try:
        return model.model_validate(content)
    except ValidationError as error:
        errors = error.errors()
        first = next((one for one in errors if one["type"] == "extra_forbidden"), errors[0])
        raise refuse(path, root, first["loc"], first["msg"]) from error


def refuse(path: Path, root: yaml.Node | None, location: Sequence[str | int], message: str) -> VocabularyError:
    """Return the error that names the line of an entry; the caller raises it."""
    where = ".".join(str(step) for step in location)
    return VocabularyError(f"{path.name}, line {find_line(root, location)}: {where}: {message}")


def _read(path: Path) -> tuple[Any, yaml.Node | None]:
    try:
        text = path.read_text(encoding="utf-8")
        return yaml.load(text, Loader=_Loader), yaml.compose(text, Loader=_Loader)  # noqa: S506 - a safe loader
    except OSError as error:
        raise VocabularyError(f"{path}: cannot be read ({error.strerror})") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise VocabularyError(f"{path.name}, line {line}: {error.problem}") from error


def find_line(root: yaml.Node | None, location: Sequence[str | int]) -> int:
    """Return the 1-based line of the deepest entry that `location` (keys and positions from the root) reaches."""
    node, line = root, 1
    for step in location:
        found = _child(node, step)
        if found is None:
            break
        line, node = found
    return line


def _child(node: yaml.Node | None, step: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        matches = ((key.start_mark.line + 1, value) for key, value in node.value if key.value == str(step))
        return next(matches, None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark.line + 1, node.value[step]
    return None
