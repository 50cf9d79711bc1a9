"""Speed and memory of reading, each measure beside another program on the same pages, in one run.

usage: python benchmarks/run.py [--text FILE ...] [--scans FILE ...] [--pages N] [--rounds N]

Prints the tables of benchmarks/README.md as Markdown. Every side runs in a process of its own that first warms up
(imports, models) and then takes its own processor time, that of programs it starts included; the sides take turns, so
that a machine whose speed drifts slows both. What is printed are ratios of sides within each round: the median, and the
least and the greatest in brackets. RapidOCR's default call needs the package onnxruntime, Tesseract its binary; a side
that is missing is left out.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

RAW = sorted((ROOT / "data" / "raw").glob("*.pdf"))
THREADS = "2"
MOST_PIXELS = 60_000_000


def rendered_pages(files: Iterable[Path], limit: int) -> list:
    """Return up to `limit` pages of the files as pictures at the resolution the pipeline reads them."""
    import pypdfium2

    from pipeline.ingest.pdf.rendering import render_page

    pictures = []
    for file in files:
        document = pypdfium2.PdfDocument(file)
        for page in document:
            pictures.append((render_page(page, MOST_PIXELS), *page.get_size()))
            if len(pictures) == limit:
                return pictures
    return pictures


def ours_text(files: list[Path], limit: int) -> Callable[[], int]:
    """Read whole documents, from bytes to scored rows."""
    from pipeline.read import read_document
    from pipeline.settings import ReadSettings

    return lambda: sum(read_document(file, ReadSettings()).document.pages or 0 for file in files)


def pdfplumber_tables(files: list[Path], limit: int) -> Callable[[], int]:
    """Only find the tables of the same pages."""
    import pdfplumber

    def run() -> int:
        pages = 0
        for file in files:
            with pdfplumber.open(file) as pdf:
                for page in pdf.pages:
                    page.extract_tables()
                    page.close()
                    pages += 1
        return pages

    return run


def camelot_lattice(files: list[Path], limit: int) -> Callable[[], int]:
    """Only find the tables of the same pages by their rulings, with camelot's own reader of them."""
    import camelot
    import pypdfium2

    pages = sum(len(pypdfium2.PdfDocument(file)) for file in files)

    def run() -> int:
        for file in files:
            camelot.read_pdf(str(file), pages="all", flavor="lattice", suppress_stdout=True)
        return pages

    return run


def pdfium_alone(files: list[Path], limit: int) -> Callable[[], int]:
    """Only take the characters and the drawn objects of the same pages from pdfium."""
    import pypdfium2

    def run() -> int:
        pages = 0
        for file in files:
            document = pypdfium2.PdfDocument(file)
            for page in document:
                text = page.get_textpage()
                for number in range(text.count_chars()):
                    text.get_charbox(number)
                list(page.get_objects())
                pages += 1
            document.close()
        return pages

    return run


def ours_scan(files: list[Path], limit: int) -> Callable[[], int]:
    """Read pictures of pages: rulings, cells, every line of text."""
    from pipeline.ingest.ocr import load_recognizer
    from pipeline.ingest.pending import finish_pages
    from pipeline.ingest.scan.page import begin_scanned_page

    pictures: list = rendered_pages(files, limit)
    recognizer: Any = load_recognizer("rapidocr")

    def run() -> int:
        recognizer.forget()  # lines that were read are remembered
        begun = (
            begin_scanned_page(image, number, width, height, lambda: recognizer)
            for number, (image, width, height) in enumerate(pictures, 1)
        )
        return sum(1 for _ in finish_pages(begun))

    return run


def recognizer_alone(files: list[Path], limit: int) -> Callable[[], int]:
    """Only recognise the text lines that the pipeline cuts out of the same pages."""
    from pipeline.ingest.ocr import load_recognizer

    return _read_lines(load_recognizer("rapidocr"), files, limit)


def exact_alone(files: list[Path], limit: int) -> Callable[[], int]:
    """The same without the recogniser's quick copy."""
    from pipeline.ingest.ocr.rapid import load_rapid

    return _read_lines(load_rapid(int(THREADS), quick=False), files, limit)


def _read_lines(recognizer: Any, files: list[Path], limit: int) -> Callable[[], int]:
    from pipeline.ingest.scan.sheet_layout import lay_out_lines
    from pipeline.ingest.scan.sheetlines import find_sheet_ink
    from pipeline.ingest.scan.straight_page import straighten_page

    pages = [
        [
            line.crop
            for line in lay_out_lines(find_sheet_ink(straighten_page(*picture)), recognizer)
            if line.settled is None
        ]
        for picture in rendered_pages(files, limit)
    ]

    def run() -> int:
        recognizer.forget()
        for crops in pages:
            recognizer.read(crops)
        return len(pages)

    return run


def rapidocr_default(files: list[Path], limit: int) -> Callable[[], int]:
    """RapidOCR's own call on the whole page, on onnxruntime, its default engine."""
    import onnxruntime  # noqa: F401 - a side without it is left out
    from rapidocr import RapidOCR

    pictures, engine = rendered_pages(files, limit), RapidOCR()

    def run() -> int:
        for image, _, _ in pictures:
            engine(image)
        return len(pictures)

    return run


def tesseract_data(files: list[Path], limit: int) -> Callable[[], int]:
    """Tesseract's image_to_data on the whole page, chi_sim."""
    import pytesseract

    pytesseract.get_tesseract_version()
    pictures = rendered_pages(files, limit)

    def run() -> int:
        for image, _, _ in pictures:
            pytesseract.image_to_data(image, lang="chi_sim")
        return len(pictures)

    return run


SIDES = {
    "ours_text": ours_text,
    "pdfplumber_tables": pdfplumber_tables,
    "camelot_lattice": camelot_lattice,
    "pdfium_alone": pdfium_alone,
    "ours_scan": ours_scan,
    "recognizer_alone": recognizer_alone,
    "exact_alone": exact_alone,
    "rapidocr_default": rapidocr_default,
    "tesseract_data": tesseract_data,
}

COMPARISONS = (
    ("text pages", "ours_text", "pdfplumber's extract_tables", "pdfplumber_tables", "at most 0.35"),
    ("text pages", "ours_text", "camelot's lattice", "camelot_lattice", "at most 0.7"),
    ("text pages", "ours_text", "pdfium's characters and objects", "pdfium_alone", "at most 4"),
    ("scanned pages", "ours_scan", "RapidOCR's default call, onnxruntime", "rapidocr_default", "at most 0.15"),
    ("scanned pages", "ours_scan", "Tesseract's image_to_data", "tesseract_data", "at most 0.33"),
    ("scanned pages", "ours_scan", "the exact recogniser alone on the same lines", "exact_alone", "at most 1.5"),
    ("scanned pages", "ours_scan", "the same with its quick copy", "recognizer_alone", "at most 1.5"),
)


def serve(side: str, files: list[Path], limit: int) -> None:
    """Warm up, then time one round for every line on stdin and answer with JSON."""
    logging.disable(logging.WARNING)
    try:
        run = SIDES[side](files, limit)
        run()
    except Exception as error:  # noqa: BLE001 - the other sides go on
        print(json.dumps({"missing": f"{type(error).__name__}: {error}"}), flush=True)
        return
    print(json.dumps({"ready": True}), flush=True)
    for _ in sys.stdin:
        started, wall = processor_seconds(), time.perf_counter()
        pages = run()
        seconds, wall = (processor_seconds() - started) / pages, (time.perf_counter() - wall) / pages
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        figures = {"seconds_per_page": seconds, "wall": wall, "pages": pages, "peak_mib": peak}
        print(json.dumps(figures), flush=True)


def processor_seconds() -> float:
    """Return the processor time of this process and of those that it has waited for."""
    spent = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in spent)


def start(side: str, files: list[Path], limit: int, threads: str = THREADS) -> subprocess.Popen[str]:
    """Start one side in a process of its own, with that many threads to recognise with."""
    command = [sys.executable, __file__, "--serve", side, "--pages", str(limit), "--files", *map(str, files)]
    environment = {**os.environ, "OMP_NUM_THREADS": threads, "JIXIAO_STREAMS": threads}
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)


def answer(process: subprocess.Popen[str]) -> dict:
    """Return the next answer of a side; other programs' chatter on stdout is passed over."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("{"):
            return json.loads(line)
    return {"missing": "the process ended"}


def measure(sides: dict[str, list[Path]], limit: int, rounds: int) -> dict[str, list[dict]]:
    """Run the sides in turns; return the answers of those that are there."""
    processes = {}
    for side, files in sides.items():
        process = start(side, files, limit)
        reply = answer(process)
        if "missing" in reply:
            print(f"left out: {side}: {reply['missing']}", file=sys.stderr)
        else:
            processes[side] = process
    results: dict[str, list[dict]] = {side: [] for side in processes}
    for _ in range(rounds):
        for side, process in processes.items():
            ask(process)
            results[side].append(answer(process))
    for process in processes.values():
        end(process)
    return results


def ask(process: subprocess.Popen[str]) -> None:
    """Have a side do one round."""
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def end(process: subprocess.Popen[str]) -> None:
    """Let a side end."""
    assert process.stdin is not None
    process.stdin.close()
    process.wait()


def report(results: dict[str, list[dict]]) -> None:
    """Print as Markdown the ratios of sides, then what each costs here and what that comes to."""
    print("| what | beside | processor time, ratio (least to greatest) | wanted |\n| --- | --- | --- | --- |")
    for what, ours, beside, other, wanted in COMPARISONS:
        if ours in results and other in results:
            print(f"| {what} | {beside} | {show_ratio(results[ours], results[other])} | {wanted} |")
    print("\n| side | core ms a page here | pages an hour and core | peak memory, MiB | pages a round |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for side, rounds in results.items():
        seconds = statistics.median(figures["seconds_per_page"] for figures in rounds)
        peak, pages = max(figures["peak_mib"] for figures in rounds), rounds[0]["pages"]
        print(f"| {side} | {1000 * seconds:,.0f} | {3600 / seconds:,.0f} | {peak:,.0f} | {pages} |")


def show_ratio(ours: list[dict], other: list[dict]) -> str:
    """Return the ratio of two sides that took turns: the median over the rounds, and its range."""
    pairs = zip(ours, other, strict=True)
    ratios = [one["seconds_per_page"] / two["seconds_per_page"] for one, two in pairs]
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


def main() -> None:
    """Read the arguments and run the sides."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--text", nargs="*", type=Path, default=[f for f in RAW if "扫描" not in f.name])
    parser.add_argument("--scans", nargs="*", type=Path, default=[f for f in RAW if "扫描" in f.name])
    parser.add_argument("--pages", type=int, default=12, help="scanned pages a round at most")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--without", nargs="*", default=[], choices=sorted(SIDES))
    parser.add_argument("--serve", choices=sorted(SIDES), help=argparse.SUPPRESS)
    parser.add_argument("--files", nargs="*", type=Path, default=[], help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        serve(arguments.serve, arguments.files, arguments.pages)
        return
    text = dict.fromkeys(("ours_text", "pdfplumber_tables", "camelot_lattice", "pdfium_alone"), arguments.text)
    scans = dict.fromkeys(
        ("ours_scan", "recognizer_alone", "exact_alone", "rapidocr_default", "tesseract_data"), arguments.scans
    )
    sides = {side: files for side, files in {**text, **scans}.items() if files and side not in arguments.without}
    report(measure(sides, arguments.pages, arguments.rounds))


if __name__ == "__main__":
    main()
