"""The desk in a real Chromium, by its keys alone: open, look, correct, undo; then run, and the dataset has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.corrections.book import read_decisions
from pipeline.report.site import write_report
from tests.browser import open_browser
from tests.corrections.misreading_reader import EXECUTED, MISREAD, PROJECT
from tests.corrections.support import DOCUMENT, FORM, decide, note, run_sample
from tests.desk.support import DeskProcess, open_desk
from tests.running.support import rows

pytest.importorskip("selenium")

from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

pytestmark = pytest.mark.slow


class Page:
    """The desk's page as a person uses it: what can be read on it, and keys."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def text(self, name: str) -> str:
        return str(self.driver.find_element(By.ID, name).get_property("innerText")).strip()

    def value(self, name: str) -> str:
        return str(self.driver.find_element(By.ID, name).get_property("value"))

    def press(self, *keys: str) -> None:
        """Press keys one after the other, as soon as the page takes them."""
        for key in keys:
            self.wait(lambda: self.driver.find_element(By.ID, "field").get_attribute("aria-busy") != "true")
            self.driver.switch_to.active_element.send_keys(key)

    def wait(self, holds: Callable[[], Any]) -> Any:
        waiting = WebDriverWait(self.driver, 20, 0.05, [StaleElementReferenceException])
        return waiting.until(lambda _: holds())

    def wait_text(self, name: str, words: str) -> None:
        self.wait(lambda: words in self.text(name))

    def complaints(self) -> list[str]:
        """What the browser's console holds against the page."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with open_browser(tmp_path_factory.mktemp("chromium")) as found:
        yield found


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory, driver: Any) -> Path:
    folder = tmp_path_factory.mktemp("desk") / "out"
    run_sample(folder, None)
    return folder


@pytest.fixture(scope="module")
def corrections(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("corrections")


@pytest.fixture(scope="module")
def desk(out: Path, corrections: Path) -> Iterator[DeskProcess]:
    with open_desk(out, corrections) as found:
        yield found


@pytest.fixture
def page(driver: Any, desk: DeskProcess, corrections: Path) -> Page:
    """The page, newly opened, with no decision taken."""
    for path in corrections.iterdir():
        path.unlink()
    driver.get(desk.address)
    found = Page(driver)
    found.wait(lambda: found.text("label") == "全年执行数" and found.value("new"))
    return found


def reported(out: Path) -> str:
    """Write the report and return the page of the form that was misread."""
    write_report(out)
    return (out / "report" / "forms" / f"{FORM}.html").read_text(encoding="utf-8")


def test_correct_with_the_keyboard_run_and_see_dataset_and_report_change(
    page: Page, out: Path, corrections: Path, request: pytest.FixtureRequest
) -> None:
    misread = MISREAD[EXECUTED].text
    assert misread in reported(out)
    page.press("e", "174.83")
    page.wait_text("typed", "1,748,300 元")
    page.press(Keys.ENTER)
    page.wait_text("label", "得分")
    page.wait_text("readings", "第二识别器")
    assert "✗ 不成立" in page.text("checks")
    assert "排在此处，因为疑点据此得出" in page.text("stake")
    page.press("2")
    page.wait(lambda: page.value("new") == "30")
    page.wait_text("typed", "读作 30 分")
    page.press(Keys.ENTER)
    page.wait_text("label", "三级指标")
    page.press("a")
    page.wait_text("label", "项目名称")
    assert page.text("count-open") == "1"
    assert rows(out, "indicators", "score_raw")[0] == ("36",), "nothing changes before the next run"
    summary = run_sample(out, corrections)
    request.addfinalizer(lambda: run_sample(out, None))
    assert (summary.read, summary.exit_status, summary.needs_review) == (0, 0, 1)
    assert rows(out, "indicators", "score_raw", "score")[0] == ("30", 30.0)
    assert rows(out, "funds", "executed_raw")[0] == ("174.83",)
    assert f"更正：原读作“{misread}”，王审计" in reported(out)
    assert page.complaints() == []


def test_the_page_is_sound_for_everyone(page: Page) -> None:
    found = pytest.importorskip("axe_core_python.selenium").Axe().run(page.driver)["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found] == []


def test_a_phone_can_be_used(page: Page) -> None:
    size = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        page.wait(lambda: page.driver.execute_script("return innerWidth") == 390)
        assert page.driver.execute_script("return document.documentElement.scrollWidth <= innerWidth + 1")
        for name in ("accept", "correct", "unreadable", "new", "group"):
            element = page.driver.find_element(By.ID, name)
            page.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
            assert element.rect["x"] >= 0, name
            assert element.rect["x"] + element.rect["width"] <= 391, name
    finally:
        page.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_the_report_leads_to_the_desk_and_back(page: Page, desk: DeskProcess, out: Path) -> None:
    write_report(out)
    page.driver.get(f"http://{desk.host}/?key={DOCUMENT}:1:fund:1:executed_raw")
    page.wait(lambda: page.driver.find_element(By.ID, "to-report").is_displayed())
    page.driver.find_element(By.ID, "to-report").click()
    page.wait(lambda: page.driver.find_elements(By.CSS_SELECTOR, ".todesk"))
    link = page.driver.find_element(By.CSS_SELECTOR, "td .todesk")
    page.driver.execute_script("arguments[0].click()", link)
    page.wait(lambda: "存疑" in page.text("doubt"))
    assert page.complaints() == []


def test_undo_takes_back_the_last_decision(page: Page, corrections: Path) -> None:
    page.press("u")
    page.wait_text("label", "得分")
    assert read_decisions(corrections, DOCUMENT).in_force
    page.press("z")
    page.wait_text("notice", "已撤销")
    page.wait(lambda: page.text("count-open") == "4" and page.text("label") == "全年执行数")
    assert not read_decisions(corrections, DOCUMENT).in_force
    assert len(read_decisions(corrections, DOCUMENT).lines) == 2, "both stay on record"


def test_the_place_on_the_page_is_shown(page: Page) -> None:
    page.wait(lambda: page.driver.find_element(By.ID, "box").is_displayed())
    crop = page.driver.find_element(By.CSS_SELECTOR, "#crop img")
    page.wait(lambda: crop.get_property("naturalWidth") > 100)
    box, paper = (page.driver.find_element(By.ID, name).rect for name in ("box", "paper"))
    assert paper["y"] < box["y"] < paper["y"] + paper["height"], "scrolled to where the cell is"
    width = page.driver.find_element(By.ID, "page").rect["width"]
    page.press("+")
    page.wait(lambda: page.driver.find_element(By.ID, "page").rect["width"] > width)


def test_another_reviewers_decision_is_shown_before_one_is_taken(page: Page, corrections: Path) -> None:
    note(corrections, decide(EXECUTED, reviewer="李审计", new="20"))
    page.press("a")
    page.wait_text("notice", "另一位复核人")
    page.wait_text("verdict", "李审计：更正为“20”")
    assert "您的决定（未保存）：识别无误" in page.text("verdict"), "both are seen"
    assert len(read_decisions(corrections, DOCUMENT).lines) == 1
    page.press("a")
    page.wait_text("label", "得分")
    standing = read_decisions(corrections, DOCUMENT).state(EXECUTED).decision
    assert standing is not None
    assert (standing.action, standing.reviewer) == ("accept", "王审计")


def test_a_reading_that_is_no_number_is_asked_about(page: Page, corrections: Path) -> None:
    page.press("j")
    page.wait_text("label", "得分")
    page.press("e", "三十")
    page.wait_text("typed", "读不出数")
    page.press(Keys.ENTER)
    page.wait(lambda: page.driver.switch_to.alert).dismiss()
    assert not list(corrections.iterdir())


def test_a_document_cannot_put_markup_into_the_page(page: Page) -> None:
    page.press("j", "j", "j")
    page.wait_text("label", "项目名称")
    page.wait_text("readings", MISREAD[PROJECT].text)
    assert MISREAD[PROJECT].text in page.text("queue")
    assert page.driver.title == "绩效自评表复核台"
    assert page.driver.find_elements(By.CSS_SELECTOR, "img[src='x'], [onerror]") == []


def test_keys_are_shown_and_the_focus_is_seen(page: Page) -> None:
    page.press("?")
    page.wait(lambda: page.driver.find_element(By.ID, "keys").is_displayed())
    assert "撤销" in page.text("keys")
    page.press(Keys.ESCAPE)
    page.wait(lambda: not page.driver.find_element(By.ID, "keys").is_displayed())
    page.press(Keys.TAB)
    style = "return getComputedStyle(document.activeElement).outlineStyle"
    assert page.driver.execute_script(style) == "solid"
    unnamed = """return [...document.querySelectorAll('button, input, select, textarea')].filter(
        (one) => !(one.innerText || one.ariaLabel || (one.labels && one.labels.length))).map((one) => one.id)"""
    assert page.driver.execute_script(unnamed) == []


def test_the_queue_says_when_all_is_done(page: Page, corrections: Path) -> None:
    for _ in MISREAD:
        before = page.text("count-open")
        page.press("u")
        page.wait(lambda before=before: page.text("count-open") != before)
    page.wait_text("empty", "全部复核完毕")
    page.press("d")
    page.wait_text("verdict", "无法辨认")
    assert EXECUTED in read_decisions(corrections, DOCUMENT).in_force
