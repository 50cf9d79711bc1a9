"""Reads damaged copies of documents until time is up: python benchmarks/fuzz.py [FILE ...] [--minutes 10] [--keep DIR]

Seeds are the samples of `data/raw`, page by page, as they are and with their streams unpacked, so that damage reaches
what the streams say; pictures of a page as PNG, JPEG and TIFF; a Word file; and every FILE. A copy is damaged at one to
eight places: bytes changed, cut out, doubled, exchanged with another seed, numbers made huge or negative, words of the
format put in. A container of the zip family is damaged in one member and packed again, or as a whole.

Each copy is read as in a run: in a worker, within limits, into the store. A finding is an answer that a document may
not have: `internal` (an exception that nothing expected), `crashed`, `timeout`, `memory`, or none at all. Findings are
kept under --keep with their number; --seed and the number make the same copy again. Ends with status 1 where there are
findings. Prints Markdown.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import random
import re
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from pipeline.dataset.documents import DocumentRecords  # noqa: E402 - the root comes first
from pipeline.errors import DocumentError  # noqa: E402
from pipeline.running.supervise import Job, Outcome, Supervisor  # noqa: E402
from pipeline.settings import MEBIBYTE, ReadSettings, WorkerLimits  # noqa: E402
from pipeline.storage.store import ResultStore  # noqa: E402

FINDINGS = frozenset({"internal", "crashed", "timeout", "memory"})

BATCH = 32
"""Copies that are made and read at a time."""

WORDS = (
    *(b"/FlateDecode", b"/Length 2147483647", b"/Filter [/FlateDecode /FlateDecode]", b"/Kids [3 0 R]", b"/Rotate 45"),
    *(b"/MediaBox [0 0 1e9 1e9]", b"/Count -1", b"1 0 R", b"endstream", b"stream\r\n", b"q ", b"0 0 0 0 0 0 cm "),
    *(b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"</w:tc>", b'<w:gridSpan w:val="99999"/>', b"<w:tbl>", b"\xff\xd9", b"IEND"),
)


@dataclass(frozen=True, slots=True)
class Seed:
    """A sound document to damage."""

    name: str
    data: bytes


def gather_seeds(files: list[Path]) -> list[Seed]:
    """Return the seeds: pages of the samples, pictures, a Word file, and the given files.

    What is read quickly stands there many times: one page of a scan takes as long as fifty small ones.
    """
    seeds = [seed for path in sorted((ROOT / "data" / "raw").glob("*.pdf")) for seed in _page_seeds(path)]
    seeds += [Seed(f"picture.{kind}", _picture(kind)) for kind in ("png", "jpeg", "tiff")]
    seeds += [Seed("small.pdf", _small_pdf())] * 4 * len(seeds)
    seeds += [Seed("form.docx", _word_file())] * 2 * len(seeds)
    return seeds + [Seed(path.name, path.read_bytes()) for path in files]


def _page_seeds(path: Path) -> Iterator[Seed]:
    import pikepdf

    with pikepdf.open(path) as source:
        for number, page in enumerate(source.pages[: 1 if "扫描" in path.name else 2], 1):
            with pikepdf.new() as single:
                single.pages.append(page)
                for name, options in (
                    ("", {}),
                    ("-open", {"qdf": True, "stream_decode_level": pikepdf.StreamDecodeLevel.generalized}),
                ):
                    out = io.BytesIO()
                    single.save(out, **options)
                    yield Seed(f"{path.stem}-{number}{name}.pdf", out.getvalue())


def _small_pdf() -> bytes:
    """Return a page with a grid of words: quickly read, so that many copies of it can be."""
    import pikepdf

    lines = [f"{x} 100 m {x} 700 l S" for x in range(60, 541, 80)] + [
        f"60 {y} m 540 {y} l S" for y in range(100, 701, 40)
    ]
    words = [
        f"BT /F1 9 Tf {x + 4} {y + 12} Td (cell {x} {y}) Tj ET" for x in range(60, 540, 80) for y in range(100, 700, 40)
    ]
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        page.obj.Contents = pdf.make_stream("\n".join([*lines, *words]).encode())
        out = io.BytesIO()
        pdf.save(out, qdf=True)
        return out.getvalue()


def _picture(kind: str) -> bytes:
    """Return the upper part of a sample's page as a picture."""
    import pypdfium2

    path = next(path for path in sorted((ROOT / "data" / "raw").glob("*.pdf")) if "扫描" not in path.name)
    document = pypdfium2.PdfDocument(path.read_bytes())
    picture = document[0].render(scale=1.5).to_pil().convert("RGB")
    out = io.BytesIO()
    picture.crop((0, 0, picture.width, picture.height // 3)).save(out, kind.upper())
    return out.getvalue()


def _word_file() -> bytes:
    """Return a Word file with a table of merged cells."""
    import docx

    document = docx.Document()
    document.add_paragraph("项目支出绩效自评表（2024年度）")
    table = document.add_table(rows=8, cols=6)
    for row in table.rows:
        for number, cell in enumerate(row.cells):
            cell.text = ("一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值")[number]
    table.cell(1, 0).merge(table.cell(4, 0))
    table.cell(6, 1).merge(table.cell(6, 4))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def damage(seed: Seed, others: list[Seed], chance: random.Random) -> bytes:
    """Return a damaged copy."""
    if seed.data.startswith(b"PK") and chance.random() < 0.8:
        return _damage_member(seed.data, others, chance)
    return _damage_bytes(seed.data, others, chance)


def _damage_member(data: bytes, others: list[Seed], chance: random.Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as copy:
        names = source.namelist()
        large = max(names, key=lambda name: source.getinfo(name).file_size)
        hurt = large if chance.random() < 0.6 else chance.choice(names)
        for name in names:
            member = source.read(name)
            copy.writestr(name, _damage_bytes(member, others, chance) if name == hurt else member)
    return out.getvalue()


def _damage_bytes(data: bytes, others: list[Seed], chance: random.Random) -> bytes:
    copy = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        if copy:
            chance.choice(DAMAGES)(copy, others, chance)
    return bytes(copy)


def _flip(copy: bytearray, _others: list[Seed], chance: random.Random) -> None:
    copy[chance.randrange(len(copy))] ^= 1 << chance.randrange(8)


def _rewrite(copy: bytearray, _others: list[Seed], chance: random.Random) -> None:
    start = chance.randrange(len(copy))
    length = min(chance.choice((1, 2, 4, 16, 200)), len(copy) - start)
    copy[start : start + length] = chance.randbytes(length)


def _cut(copy: bytearray, _others: list[Seed], chance: random.Random) -> None:
    start = chance.randrange(len(copy))
    del copy[start : start + chance.choice((1, 8, 100, 5_000))]


def _shorten(copy: bytearray, _others: list[Seed], chance: random.Random) -> None:
    if chance.random() < 0.2:
        del copy[chance.randrange(len(copy)) :]


def _double(copy: bytearray, _others: list[Seed], chance: random.Random) -> None:
    start = chance.randrange(len(copy))
    copy[start:start] = copy[start : start + chance.choice((1, 20, 400))] * chance.choice((1, 3, 50))


def _exchange(copy: bytearray, others: list[Seed], chance: random.Random) -> None:
    other = chance.choice(others).data
    start, there = chance.randrange(len(copy)), chance.randrange(len(other))
    length = chance.choice((8, 100, 2_000))
    copy[start : start + length] = other[there : there + length]


def _renumber(copy: bytearray, _others: list[Seed], chance: random.Random) -> None:
    start = chance.randrange(len(copy))
    number = re.search(rb"-?\d+(\.\d+)?", copy[start : start + 2_000])
    if number:
        new = chance.choice((b"0", b"-1", b"65536", b"2147483648", b"1e300", b"99999999999999999999", b"0.0000001"))
        copy[start + number.start() : start + number.end()] = new


def _insert_word(copy: bytearray, _others: list[Seed], chance: random.Random) -> None:
    start = chance.randrange(len(copy))
    copy[start:start] = chance.choice(WORDS)


DAMAGES: tuple[Callable[[bytearray, list[Seed], random.Random], None], ...] = (
    *(_flip, _rewrite, _cut, _shorten, _double, _exchange, _renumber, _renumber, _insert_word),
)


def make_copy(seeds: list[Seed], root: int, number: int) -> tuple[Seed, bytes]:
    """Return the seed and the bytes of the damaged copy with this number."""
    chance = random.Random(f"{root}/{number}")
    seed = chance.choice(seeds)
    return seed, damage(seed, seeds, chance)


def read_copies(folder: Path, seeds: list[Seed], numbers: range, arguments: argparse.Namespace, told: Counter) -> None:
    """Read some copies and count what comes of them; findings are kept."""
    jobs, names = [], {}
    for number in numbers:
        seed, data = make_copy(seeds, arguments.seed, number)
        path = folder / f"{number}-{seed.name}"
        path.write_bytes(data)
        names[path] = number
        jobs.append(Job(hashlib.sha256(data).hexdigest(), path))
    answered = set()
    for event in arguments.supervisor.read(jobs):
        if isinstance(event, Outcome):
            answered.add(event.job.path)
            word = judge(event, arguments.store)
            told[word] += 1
            if word in FINDINGS:
                keep(event.job.path, arguments.keep, f"{word}: {getattr(event.result, 'message', '')}")
    for path in names.keys() - answered:
        told["no answer"] += 1
        keep(path, arguments.keep, "no answer")
    for path in names:
        path.unlink()


def judge(outcome: Outcome, store: ResultStore) -> str:
    """Return an outcome's word; rows must also fit the dataset."""
    if isinstance(outcome.result, DocumentRecords):
        try:
            store.write(outcome.result, "fuzz", 1)
        except DocumentError as error:
            return error.code
        finally:
            store.remove(outcome.job.document_id)
        return outcome.result.document.error_code or outcome.result.document.status
    return outcome.result.code


def keep(path: Path, folder: Path, reason: str) -> None:
    """Keep a finding and say why."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / path.name).write_bytes(path.read_bytes())
    print(f"{path.name}: {reason}", file=sys.stderr, flush=True)


def main() -> int:
    """Read copies until time is up, and print what came of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--timeout", type=float, default=300.0, help="seconds that one copy may take")
    parser.add_argument("--memory", type=int, default=2_048, help="MiB that a worker may use")
    parser.add_argument("--keep", type=Path, default=ROOT / "data" / "fuzz")
    parser.add_argument("--only", type=int, help="read the copy with this number alone")
    arguments = parser.parse_args()
    seeds, told, number = gather_seeds(arguments.files), Counter(), 0
    limits = WorkerLimits(arguments.timeout, arguments.memory * MEBIBYTE)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "copies"
        folder.mkdir()
        arguments.store = ResultStore(Path(scratch) / "store")
        with Supervisor(arguments.jobs, ReadSettings(), limits, Path(scratch) / "workers") as supervisor:
            arguments.supervisor = supervisor
            if arguments.only is not None:
                read_copies(folder, seeds, range(arguments.only, arguments.only + 1), arguments, told)
            end = time.monotonic() + arguments.minutes * 60 * (arguments.only is None)
            while time.monotonic() < end:
                read_copies(folder, seeds, range(number, number + BATCH), arguments, told)
                number += BATCH
    kinds = len({seed.name for seed in seeds})
    print(f"| outcome of {told.total()} damaged copies of {kinds} seeds | copies |\n| --- | --- |")
    for word, count in sorted(told.items()):
        print(f"| `{word}` | {count} |")
    return int(any(told[word] for word in (*FINDINGS, "no answer")))


if __name__ == "__main__":
    sys.exit(main())
