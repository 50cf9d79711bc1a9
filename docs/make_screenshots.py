"""Take the pictures of the report and of the review desk in `docs/images`, in Chromium.

`python -m docs.make_screenshots [DATASET]` needs the packages chromium and chromium-driver and a font with Chinese
characters. DATASET is a dataset with its report (default `data/processed`, as `make all` leaves it); the desk shows the
sample that the tests misread on purpose.
"""

from __future__ import annotations

import base64
import io
import sys
import tempfile
from pathlib import Path
from typing import Any

import pypdfium2
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
    save(Image.open(io.BytesIO(driver.get_screenshot_as_png())), name)


def save(shot: Any, name: str) -> None:
    """Write a picture in few colours, which keeps it small."""
    quantized = shot.convert("RGB").quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    quantized.save(IMAGES / name, optimize=True)


def set_size(driver: Any, width: int, height: int) -> None:
    """Give pages a size, that of a phone too, which windows cannot have."""
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def take_report(driver: Any, report: Path) -> None:
    """Take the overview, the list, the form to be looked at first, its proof and its printed list, and a phone."""
    set_size(driver, 1440, 900)
    driver.get((report / "forms.html").resolve().as_uri())
    keep(driver, "report-list.png")
    driver.get((report / "index.html").resolve().as_uri())
    keep(driver, "report-overview.png")
    driver.find_element(By.CSS_SELECTOR, ".ten .project").click()
    keep(driver, "report-form.png")
    driver.find_element(By.CSS_SELECTOR, "a.proof").click()
    picture = driver.find_element(By.CSS_SELECTOR, "#viewer-place img")
    WebDriverWait(driver, 30).until(lambda _: driver.execute_script("return arguments[0].naturalWidth > 0", picture))
    keep(driver, "report-proof.png")
    driver.find_element(By.ID, "viewer-close").click()
    driver.find_element(By.CSS_SELECTOR, ".tasks a").click()
    keep_printed(driver, "report-sheet.png")
    set_size(driver, 390, 844)
    driver.get((report / "index.html").resolve().as_uri())
    keep(driver, "report-phone.png")
    driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def keep_printed(driver: Any, name: str) -> None:
    """Write the first page of what the browser prints."""
    settings = {"preferCSSPageSize": True, "printBackground": True}
    document = pypdfium2.PdfDocument(base64.b64decode(driver.execute_cdp_cmd("Page.printToPDF", settings)["data"]))
    save(document[0].render(scale=1.3).to_pil(), name)


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
