"""Take `docs/images/review-desk.png`: the review desk in Chromium, on the sample that the tests misread on purpose.

`python -m docs.make_screenshots` needs the packages chromium and chromium-driver and a font with Chinese characters.
"""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from PIL import Image
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tests.correction_support import run_sample
from tests.desk_support import open_browser, open_desk

TARGET = Path("docs/images/review-desk.png")

COLOURS = 200
"""Colours of the picture."""


def main() -> None:
    """Read the sample, open the desk, choose the second reading, and keep what is seen."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run_sample(folder / "out", None)
        with open_desk(folder / "out", folder / "corrections") as desk, open_browser(folder / "profile") as driver:
            driver.get(desk.address)
            wait = WebDriverWait(driver, 30)
            wait.until(lambda _: driver.find_element(By.ID, "box").is_displayed())
            driver.switch_to.active_element.send_keys("2")
            wait.until(lambda _: "30" in driver.find_element(By.ID, "typed").text)
            shot = Image.open(io.BytesIO(driver.get_screenshot_as_png())).convert("RGB")
            shot.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(TARGET, optimize=True)


if __name__ == "__main__":
    main()
