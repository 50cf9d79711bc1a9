"""A real Chromium, driven by its own driver, that reaches for nothing but what it is shown."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CHROMIUM, DRIVER = "/usr/bin/chromium", "/usr/bin/chromedriver"

QUIET = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--lang=zh-CN", "--window-size=1500,1000",
)  # fmt: skip


@contextmanager
def open_browser(folder: Path) -> Iterator[Any]:
    """Start Chromium with a profile of its own."""
    if not (shutil.which(CHROMIUM) and shutil.which(DRIVER)):
        pytest.skip("no browser; install the packages: apt-get install chromium chromium-driver")
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in (*QUIET, f"--user-data-dir={folder}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(DRIVER))
    try:
        yield driver
    finally:
        driver.quit()


def show(driver: Any, page: Path, anchor: str = "") -> None:
    """Open a file, anew where it is shown already."""
    driver.get("about:blank")
    driver.get(page.as_uri() + anchor)


@contextmanager
def sized(driver: Any, width: int, height: int) -> Iterator[None]:
    """Let pages have a size for a while, that of a phone too, which windows cannot have."""
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        yield
    finally:
        driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
