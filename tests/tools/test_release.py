"""A release: the changelog's notes, the version and the tag say the same, and nothing is released by mistake."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.places import ROOT

PLAIN = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A small repository with what a release touches."""
    for name, text in (
        ("pipeline/__init__.py", '__version__ = "0.1.0"\n'),
        ("CHANGELOG.md", "# Changelog\n\n## Unreleased\n\n- Forms are read.\n\n## 0.1.0 (2026-01-01)\n\n- First.\n"),
        ("tools/release", (ROOT / "tools/release").read_text("utf-8")),
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "config", "user.email", "a@example.org")
    git(tmp_path, "config", "user.name", "a")
    commit(tmp_path)
    return tmp_path


def git(folder: Path, *words: str) -> str:
    command = ["git", "-C", str(folder), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=PLAIN).stdout


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "A change")


def release(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = ["python3", str(folder / "tools/release"), *words]
    return subprocess.run(command, check=False, capture_output=True, text=True, env=PLAIN)


def test_the_notes_get_the_version_and_the_tag_has_them(clone: Path) -> None:
    assert release(clone, "0.2.0").returncode == 0
    changes = (clone / "CHANGELOG.md").read_text("utf-8")
    assert changes.index("## Unreleased\n\n## 0.2.0 (") < changes.index("- Forms are read.") < changes.index("## 0.1.0")
    assert '"0.2.0"' in (clone / "pipeline/__init__.py").read_text("utf-8")
    assert "- Forms are read." in git(clone, "tag", "--list", "--format=%(contents)", "v0.2.0")
    assert git(clone, "status", "--porcelain") == ""


@pytest.mark.parametrize(("version", "said"), [("2", "three numbers"), ("0.2.0", "not above"), ("0.1.9", "not above")])
def test_a_version_that_is_none_or_not_new_is_refused(clone: Path, version: str, said: str) -> None:
    release(clone, "0.2.0")
    (clone / "CHANGELOG.md").write_text("## Unreleased\n\n- More.\n\n## 0.2.0\n", encoding="utf-8")
    commit(clone)
    done = release(clone, version)
    assert (done.returncode, said in done.stderr) == (2, True)


def test_nothing_is_released_from_a_changed_tree_or_without_notes(clone: Path) -> None:
    (clone / "CHANGELOG.md").write_text("## Unreleased\n\n## 0.1.0\n", encoding="utf-8")
    assert "not committed" in release(clone, "0.2.0").stderr
    commit(clone)
    assert "no notes" in release(clone, "0.2.0").stderr
    assert git(clone, "tag") == ""
