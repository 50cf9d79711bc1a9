"""The report in a real Chromium, opened from disk: looked at, filtered, walked through by keys, checked by axe."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest

from pipeline.report.paper import print_report
from pipeline.report.site import write_report
from pipeline.run import run
from pipeline.settings import RunOptions
from tests.browser import open_browser, show, sized
from tests.export.hostile_rows import hostile_records, publish_records
from tests.report.test_report import SAMPLES
from tests.running.stub_reader import make_records

pytest.importorskip("selenium")
pytest.importorskip("axe_core_python")

from axe_core_python.selenium import Axe
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

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


def choose(driver: Any, choice: str) -> None:
    driver.find_element(By.CSS_SELECTOR, f"[data-choice='{choice}']").click()


def complaints(driver: Any) -> list[str]:
    return [entry["message"] for entry in driver.get_log("browser") if "favicon" not in entry["message"]]


def form_pages(report: Path) -> list[Path]:
    return sorted((report / "forms").glob("*.html"))


PAGES = ("index.html", "forms.html", "figures.html", "unread.html", "checklist.html", "form", "sheet")


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("name", PAGES)
def test_pages_are_sound_for_everyone(driver: Any, report: Path, name: str, width: int) -> None:
    pages = {"form": form_pages(report)[0], "sheet": next((report / "sheets").iterdir())}
    with sized(driver, width, 900):
        show(driver, pages.get(name, report / name))
        found = Axe().run(driver)["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found] == []
        assert driver.execute_script("return document.documentElement.scrollWidth <= innerWidth + 1")
    assert complaints(driver) == []


@pytest.mark.parametrize("width", [1440, 390])
def test_two_forms_side_by_side_are_sound_for_everyone(driver: Any, tmp_path: Path, width: int) -> None:
    first, second = (make_records(Path(f"{name}.pdf"), name.encode(), 1, rows=5) for name in ("before", "after"))
    named = [replace(one, forms=(replace(one.forms[0], project_name="同一项目"),)) for one in (first, second)]
    changed = tuple(replace(row, actual_raw="其他" * 30) for row in second.indicators)
    publish_records(tmp_path, [named[0], replace(named[1], indicators=changed)])
    write_report(tmp_path)
    (pair,) = (tmp_path / "report" / "pairs").iterdir()
    with sized(driver, width, 900):
        show(driver, pair)
        assert len(driver.find_elements(By.CSS_SELECTOR, "tr.differs mark")) >= 10
        found = Axe().run(driver)["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found] == []
        assert driver.execute_script("return document.documentElement.scrollWidth <= innerWidth + 1")
        driver.find_element(By.CSS_SELECTOR, "thead a").click()
        WebDriverWait(driver, 10).until(lambda d: d.find_element(By.TAG_NAME, "h1").text == "同一项目")
        assert driver.find_elements(By.CSS_SELECTOR, f".tasks a[href$='{pair.name}']"), "and back"
    assert complaints(driver) == []


def listed(driver: Any) -> list[str]:
    """The rows as they are shown, all at one moment: the list may be drawn anew between two questions."""
    found: list[str] = driver.execute_script(
        "return [...document.querySelectorAll('#list tbody tr')].map((r) => r.innerText)"
    )
    return found


def test_the_list_is_filtered_and_sorted_and_its_address_keeps_that(driver: Any, report: Path) -> None:
    show(driver, report / "forms.html")
    everything = listed(driver)
    assert len(everything) == len(form_pages(report))

    choose(driver, "district=通州区")
    chosen = listed(driver)
    assert chosen
    assert all("通州区" in row for row in chosen)
    assert len(chosen) < len(everything)

    driver.find_element(By.ID, "text").send_keys("no such project")
    WebDriverWait(driver, 10).until(lambda d: listed(d) == [])
    driver.find_element(By.ID, "text").clear()
    WebDriverWait(driver, 10).until(lambda d: listed(d) == chosen)
    button = driver.find_element(By.CSS_SELECTOR, "#list th button[data-key='score']")
    button.click()
    head = button.find_element(By.XPATH, "..")
    assert head.get_attribute("aria-sort") == "descending", "on the first click"
    address = driver.current_url
    again = listed(driver)
    driver.get("about:blank")
    driver.get(address)
    assert listed(driver) == again


def test_the_list_is_used_by_keys_alone(driver: Any, report: Path) -> None:
    show(driver, report / "forms.html")
    everything = listed(driver)

    def press(where: str, key: str) -> None:
        driver.execute_script("arguments[0].focus()", driver.find_element(By.CSS_SELECTOR, where))
        driver.switch_to.active_element.send_keys(key)

    press("[data-choice='status=violation']", Keys.SPACE)
    assert 0 < len(listed(driver)) < len(everything)
    assert driver.switch_to.active_element.get_attribute("data-choice") == "status=violation", "the focus stays"
    press("[data-choice='status=violation']", Keys.SPACE)
    assert listed(driver) == everything
    press("#list th button[data-key='executed']", Keys.ENTER)
    assert driver.find_element(By.CSS_SELECTOR, "#list th[aria-sort]").text.startswith("金额")
    outline = "return getComputedStyle(document.activeElement).outlineStyle"
    driver.switch_to.active_element.send_keys(Keys.TAB)
    assert driver.execute_script(outline) == "solid"
    press("#list td.project a", Keys.ENTER)
    WebDriverWait(driver, 10).until(lambda d: d.find_elements(By.CSS_SELECTOR, "#walk a"))


def test_what_was_found_and_what_is_printed_can_be_searched(driver: Any, report: Path) -> None:
    show(driver, report / "forms.html", "#text=总分得分未填")
    WebDriverWait(driver, 10).until(lambda d: len(listed(d)) == 1)
    show(driver, report / "forms.html", "#text=咨询、宣讲培训")
    WebDriverWait(driver, 10).until(lambda d: len(listed(d)) == 1)
    assert "通州区中小微企业智慧服务平台运营服务" in listed(driver)[0]


def test_the_counts_of_the_filters_are_what_they_lead_to(driver: Any, report: Path) -> None:
    show(driver, report / "forms.html")
    for choice in ("status=violation", "severity=error", "source=text", "kind=project"):
        label = driver.find_element(By.CSS_SELECTOR, f"[data-choice='{choice}']").find_element(By.XPATH, "..")
        promised = int(label.find_element(By.CSS_SELECTOR, ".counter").text)
        choose(driver, choice)
        assert len(listed(driver)) == promised, choice
        choose(driver, choice)


def test_who_comes_back_finds_his_place_and_walks_through_what_he_chose(driver: Any, report: Path) -> None:
    show(driver, report / "forms.html", "#district=通州区")
    links = [link.text for link in driver.find_elements(By.CSS_SELECTOR, "#list td.project a")]
    assert len(links) == 2
    driver.find_elements(By.CSS_SELECTOR, "#list td.project a")[0].click()
    after = WebDriverWait(driver, 10).until(lambda d: d.find_element(By.CSS_SELECTOR, "#walk a[rel=next]"))
    assert "第 1 张，共 2 张" in driver.find_element(By.ID, "walk").text
    after.click()
    WebDriverWait(driver, 10).until(lambda d: d.find_element(By.TAG_NAME, "h1").text == links[1])
    WebDriverWait(driver, 10).until(lambda d: "第 2 张，共 2 张" in d.find_element(By.ID, "walk").text)
    driver.find_element(By.CSS_SELECTOR, "#walk a").click()
    row = WebDriverWait(driver, 10).until(lambda d: d.find_element(By.CSS_SELECTOR, "#list tr.here"))
    assert links[1] in row.text
    assert len(listed(driver)) == 2


def test_a_finding_shows_each_of_its_fields_in_place_with_its_neighbours(driver: Any, report: Path) -> None:
    texts = {page: page.read_text(encoding="utf-8") for page in form_pages(report)}
    show(driver, next(page for page, text in texts.items() if "看原件" in text))
    chip = driver.find_element(By.CSS_SELECTOR, "a.proof")
    chip.click()
    value = driver.find_element(By.CSS_SELECTOR, chip.get_attribute("href")[chip.get_attribute("href").index("#") :])
    assert value.text in driver.find_element(By.ID, "viewer-title").text
    assert driver.find_elements(By.CSS_SELECTOR, "#viewer-place .neighbour")
    driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    assert driver.switch_to.active_element == chip


def test_on_a_phone_the_check_stands_under_its_row(driver: Any, report: Path) -> None:
    with sized(driver, 390, 844):
        show(driver, form_pages(report)[0])
        row = driver.find_element(By.CSS_SELECTOR, "tr#row-1")
        printed, check = (row.find_elements(By.TAG_NAME, "td")[place].rect for place in (-2, -1))
        assert check["y"] >= printed["y"] + printed["height"] - 1
        assert check["width"] > 300


def test_a_set_is_printed_as_one_list(driver: Any, report: Path) -> None:
    show(driver, report / "checklist.html", "#status=violation")
    WebDriverWait(driver, 10).until(lambda d: d.find_elements(By.CSS_SELECTOR, "#lists table"))
    assert "核实情况" in driver.find_element(By.CSS_SELECTOR, "#lists thead").text
    settings = {"preferCSSPageSize": True, "printBackground": True}
    document = pdfium.PdfDocument(base64.b64decode(driver.execute_cdp_cmd("Page.printToPDF", settings)["data"]))
    snapshot = (report.parent / ".current").resolve().name
    assert all(snapshot in page.get_textpage().get_text_bounded() for page in document)


def test_two_thousand_forms_open_within_a_second(driver: Any, report: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(report, tmp_path / "report"))
    text = (copy / "forms.js").read_text(encoding="ascii")
    data = json.loads(text.partition("= ")[2].rstrip().removesuffix(";"))
    data["forms"] = [[f"{n:064d}-001", *data["forms"][n % len(data["forms"])][1:]] for n in range(2000)]
    (copy / "forms.js").write_text(f"window.JIXIAO = {json.dumps(data)};", encoding="ascii")
    show(driver, copy / "forms.html")
    assert "共 2000 张" in driver.find_element(By.ID, "count").text
    times = "const [n] = performance.getEntriesByType('navigation'); return n.domContentLoadedEventEnd - n.startTime"
    assert driver.execute_script(times) < 1000
    assert len(listed(driver)) == 100, "drawn as needed"


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
        assert driver.execute_script("return document.scripts.length") <= 3
    assert complaints(driver) == []


def test_the_lists_are_printed_by_the_browser_that_is_installed(report: Path, driver: Any) -> None:
    summary = write_report(report.parent)
    printed = print_report(report, summary.first)
    assert [path.name for path in printed] == ["疑点清单.pdf", *(path.name for path in printed[1:])]
    assert len(printed) == 1 + len(summary.first)
    texts = []
    for path in printed:
        document = pdfium.PdfDocument(path)
        texts.append("".join(page.get_textpage().get_text_bounded() for page in document))
        snapshot = (report.parent / ".current").resolve().name
        assert all(snapshot in page.get_textpage().get_text_bounded() for page in document), "on every page"
    assert all("核实情况" in text for text in texts)
    assert summary.first[0]["project"][:8] in texts[1]


def test_a_form_is_printed_with_the_head_of_its_table_on_every_page(driver: Any, report: Path) -> None:
    longest = max(form_pages(report), key=lambda page: page.stat().st_size)
    show(driver, longest)
    rows = driver.execute_script("return document.querySelectorAll('table.wide tbody tr').length")
    settings = {"preferCSSPageSize": True, "printBackground": True}
    document = pdfium.PdfDocument(base64.b64decode(driver.execute_cdp_cmd("Page.printToPDF", settings)["data"]))
    texts = [page.get_textpage().get_text_bounded() for page in document]
    heads = [text.count("三级指标") for text in texts]
    assert rows > 20
    assert sum(bool(count) for count in heads) >= 2, "repeated where the table goes on"
    assert all("指标" in text.partition("复核")[2] for text, count in zip(texts, heads, strict=True) if count), (
        "no orphan"
    )
