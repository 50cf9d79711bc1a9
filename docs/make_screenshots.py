"""Take the pictures of the report and of the review desk in `docs/images`, in Chromium.

`python -m docs.make_screenshots [DATASET]` needs the packages chromium and chromium-driver and a font with Chinese
characters. DATASET is a dataset with its report (default `data/processed`, as `make all` leaves it); the desk shows the
sample that the tests misread on purpose.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tests.browser import open_browser
from tests.corrections.support import run_sample
from tests.desk.support import open_desk

IMAGES = Path("docs/images")

COLOURS = 200
"""Colours of a picture."""


def keep(driver: Any, name: str) -> None:
    """Write what the browser shows."""
    shot = Image.open(io.BytesIO(driver.get_screenshot_as_png())).convert("RGB")
    quantized = shot.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    quantized.save(IMAGES / name, optimize=True)


def take_report(driver: Any, report: Path) -> None:
    """Take the overview, and the indicators of the form with the most findings."""
    driver.get((report / "index.html").resolve().as_uri())
    keep(driver, "report-overview.png")
    pages = sorted((report / "forms").glob("*.html"))
    found = {page: page.read_text(encoding="utf-8").count("finding") for page in pages}
    driver.get(max(pages, key=found.__getitem__).resolve().as_uri())
    driver.execute_script("document.querySelector('table.wide').scrollIntoView()")
    keep(driver, "report-form.png")


def take_desk(driver: Any, folder: Path) -> None:
    """Open the desk and choose the second reading of the first field."""
    run_sample(folder / "out", None)
    with open_desk(folder / "out", folder / "corrections") as desk:
        driver.get(desk.address)
        wait = WebDriverWait(driver, 30)
        wait.until(lambda _: driver.find_element(By.ID, "box").is_displayed())
        driver.switch_to.active_element.send_keys("2")
        wait.until(lambda _: "30" in driver.find_element(By.ID, "typed").text)
        keep(driver, "review-desk.png")


def main() -> None:
    """Take all pictures."""
    dataset = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("data/processed")
    with tempfile.TemporaryDirectory() as name, open_browser(Path(name) / "profile") as driver:
        take_report(driver, dataset / "report")
        take_desk(driver, Path(name))


if __name__ == "__main__":
    main()
