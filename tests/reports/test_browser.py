"""The HTML report in a real Chromium: read, filtered, searched, on a desk and on a phone.

Needs Chromium, its driver and selenium (``pip install -e '.[browser]'``); without them these
tests are skipped, except where ``CI`` is ``true``: there they fail.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import reports
from conformance.model import Outcome
from tests.reports import synthetic

pytestmark = pytest.mark.browser

DESKTOP = (1280, 900)
PHONE = (390, 844)


def _missing() -> str | None:
    """What stands in the way of a browser, with what to do about it."""
    try:
        import selenium  # noqa: F401 - asked whether it is there
    except ImportError:
        return "selenium is not installed: pip install -e '.[browser]'"
    if not _chromium():
        return "no Chromium: apt-get install chromium chromium-driver"
    if not shutil.which("chromedriver"):
        return "no chromedriver: apt-get install chromium-driver"
    return None


def _chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((found for name in names if (found := shutil.which(name))), None)


@pytest.fixture(scope="module")
def driver() -> Iterator[Any]:
    """A headless Chromium that records its network requests."""
    if reason := _missing():
        if os.environ.get("CI") == "true":
            pytest.fail(f"required in CI: {reason}")
        pytest.skip(reason)
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = _chromium() or ""
    for argument in ("--headless=new", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")  # Chromium has no sandbox for root
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    browser = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    yield browser
    browser.quit()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The reports under test, as file URLs."""
    folder = tmp_path_factory.mktemp("pages")
    ordinary = synthetic.write_log(folder / "a.jsonl", synthetic.ordinary())
    bad = synthetic.hostile() + synthetic.every_outcome()
    logs = {
        "ordinary": [ordinary],
        "hostile": [synthetic.write_log(folder / "b.jsonl", bad, endpoint=synthetic.HOSTILE[0])],
        "several": [ordinary] * 4,
    }
    found = {}
    for name, made_from in logs.items():
        file = folder / f"{name}.html"
        file.write_text(reports.render("html", made_from), encoding="utf-8")
        found[name] = file.as_uri()
    return found


Open = Callable[..., Any]


@pytest.fixture
def show(driver: Any, pages: dict[str, str], tmp_path: Path) -> Iterator[Open]:
    """Open a page at a size and in a colour scheme; afterwards, hold it to having done no harm."""
    opened: list[str] = []

    def do(name: str, size: tuple[int, int] = DESKTOP, *, scheme: str = "light") -> Any:
        width, height = size
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
        driver.get("about:blank")
        driver.get_log("performance")
        driver.get_log("browser")
        driver.get(pages[name])
        opened.append(pages[name])
        return driver

    yield do
    driver.save_screenshot(str(tmp_path / "page.png"))
    assert driver.execute_script("return window.injected") is None
    assert [entry["message"] for entry in driver.get_log("browser")] == []
    messages = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    asked = {
        message["params"]["request"]["url"]
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
    }
    assert {url.split("#")[0] for url in asked} == set(opened)


def _find(driver: Any, selector: str) -> Any:
    return driver.find_element("css selector", selector)


def _all(driver: Any, selector: str) -> list[Any]:
    return list(driver.find_elements("css selector", selector))


def _shown(driver: Any, selector: str) -> int:
    """How many elements a reader could see, however far down the page."""
    visible = "[...document.querySelectorAll(arguments[0])].filter(e => e.checkVisibility())"
    return int(driver.execute_script(f"return {visible}.length", selector))


def _choose(driver: Any, selector: str, value: str) -> None:
    from selenium.webdriver.support.ui import Select

    Select(_find(driver, selector)).select_by_value(value)


@pytest.mark.parametrize("name", ["ordinary", "hostile", "several"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_it_fits_the_screen(show: Open, name: str, size: tuple[int, int], scheme: str) -> None:
    driver = show(name, size, scheme=scheme)
    driver.execute_script(
        "for (const d of [...document.querySelectorAll('details')].slice(0, 60)) d.open = true"
    )
    assert driver.execute_script("return document.documentElement.scrollWidth") <= size[0]
    background = driver.execute_script("return getComputedStyle(document.body).backgroundColor")
    light = sum(int(part) for part in background[4:-1].split(",")) > 380
    assert light == (scheme == "light")


def test_the_verdict_and_the_causes_come_first_and_then_the_grid(show: Open) -> None:
    driver = show("ordinary")
    assert "Does not conform" in _find(driver, "h1").text
    assert _find(driver, ".causes").rect["y"] < DESKTOP[1]
    assert _find(driver, ".causes").rect["y"] < _find(driver, ".grid").rect["y"] < 2 * DESKTOP[1]
    face = _find(driver, ".grid td.s-fail a")
    assert "pass" in face.get_attribute("aria-label")
    assert face.text.startswith("✗"), "a fail is told by more than its colour"


def test_from_a_failure_to_its_evidence(show: Open) -> None:
    driver = show("ordinary")
    link = _find(driver, ".trouble .chip")
    target = link.get_attribute("href").split("#")[1]
    link.click()
    outcome = driver.find_element("id", target)
    assert outcome.get_attribute("open") == "true"
    evidence = outcome.find_element("css selector", ".evidence")
    assert evidence.is_displayed()
    for text in (
        "expected",
        "501 Not Implemented",
        "curl -sS",
        "Content-Type: application/xml",
        "s3compat run --endpoint",
        "NotImplemented",
    ):
        assert text in evidence.text
    assert driver.switch_to.active_element.tag_name == "summary"


def test_from_a_cell_to_its_checks_only(show: Open) -> None:
    driver = show("ordinary")
    cell = _find(driver, ".grid tr[data-row] td.s-fail a")
    column = cell.get_attribute("data-column")
    cell.click()
    assert _find(driver, "#by-column").get_property("value") == column
    assert _shown(driver, ".outcome[open] .evidence") == 1
    shown = driver.execute_script(
        "return [...new Set([...document.querySelectorAll('.outcome:not([hidden])')]"
        ".map(o => o.dataset.column))]"
    )
    assert shown == [column]


def test_filters_and_search(show: Open) -> None:
    driver = show("ordinary")
    everything = _shown(driver, ".check")
    _choose(driver, "#by-outcome", Outcome.FAIL.value)
    failing = _shown(driver, ".check")
    assert 0 < failing < everything
    assert failing == len(_all(driver, ".trouble li"))
    failed = [one for one in synthetic.ordinary() if one.outcome is Outcome.FAIL]
    assert _find(driver, "#shown").text.startswith(f"{len(failed)} of ")

    search = _find(driver, "#search")
    search.send_keys(failed[0].check)
    _wait(driver, lambda: 0 < _shown(driver, ".check") < failing)
    search.clear()
    search.send_keys("nothing has this in it")
    _wait(driver, lambda: _find(driver, "#nothing").is_displayed())
    _find(driver, "#nothing button").click()
    assert _shown(driver, ".check") == everything


def test_the_keyboard_alone(show: Open) -> None:
    from selenium.webdriver.common.keys import Keys

    driver = show("ordinary")
    body = _find(driver, "body")
    body.send_keys("/")
    assert driver.switch_to.active_element.get_attribute("id") == "search"
    driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    body.send_keys("n")
    first = driver.switch_to.active_element
    assert "fail" in first.text
    first.send_keys("n")
    second = driver.switch_to.active_element
    assert second != first
    second.send_keys("p")
    assert driver.switch_to.active_element == first
    first.send_keys("j")
    assert driver.switch_to.active_element.find_element("css selector", ".title").is_displayed()
    body.send_keys("?")
    assert _find(driver, "#keys").is_displayed()
    driver.switch_to.active_element.send_keys(Keys.ESCAPE)


def test_hostile_text_is_text(show: Open) -> None:
    driver = show("hostile", PHONE)
    driver.execute_script("for (const d of document.querySelectorAll('details')) d.open = true")
    text = _find(driver, "body").text
    assert synthetic.HOSTILE[0] in text
    assert "⟨U+202E⟩" in text
    assert "⟨ESC⟩[31mred" in text
    assert _all(driver, "main img, main script, main iframe") == []


def test_it_reads_without_javascript(show: Open, driver: Any) -> None:
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        show("ordinary")
        assert not _find(driver, "#toolbar").is_displayed()
        link = _find(driver, ".trouble .chip")
        target = link.get_attribute("href").split("#")[1]
        link.click()
        outcome = driver.find_element("id", target)
        assert outcome.is_displayed(), "the check around it opens by itself"
        outcome.find_element("css selector", "summary").click()
        assert "501 Not Implemented" in outcome.text
    finally:
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def _wait(driver: Any, condition: Callable[[], bool]) -> None:
    from selenium.webdriver.support.ui import WebDriverWait

    WebDriverWait(driver, 5, poll_frequency=0.05).until(lambda _: condition())


def test_a_wide_grid_is_folded_and_a_box_unfolds_it(show: Open) -> None:
    driver = show("several")
    assert _shown(driver, ".grid thead .folded") == 4
    before = _shown(driver, ".grid thead th")
    assert before == 5, "the rows' names, and a column for each run"
    _find(driver, "#unfold-1").click()
    assert _shown(driver, ".grid thead .folded") == 3
    assert _shown(driver, ".grid thead th.of-1") == _shown(driver, ".grid tbody tr td.of-1") / len(
        _all(driver, ".grid tbody tr")
    )
    _find(driver, "#unfold-1").click()
    assert _shown(driver, ".grid thead th") == before
