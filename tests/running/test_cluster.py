"""A Dask cluster of separate processes reads as this machine does, and what dies in it costs nothing but time."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ClusterLost, ConfigurationError
from pipeline.running import cluster as driver
from tests.running.cluster_support import LocalCluster, local_cluster
from tests.running.support import documents, jixiao, rows, run_stub, start_jixiao, write_files
from tests.running.test_faults import close, wait_until
from tests.running.test_workers import is_running

pytest.importorskip("distributed", reason="Dask is not installed: pip install distributed")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCluster]:
    with local_cluster(tmp_path_factory.mktemp("cluster")) as started:
        yield started


def published(out: Path) -> dict[str, bytes]:
    root = (out / ".current").resolve()
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def slow_files(count: int) -> dict[str, str]:
    return {f"{number:02d}": f"slow 400 {number}" for number in range(count)}


def test_the_cluster_gives_the_same_bytes_as_this_machine(
    cluster: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    files = {f"绩效 {number}.pdf": f"forms {number % 4} {number}" for number in range(12)}
    misdeeds = {"dies": "die", "leaves": "leave 3", "empty": "", "password": "encrypted", "keys": "repeat-key"}
    source = write_files(tmp_path / "in", files | misdeeds)
    (source / os.fsdecode("\xb9\xab\xca\xbe".encode("latin-1"))).write_text("forms 1 named in GBK")
    far = run_stub(source, tmp_path / "far", scheduler=cluster.address)
    near = run_stub(source, tmp_path / "near", jobs=2)
    assert published(tmp_path / "far") == published(tmp_path / "near")
    assert len(far.failed) == len(near.failed) == len(misdeeds)
    again = run_stub(source, tmp_path / "far", scheduler=cluster.address)
    assert again.read == 0, "what the cluster has read is known, failures too"


def test_a_worker_that_is_killed_loses_nothing(cluster: LocalCluster, tmp_path: Path) -> None:
    source, out = write_files(tmp_path / "in", slow_files(12)), tmp_path / "out"
    finished = threading.Thread(target=lambda: run_stub(source, out, scheduler=cluster.address))
    finished.start()
    wait_until(lambda: len(list(out.glob(".store/results/*/*.result"))) >= 2, 120)
    victim = cluster.worker_processes()[0]
    os.kill(victim, signal.SIGKILL)
    finished.join(180)
    assert not is_running(victim)
    assert documents(out) == dict.fromkeys(slow_files(12), ("ok", None))


def test_a_document_that_kills_its_workers_is_recorded_and_left(cluster: LocalCluster, tmp_path: Path) -> None:
    files = {"good 1": "forms 1", "poison": "die-with-parent", "good 2": "forms 2"}
    source, out = write_files(tmp_path / "in", files), tmp_path / "out"
    run_stub(source, out, scheduler=cluster.address)
    assert documents(out) == {"good 1": ("ok", None), "poison": ("failed", "crashed"), "good 2": ("ok", None)}
    again = run_stub(source, out, scheduler=cluster.address)
    assert again.read == 0


def test_a_document_that_hangs_costs_itself_alone(cluster: LocalCluster, tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", {"hangs": "hang", "good": "forms 1"})
    run_stub(source, tmp_path / "out", scheduler=cluster.address, timeout=1.0)
    assert documents(tmp_path / "out") == {"hangs": ("failed", "timeout"), "good": ("ok", None)}


def test_litter_of_documents_is_removed_from_the_workers(cluster: LocalCluster, tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", {"litter": "litter"})
    run_stub(source, tmp_path / "out", scheduler=cluster.address)
    assert [path for path in cluster.folder.rglob("litter*") if path.is_file()] == []


def test_a_scheduler_that_goes_is_an_error_and_the_next_run_reads_the_rest(tmp_path: Path) -> None:
    source, out = write_files(tmp_path / "in", slow_files(12)), tmp_path / "out"
    with local_cluster(tmp_path / "cluster", workers=1) as started:
        run = start_jixiao("run", source, "--out", out, "--executor", "dask", "--scheduler", started.address)
        wait_until(lambda: len(list(out.glob(".store/results/*/*.result"))) >= 2, 120)
        started.scheduler.kill()
        assert run.wait(180) == 6
        assert run.stderr is not None
        message = run.stderr.read()
        close(run)
    assert message.startswith(f"jixiao: {started.address}: the connection to the scheduler broke; finished documents")
    assert len(message.splitlines()) == 1
    kept = documents(out)
    assert len(kept) >= 2
    rest = run_stub(source, out)
    assert rest.read == 12 - len(kept)
    assert documents(out) == dict.fromkeys(slow_files(12), ("ok", None))


def test_a_run_that_is_asked_to_stop_keeps_what_the_cluster_has_read(cluster: LocalCluster, tmp_path: Path) -> None:
    source, out = write_files(tmp_path / "in", slow_files(12)), tmp_path / "out"
    run = start_jixiao("run", source, "--out", out, "--executor", "dask", "--scheduler", cluster.address)
    wait_until(lambda: len(list(out.glob(".store/results/*/*.result"))) >= 2, 120)
    run.send_signal(signal.SIGTERM)
    assert run.wait(180) == 143
    close(run)
    assert 2 <= len(rows(out, "documents", "document_id")) < 12


def test_a_cluster_without_workers_is_not_waited_for_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "PATIENCE", 0.5)
    monkeypatch.setattr(driver, "LOOK_EVERY", 0.2)
    source = write_files(tmp_path / "in", {"a": "forms 1"})
    with local_cluster(tmp_path / "cluster", workers=0) as started, pytest.raises(ClusterLost, match="no worker"):
        run_stub(source, tmp_path / "out", scheduler=started.address)


def test_a_worker_with_another_version_of_the_program_is_refused(
    cluster: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "program_fingerprint", lambda settings: "another")
    source = write_files(tmp_path / "in", {"a": "forms 1"})
    with pytest.raises(ConfigurationError, match="another version"):
        run_stub(source, tmp_path / "out", scheduler=cluster.address)


@pytest.mark.parametrize(
    ("options", "status", "words"),
    [
        (("--executor", "dask"), 2, "belong together"),
        (("--scheduler", "tcp://127.0.0.1:1"), 2, "belong together"),
        (("--executor", "dask", "--scheduler", "tcp://127.0.0.1:1"), 6, "no scheduler answers"),
        (("--executor", "dask", "--scheduler", "nonsense://x"), 2, "no address of a scheduler"),
    ],
)
def test_a_scheduler_that_is_not_there_is_told(
    options: tuple[str, ...], status: int, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "CONNECT_LIMIT", 1.0)
    source = write_files(tmp_path / "in", {"a": "forms 1"})
    done = jixiao("run", source, "--out", tmp_path / "out", *options)
    assert done.returncode == status
    assert words in done.stderr


def test_processes_that_no_task_asks_for_are_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.running import cluster_worker

    monkeypatch.setattr(cluster_worker, "IDLE_LIMIT", 0.2)
    ended: list[Any] = []
    monkeypatch.setattr(cluster_worker, "_end", ended.extend)
    kind = cluster_worker._Kind(*(object(),) * 3)  # type: ignore[arg-type]
    cluster_worker._put_back(kind, object(), tmp_path)  # type: ignore[arg-type]
    end = time.monotonic() + 10
    while not ended and time.monotonic() < end:
        time.sleep(0.05)
    assert [folder for _, folder in ended] == [tmp_path]
    assert not cluster_worker._idle
