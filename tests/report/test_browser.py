"""The report in a real Chromium, opened from disk: looked at, filtered, walked through by keys, checked by axe."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.report.site import write_report
from pipeline.run import run
from pipeline.settings import RunOptions
from tests.browser import open_browser
from tests.export.hostile_rows import hostile_records, publish_records
from tests.report.test_report import SAMPLES

pytest.importorskip("selenium")
pytest.importorskip("axe_core_python")

from axe_core_python.selenium import Axe
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    raw = folder / "raw"
    raw.mkdir()
    for sample in SAMPLES:
        shutil.copy(sample, raw)
    run([raw], RunOptions(folder / "out", jobs=1))
    write_report(folder / "out")
    return folder / "out" / "report"


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with open_browser(tmp_path_factory.mktemp("chromium")) as found:
        yield found


def show(driver: Any, page: Path, anchor: str = "") -> None:
    driver.get("about:blank")
    driver.get(page.as_uri() + anchor)


def complaints(driver: Any) -> list[str]:
    return [entry["message"] for entry in driver.get_log("browser") if "favicon" not in entry["message"]]


def form_pages(report: Path) -> list[Path]:
    return sorted((report / "forms").glob("*.html"))


@pytest.mark.parametrize("name", ["index.html", "forms.html", "unread.html", "form"])
def test_pages_are_sound_for_everyone(driver: Any, report: Path, name: str) -> None:
    show(driver, form_pages(report)[0] if name == "form" else report / name)
    found = Axe().run(driver)["violations"]

    assert [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found] == []
    assert complaints(driver) == []


def listed(driver: Any) -> list[str]:
    return [row.text for row in driver.find_elements(By.CSS_SELECTOR, "#list tbody tr")]


def test_the_list_is_filtered_and_sorted_and_its_address_keeps_that(driver: Any, report: Path) -> None:
    show(driver, report / "forms.html")
    everything = listed(driver)
    assert len(everything) == len(form_pages(report))

    Select(driver.find_element(By.ID, "district")).select_by_visible_text("通州区")
    chosen = listed(driver)
    assert chosen
    assert all("通州区" in row for row in chosen)
    assert len(chosen) < len(everything)

    driver.find_element(By.ID, "text").send_keys("no such project")
    assert listed(driver) == []
    driver.find_element(By.ID, "text").clear()
    driver.find_element(By.CSS_SELECTOR, "#list th button[data-key='5']").click()
    address = driver.current_url
    show(driver, report / "forms.html")
    driver.get("about:blank")
    driver.get(address)
    assert sorted(listed(driver)) == sorted(chosen)


def test_the_overview_leads_to_the_forms_with_a_finding(driver: Any, report: Path) -> None:
    show(driver, report / "index.html")
    link = driver.find_element(By.CSS_SELECTOR, ".codes a")
    title = link.text
    link.click()
    WebDriverWait(driver, 10).until(lambda d: d.find_elements(By.ID, "finding"))

    assert Select(driver.find_element(By.ID, "finding")).first_selected_option.text == title
    assert 0 < len(listed(driver)) <= len(form_pages(report))


def test_a_value_is_shown_on_its_page_by_keys_alone(driver: Any, report: Path) -> None:
    show(driver, form_pages(report)[0])
    first = driver.find_element(By.CSS_SELECTOR, "a.value")
    driver.execute_script("arguments[0].focus()", first)
    first.send_keys(Keys.ENTER)
    viewer = driver.find_element(By.ID, "viewer")
    assert viewer.get_attribute("open") is not None
    picture = driver.find_element(By.CSS_SELECTOR, "#viewer-page img")
    WebDriverWait(driver, 10).until(lambda d: d.execute_script("return arguments[0].naturalWidth > 0", picture))
    before = driver.find_element(By.ID, "viewer-title").text
    assert first.text in before

    driver.switch_to.active_element.send_keys(Keys.ARROW_RIGHT)
    assert driver.find_element(By.ID, "viewer-title").text != before
    driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    assert viewer.get_attribute("open") is None
    assert driver.switch_to.active_element.get_attribute("class").startswith("value")
    assert complaints(driver) == []


def test_the_box_lies_on_the_ink_of_its_value(driver: Any, report: Path) -> None:
    show(driver, form_pages(report)[0], "#v-form-project_name")
    driver.execute_script("document.getElementById('v-form-project_name').click()")
    frame, picture, box = (
        driver.execute_script(f"const r = document.querySelector('{where}').getBoundingClientRect(); return r.toJSON()")
        for where in ("#viewer-place", "#viewer-place img", "#viewer-place .box")
    )

    assert frame["left"] <= box["left"] < box["right"] <= frame["right"]
    assert picture["top"] <= box["top"] < box["bottom"] <= picture["bottom"]


def test_hostile_texts_run_nothing(driver: Any, tmp_path: Path) -> None:
    publish_records(tmp_path, hostile_records())
    write_report(tmp_path)
    for page in (
        tmp_path / "report" / "index.html",
        tmp_path / "report" / "forms.html",
        form_pages(tmp_path / "report")[0],
    ):
        show(driver, page)
        assert driver.execute_script("return document.scripts.length") <= 2
    assert complaints(driver) == []


def test_a_phone_can_be_used(driver: Any, report: Path) -> None:
    size = driver.get_window_size()
    driver.set_window_size(500, 900)
    try:
        for page in (report / "index.html", report / "forms.html", form_pages(report)[0]):
            show(driver, page)
            assert driver.execute_script("return document.documentElement.scrollWidth <= innerWidth + 1"), page
    finally:
        driver.set_window_size(size["width"], size["height"])
