"""Tomorrow morning: 142 forms that nobody has looked at, in a real Chromium, on a desk and a phone."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest

from pipeline.report.site import write_report
from pipeline.run import run
from pipeline.settings import RunOptions
from tests.browser import open_browser, show, sized
from tests.report.drawn_set import FORMS, PROJECT, draw_set

pytest.importorskip("selenium")

from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

pytestmark = pytest.mark.slow

DRAWN = "return arguments[0].naturalWidth > 0"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory, fonts: None) -> Path:
    folder = tmp_path_factory.mktemp("set")
    (folder / "raw").mkdir()
    draw_set(folder / "raw")
    run([folder / "raw"], RunOptions(folder / "out", jobs=2))
    assert write_report(folder / "out").forms == FORMS
    return folder / "out" / "report"


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with open_browser(tmp_path_factory.mktemp("chromium")) as found:
        yield found


def test_from_the_set_to_proof_and_printed_sheet_in_five_clicks(driver: Any, report: Path) -> None:
    """Who has never seen it: the form with most at stake, its proof on the page, its printed sheet."""
    show(driver, report / "index.html")
    clicks = 0

    def click(where: str) -> None:
        nonlocal clicks
        WebDriverWait(driver, 10).until(lambda d: d.find_element(By.CSS_SELECTOR, where).is_displayed())
        driver.find_element(By.CSS_SELECTOR, where).click()
        clicks += 1

    project = driver.find_element(By.CSS_SELECTOR, ".ten .project").text
    assert project == PROJECT
    why = driver.find_element(By.CSS_SELECTOR, ".ten .why").text
    click(".ten .project")
    assert driver.find_element(By.TAG_NAME, "h1").text == project
    assert why in driver.find_element(By.TAG_NAME, "main").text
    click("a.proof")
    picture = driver.find_element(By.CSS_SELECTOR, "#viewer-place img")
    WebDriverWait(driver, 10).until(lambda d: d.execute_script(DRAWN, picture))
    click("#viewer-close")
    click(".tasks a")
    assert project in driver.find_element(By.CSS_SELECTOR, "table.head").text
    driver.execute_script("window.print = () => { document.title = 'printed'; }")
    click("#print")
    assert driver.title == "printed"
    assert clicks == 5


def test_the_overview_is_one_screen_and_two_on_a_phone(driver: Any, report: Path) -> None:
    bottom = "return document.querySelector('.board').getBoundingClientRect().bottom + scrollY"
    with sized(driver, 1440, 900):
        show(driver, report / "index.html")
        assert driver.execute_script(bottom) <= 900
    with sized(driver, 390, 844):
        show(driver, report / "index.html")
        assert driver.execute_script(bottom) <= 2 * 844


def test_the_overview_is_one_page_on_paper(driver: Any, report: Path) -> None:
    show(driver, report / "index.html")
    printed = driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True, "printBackground": True})
    assert len(pdfium.PdfDocument(base64.b64decode(printed["data"]))) == 1


def test_nothing_is_cut_off_on_the_overview(driver: Any, report: Path) -> None:
    with sized(driver, 1440, 900):
        show(driver, report / "index.html")
        cut = ".filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent)"
        assert driver.execute_script(f"return [...document.querySelectorAll('.bars .name, .figures a')]{cut}") == []


def test_every_bar_of_the_overview_leads_to_as_many_forms_as_it_counts(driver: Any, report: Path) -> None:
    show(driver, report / "index.html")
    bars = driver.find_elements(By.CSS_SELECTOR, ".places .bars a, .rules .bars a")
    wanted = {
        bar.get_attribute("href"): int(bar.find_element(By.CLASS_NAME, "all-of").get_attribute("textContent"))
        for bar in bars
    }
    assert len(wanted) > 10
    for address, count in wanted.items():
        driver.get("about:blank")
        driver.get(address)
        assert f"符合条件的 {count} 张" in driver.find_element(By.ID, "count").text, address


def test_each_of_the_ten_is_proved_by_a_picture_one_click_away(driver: Any, report: Path) -> None:
    show(driver, report / "index.html")
    for page in [link.get_attribute("href") for link in driver.find_elements(By.CSS_SELECTOR, ".ten .project")]:
        driver.get(page)
        chip = driver.find_element(By.CSS_SELECTOR, "a.proof")
        assert "看原件" in chip.text
        chip.click()
        picture = driver.find_element(By.CSS_SELECTOR, "#viewer-place img")
        WebDriverWait(driver, 10).until(
            lambda d, it=picture: d.execute_script("return arguments[0].naturalWidth > 0", it)
        )


def test_the_overview_leads_to_the_forms_with_a_finding(driver: Any, report: Path) -> None:
    show(driver, report / "index.html")
    link = driver.find_element(By.CSS_SELECTOR, ".found .bars a")
    title, forms = link.find_element(By.CLASS_NAME, "name").text, int(link.find_element(By.CLASS_NAME, "all-of").text)
    link.click()
    WebDriverWait(driver, 10).until(lambda d: d.find_elements(By.CSS_SELECTOR, "[data-choice^=finding]:checked"))
    (chosen,) = driver.find_elements(By.CSS_SELECTOR, "[data-choice^=finding]:checked")
    assert title in chosen.find_element(By.XPATH, "..").text
    assert 0 < len(driver.find_elements(By.CSS_SELECTOR, "#list tbody tr")) <= forms
