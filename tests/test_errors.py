"""Errors keep their code, exit status and message wherever they go."""

from __future__ import annotations

import errno
import pickle
import re
import signal

import pytest

import pipeline.errors
from pipeline.errors import (
    AccessError,
    DiskFull,
    DocumentError,
    Interrupted,
    PipelineError,
    ReadingFailed,
    TimedOut,
    access_error,
    document_error,
)


def tree(kind: type[PipelineError]) -> list[type[PipelineError]]:
    ours = [child for child in kind.__subclasses__() if child.__module__ == "pipeline.errors"]
    return [kind, *(below for child in ours for below in tree(child))]


ALL = tree(PipelineError)


@pytest.mark.parametrize("kind", ALL)
def test_errors_survive_pickling(kind: type[PipelineError]) -> None:
    argument = signal.SIGTERM if kind is Interrupted else "第 3 页 cannot be read; download it again"
    back = pickle.loads(pickle.dumps(kind(argument)))
    assert type(back) is kind
    assert (back.code, back.exit_status, back.message) == (kind.code, kind.exit_status, kind(argument).message)


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    drawn = dict(re.findall(r"(?:^|[├└]── )(\w+) +[\d/]* *(\w+) ", pipeline.errors.__doc__ or "", re.MULTILINE))
    assert {kind.__name__: kind.code for kind in ALL}.items() <= {
        name.strip(): code for name, code in drawn.items()
    }.items() | {("PipelineError", "internal")}


def test_codes_tell_errors_apart() -> None:
    codes = [kind.code for kind in ALL if kind not in {PipelineError, ReadingFailed}]
    assert len(codes) == len(set(codes))


def test_a_document_error_comes_back_from_its_code() -> None:
    error = document_error("timeout", "not read within 300 s")
    assert isinstance(error, TimedOut)
    assert isinstance(document_error("no such code", "?"), ReadingFailed)
    assert all(kind.exit_status == 3 for kind in tree(DocumentError))


def test_a_full_disk_is_told_from_other_trouble() -> None:
    assert isinstance(access_error(OSError(errno.ENOSPC, "No space left on device"), "out"), DiskFull)
    refused = access_error(OSError(errno.EACCES, "Permission denied"), "out cannot be written")
    assert type(refused) is AccessError
    assert "out cannot be written: Permission denied" in refused.message


def test_an_interrupted_run_has_the_shell_status_of_its_signal() -> None:
    assert Interrupted(signal.SIGINT).shell_status == 130
    assert Interrupted(signal.SIGTERM).shell_status == 143
