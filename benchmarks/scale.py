"""What many documents cost here and on a cluster: python benchmarks/scale.py PART [options] prints Markdown.

growth      one dataset that grows to each of --documents in turn: core seconds per form, memory of a worker and of the
            run's own process, time to publish, cost of a second run, bytes; then what ten million forms come to
throughput  pages per second with 1 and 2 workers, of this machine and of a Dask cluster of separate processes
readers     --forms forms in the tables, cloned from read ones; pandas.read_parquet before and after `jixiao compact`
known       what a run holds in memory of --known documents that it need not read, and what that takes

Documents are one-page text PDFs, drawn once and repeated under new names and dates, so that their bytes differ. Where
other programs share the machine, core seconds mean more than seconds of wall time; both are given, and sides that are
compared take turns.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from pipeline.settings import ReadSettings, RunOptions  # noqa: E402 - the root comes first

TEN_MILLION = 10_000_000
BASES = 20
"""Forms that are drawn; all others repeat them."""


def draw_bases(folder: Path) -> list[bytes]:
    """Return the bytes of one-page PDFs, each with one form."""
    from tests.typeset import Layout, draw_pdf, random_form

    drawn = []
    for seed in range(BASES):
        path = folder / f"base-{seed}.pdf"
        draw_pdf((random_form(seed, rows=8, placeholders=False),), Layout(), path)
        drawn.append(path.read_bytes())
        path.unlink()
    return drawn


def fill_folder(folder: Path, documents: int) -> None:
    """Have that many documents in a folder; those that are there already stay."""
    folder.mkdir(parents=True, exist_ok=True)
    there = sum(1 for _ in folder.rglob("*.pdf"))
    bases = draw_bases(folder) if there < documents else []
    for number in range(there, documents):
        name, date = f"单位{number:07d}-项目支出绩效自评表", f"{2015 + number % 10}-{number % 12 + 1:02d}"
        target = folder / date / f"{name}.pdf"
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(bases[number % BASES] + f"% {name} {date}\n".encode())


def run_apart(source: Path, out: Path, jobs: int, scheduler: str | None = None) -> dict[str, Any]:
    """Run in a process of its own and return its figures."""
    command = [sys.executable, __file__, "one-run", "--source", str(source), "--out", str(out), "--jobs", str(jobs)]
    command += ["--scheduler", scheduler] if scheduler else []
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=ROOT)
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def one_run(source: Path, out: Path, jobs: int, scheduler: str | None) -> dict[str, Any]:
    """Run, and return what it cost: wall and core seconds, and memory in MiB; `workers` are the children."""
    import pipeline.run

    publishing = {"wall": 0.0, "cores": 0.0}
    publish = pipeline.run.publish_workspace

    def timed(*arguments: Any) -> Any:
        wall, cores = time.perf_counter(), time.process_time()
        manifest = publish(*arguments)
        publishing["wall"] += time.perf_counter() - wall
        publishing["cores"] += time.process_time() - cores
        return manifest

    pipeline.run.publish_workspace = timed
    held = [0]
    observer = pipeline.run.Observer(happened=lambda event: held.append(getattr(event, "memory", 0)))
    summary = pipeline.run.run([source], RunOptions(out, jobs=jobs, scheduler=scheduler), observer)
    own, workers = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "documents": summary.rows["documents"],
        "forms": summary.rows["forms"],
        "read": summary.read,
        "wall": summary.seconds,
        "own_cores": own.ru_utime + own.ru_stime,
        "own_memory": own.ru_maxrss / 1024,
        "worker_cores": workers.ru_utime + workers.ru_stime,
        "worker_memory": max(held) / 1024 / 1024,
        "publish_wall": publishing["wall"],
        "publish_cores": publishing["cores"],
    }


def size_of(folder: Path) -> int:
    """Return the bytes of a folder's files, links counted once."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


# growth


def measure_growth(sizes: list[int], work: Path, jobs: int) -> None:
    """Let one dataset grow, and print what each size costs, then what ten million forms would."""
    rows = []
    for documents in sizes:
        fill_folder(work / "in", documents)
        first = run_apart(work / "in", work / "out", jobs)
        second = run_apart(work / "in", work / "out", jobs)
        disk = {
            "input": size_of(work / "in"),
            "store": size_of(work / "out" / ".store"),
            "tables": size_of((work / "out" / ".current").resolve()),
        }
        rows.append((first, second, disk))
        print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    names = (
        ("forms", lambda a, b, d: f"{a['forms']:,}"),
        ("read by this run", lambda a, b, d: f"{a['read']:,}"),
        ("core seconds of workers per form", lambda a, b, d: f"{a['worker_cores'] / a['read']:.3f}"),
        ("core milliseconds of the run's own process per form", lambda a, b, d: f"{1000 * _storing(a):.2f}"),
        ("peak memory of a worker, MiB", lambda a, b, d: f"{a['worker_memory']:.0f}"),
        ("peak memory of the run's own process, MiB", lambda a, b, d: f"{a['own_memory']:.0f}"),
        ("core seconds to publish", lambda a, b, d: f"{a['publish_cores']:.2f}"),
        ("second run, seconds", lambda a, b, d: f"{b['wall']:.2f}"),
        ("second run, core seconds", lambda a, b, d: f"{b['own_cores']:.2f}"),
        ("read again by the second run", lambda a, b, d: str(b["read"])),
        ("input, KB a form", lambda a, b, d: f"{d['input'] / a['forms'] / 1000:.1f}"),
        ("stored results, KB a form", lambda a, b, d: f"{d['store'] / a['forms'] / 1000:.1f}"),
        ("published tables, KB a form", lambda a, b, d: f"{d['tables'] / a['forms'] / 1000:.1f}"),
    )
    print("| " + " | ".join(["documents", *(f"{a['documents']:,}" for a, _, _ in rows)]) + " |")
    print("| --- |" + " ---: |" * len(rows))
    for name, show in names:
        print("| " + " | ".join([name, *(show(*row) for row in rows)]) + " |")
    if len(rows) > 1:
        _extrapolate(rows[-2], rows[-1])


def _storing(figures: dict[str, Any]) -> float:
    """Return the core seconds of a run's own process per document read, without publication."""
    spent: float = (figures["own_cores"] - figures["publish_cores"]) / max(1, figures["read"])
    return spent


def _extrapolate(smaller: tuple[Any, ...], larger: tuple[Any, ...]) -> None:
    """Print what ten million forms come to, going by the two largest sizes."""
    (a, second_a, _), (b, second_b, disk) = smaller, larger
    grown = b["documents"] - a["documents"]
    memory = (second_b["own_memory"] - second_a["own_memory"]) / grown * TEN_MILLION / 1024
    again = (second_b["own_cores"] - second_a["own_cores"]) / grown * TEN_MILLION / 3600
    hours = b["worker_cores"] / b["read"] * TEN_MILLION / 3600
    print(f"\n| {TEN_MILLION:,} forms | by these figures |\n| --- | ---: |")
    print(f"| core hours of workers | {hours:,.0f} |")
    print(f"| core hours of the run's own process, reading | {_storing(b) * TEN_MILLION / 3600:,.0f} |")
    print(f"| cores that one run's own process can feed | {b['worker_cores'] / b['read'] / _storing(b):,.0f} |")
    print(f"| core hours to publish all | {b['publish_cores'] / b['documents'] * TEN_MILLION / 3600:,.1f} |")
    print(f"| core hours of a run that finds nothing new | {again:,.1f} |")
    print(f"| memory of the run's own process, GiB | {memory:,.0f} |")
    for name, size in disk.items():
        print(f"| {name}, TB | {size / b['forms'] * TEN_MILLION / 1e12:,.2f} |")


# throughput


@contextmanager
def places(work: Path) -> Iterator[dict[str, Callable[[Path], dict[str, Any]]]]:
    """Yield the ways to read a folder, by name; the clusters stand for as long."""
    from tests.running.cluster_support import local_cluster

    def here(jobs: int) -> Callable[[Path], dict[str, Any]]:
        return lambda source: run_apart(source, _fresh(work), jobs)

    def there(address: str) -> Callable[[Path], dict[str, Any]]:
        return lambda source: run_apart(source, _fresh(work), 1, address)

    with local_cluster(work / "one", 1) as one, local_cluster(work / "two", 2) as two:
        yield {
            "local, 1 worker": here(1),
            "local, 2 workers": here(2),
            "dask, 1 worker": there(one.address),
            "dask, 2 workers": there(two.address),
        }


def _fresh(work: Path) -> Path:
    shutil.rmtree(work / "out", ignore_errors=True)
    return work / "out"


def measure_throughput(documents: int, rounds: int, work: Path) -> None:
    """Read the same documents by each way in turn, and print medians; the first round warms up and does not count."""
    fill_folder(work / "in", documents)
    speeds: dict[str, list[float]] = {}
    snapshots: dict[str, set[str]] = {}
    os.environ["SOURCE_DATE_EPOCH"] = "1700000000"
    with places(work) as ways:
        for turn in range(rounds + 1):
            for name, read in ways.items():
                figures = read(work / "in")
                print(f"{turn} {name}: {json.dumps(figures)}", file=sys.stderr, flush=True)
                snapshots.setdefault(name, set()).add(digest_of((work / "out" / ".current").resolve()))
                if turn:
                    speeds.setdefault(name, []).append(figures["read"] / figures["wall"])
    alone = statistics.median(speeds["local, 1 worker"])
    print(f"| {documents} pages, {rounds} rounds | pages a second | of local, 1 worker |\n| --- | ---: | ---: |")
    for name, values in speeds.items():
        median = statistics.median(values)
        print(f"| {name} | {median:.2f} | {median / alone:.2f} |")
    same = len(set.union(*snapshots.values())) == 1
    print(f"\nThe published files of all runs {'are identical' if same else 'DIFFER'}.")


def digest_of(folder: Path) -> str:
    """Return a digest of the names and bytes of a folder's files."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


# readers


class ClonedStore:
    """In place of a ResultStore: documents of FORMS_EACH forms that were read once, each under its own ids."""

    def __init__(self, folder: Path) -> None:
        """Draw and read the one document that all others repeat."""
        from pipeline.read import read_document
        from pipeline.storage.store import ResultStore
        from tests.typeset import Layout, draw_pdf, random_document

        path = folder / "base.pdf"
        draw_pdf(random_document(1, FORMS_EACH), Layout(), path)
        records = read_document(path, ReadSettings())
        store = ResultStore(folder / "base")
        store.write(records, "cloned", 1)
        self._id, self._base = records.document.document_id, store.tables(records.document.document_id)
        self.forms = len(records.forms)

    def tables(self, document_id: str, wanted: Collection[str] | None = None) -> dict[str, Any]:
        """Return the rows of the document under another id."""
        import pyarrow.compute as pc

        tables = {name: table for name, table in self._base.items() if wanted is None or name in wanted}
        for name, table in list(tables.items()):
            for column in {"document_id", "form_id"} & set(table.column_names):
                ids = pc.replace_substring(table.column(column), self._id, document_id)
                place = table.column_names.index(column)
                tables[name] = tables[name].set_column(place, table.schema.field(place), ids)
        return tables


FORMS_EACH = 5


def measure_readers(forms: int, work: Path) -> None:
    """Read tables of many forms with pandas, in the parts that runs write and in those that `jixiao compact` makes."""
    from pipeline.storage.layout import DOCUMENTS_PER_PART, ROWS_PER_PART, choose_room, count_parts
    from pipeline.storage.publish import PublishedDocument, publish

    store = ClonedStore(work)
    ids = sorted(hashlib.sha256(str(number).encode()).hexdigest() for number in range(forms // store.forms))
    documents = [PublishedDocument(key, key, (f"/cloned/{key}.pdf",)) for key in ids]
    print("| layout | Parquet files | table | rows | columns | core seconds | seconds |")
    print("| --- | ---: | --- | ---: | --- | ---: | ---: |", flush=True)
    spent, room = {}, DOCUMENTS_PER_PART
    for layout in ("as runs leave it", "after `jixiao compact`"):
        started = time.process_time()
        manifest = publish(work / "many", store, documents, room=room)  # type: ignore[arg-type]
        spent[layout] = time.process_time() - started
        _time_reading(work / "many", layout, count_parts(manifest))
        room = choose_room(manifest, ROWS_PER_PART)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = ", ".join(f"{seconds:.0f} core seconds {layout}" for layout, seconds in spent.items())
    print(f"\nWriting all: {told}. Peak memory of all this: {peak:.0f} MiB.")


def _time_reading(out: Path, layout: str, files: int) -> None:
    import pandas as pd

    wanted = (("indicators", None), ("indicators", ["form_id", "score", "weight"]), ("forms", None))
    for table, columns in wanted:
        wall, cores, turns = time.perf_counter(), time.process_time(), 3
        for _ in range(turns):
            frame = pd.read_parquet(out / table, columns=columns)
        wall, cores = (time.perf_counter() - wall) / turns, (time.process_time() - cores) / turns
        which = ", ".join(columns) if columns else "all"
        print(f"| {layout} | {files} | {table} | {len(frame):,} | {which} | {cores:.2f} | {wall:.2f} |", flush=True)


# known


def measure_known(sizes: list[int], work: Path) -> None:
    """Load indexes of known documents, each in a process of its own, and print memory and time."""
    print("| known documents | index, MB | memory, MiB | bytes a document | core seconds |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    empty = _load_apart(work / "0.sqlite", 1)["memory"]
    for known in sizes:
        index = work / f"{known}.sqlite"
        figures = _load_apart(index, known)
        each = (figures["memory"] - empty) * 1024 * 1024 / known
        megabytes = index.stat().st_size / 1e6
        print(
            f"| {known:,} | {megabytes:,.0f} | {figures['memory']:,.0f} | {each:,.0f} | {figures['cores']:.1f} |",
            flush=True,
        )


def _load_apart(index: Path, known: int) -> dict[str, float]:
    _fill_index(index, known)
    command = [sys.executable, __file__, "load-index", "--source", str(index), "--known", str(known)]
    figures: dict[str, float] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return figures


def _fill_index(path: Path, known: int) -> None:
    from pipeline.storage.index import FileStamp, Index, KnownPath
    from pipeline.storage.store import ResultHeader

    with Index(path) as index, index.transaction():
        for number in range(known):
            key = hashlib.sha256(str(number).encode()).hexdigest()
            file = _known_path(number)
            index.put_result(ResultHeader(key, "f" * 24, 1, "ok", None, None, key))
            index.put_paths([KnownPath(file, str(file), key, FileStamp(80_000, 1, 1))])


def _known_path(number: int) -> Path:
    return Path(f"/srv/forms/2024/1101/单位{number:08d}-项目支出绩效自评表.pdf")


def load_index(path: Path, documents: int) -> dict[str, float]:
    """Do with an index what a run does before it reads, and then, holding the files, before it publishes."""
    from pipeline.storage.index import Index
    from pipeline.storage.publish import PublishedDocument

    with Index(path) as index:
        known = [index.path_at(file) for file in map(_known_path, range(documents))]
        results = index.results()
        known_results = len(results)
        del results
        published = [PublishedDocument(*row) for row in index.documents()]
    own = resource.getrusage(resource.RUSAGE_SELF)
    held = len(known) + known_results + len(published)
    return {"memory": own.ru_maxrss / 1024, "cores": own.ru_utime + own.ru_stime, "held": held}


# overhead


def main() -> None:
    """Measure one part and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=("growth", "throughput", "readers", "known", "one-run", "load-index"))
    parser.add_argument("--documents", type=int, nargs="+", default=[100, 1_000, 10_000])
    parser.add_argument("--forms", type=int, default=100_000)
    parser.add_argument("--known", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--work", type=Path, help="folder to work in and to keep; a temporary one if left out")
    parser.add_argument("--source", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--scheduler", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.part == "one-run":
        print(json.dumps(one_run(arguments.source, arguments.out, arguments.jobs, arguments.scheduler)))
    elif arguments.part == "load-index":
        print(json.dumps(load_index(arguments.source, arguments.known[0])))
    else:
        with tempfile.TemporaryDirectory() as temporary:
            work = arguments.work or Path(temporary)
            work.mkdir(parents=True, exist_ok=True)
            if arguments.part == "growth":
                measure_growth(sorted(arguments.documents), work, arguments.jobs)
            elif arguments.part == "throughput":
                measure_throughput(min(arguments.documents), arguments.rounds, work)
            elif arguments.part == "known":
                measure_known(arguments.known, work)
            else:
                measure_readers(arguments.forms, work)


if __name__ == "__main__":
    main()
