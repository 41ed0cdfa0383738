"""The HTML report in a real Chromium: read, filtered, searched, on a desk and on a phone.

``tests/reports/browsing.py`` says what it needs, and when it is skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import reports
from conformance.model import Outcome
from tests.reports import synthetic
from tests.reports.browsing import (
    DESKTOP,
    PHONE,
    find,
    find_all,
    fits,
    harmless,
    open_page,
    shown,
    wait,
)

pytestmark = pytest.mark.browser


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
        open_page(driver, pages[name], size, scheme)
        opened.append(pages[name])
        return driver

    yield do
    driver.save_screenshot(str(tmp_path / "page.png"))
    assert harmless(driver) == set(opened)


def _choose(driver: Any, selector: str, value: str) -> None:
    from selenium.webdriver.support.ui import Select

    Select(find(driver, selector)).select_by_value(value)


@pytest.mark.parametrize("name", ["ordinary", "hostile", "several"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_it_fits_the_screen(show: Open, name: str, size: tuple[int, int], scheme: str) -> None:
    driver = show(name, size, scheme=scheme)
    fits(driver, size[0], scheme)


def test_the_verdict_and_the_causes_come_first_and_then_the_grid(show: Open) -> None:
    driver = show("ordinary")
    assert "Does not conform" in find(driver, "h1").text
    assert find(driver, ".causes").rect["y"] < DESKTOP[1]
    assert find(driver, ".causes").rect["y"] < find(driver, ".grid").rect["y"] < 2 * DESKTOP[1]
    face = find(driver, ".grid td.s-fail a")
    assert "pass" in face.get_attribute("aria-label")
    assert face.text.startswith("✗"), "a fail is told by more than its colour"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_data_loss_of_a_group_can_be_read_on_its_ground(show: Open, scheme: str) -> None:
    driver = show("hostile", scheme=scheme)
    cell = find(driver, ".grid .group td.s-lost > *")
    assert "data loss" in cell.text
    colours = driver.execute_script(
        "return [getComputedStyle(arguments[0]).color,"
        " getComputedStyle(document.querySelector('.scroller')).backgroundColor]",
        cell,
    )
    text, ground = (sum(int(part) for part in one[4:-1].split(",")) for one in colours)
    assert abs(text - ground) > 250, colours


def test_from_the_most_harmful_to_its_cause(show: Open) -> None:
    driver = show("ordinary")
    links = find_all(driver, ".worst a")
    assert 1 < len(links) <= 5
    target = links[-1].get_attribute("href").split("#")[1]
    assert not driver.find_element("id", target).is_displayed()
    links[-1].click()
    wait(driver, lambda: driver.find_element("id", target).is_displayed())


def test_from_a_failure_to_its_evidence(show: Open) -> None:
    driver = show("ordinary")
    link = find(driver, ".trouble .chip")
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
    cell = find(driver, ".grid tr[data-row] td.s-fail a")
    column = cell.get_attribute("data-column")
    cell.click()
    assert find(driver, "#by-column").get_property("value") == column
    assert shown(driver, ".outcome[open] .evidence") == 1
    columns = driver.execute_script(
        "return [...new Set([...document.querySelectorAll('.outcome:not([hidden])')]"
        ".map(o => o.dataset.column))]"
    )
    assert columns == [column]


def test_filters_and_search(show: Open) -> None:
    driver = show("ordinary")
    everything = shown(driver, ".check")
    _choose(driver, "#by-outcome", Outcome.FAIL.value)
    failing = shown(driver, ".check")
    assert 0 < failing < everything
    assert failing == len(find_all(driver, ".trouble li"))
    failed = [one for one in synthetic.ordinary() if one.outcome is Outcome.FAIL]
    assert find(driver, "#shown").text.startswith(f"{len(failed)} of ")

    search = find(driver, "#search")
    search.send_keys(failed[0].check)
    wait(driver, lambda: 0 < shown(driver, ".check") < failing)
    search.clear()
    search.send_keys("nothing has this in it")
    wait(driver, lambda: find(driver, "#nothing").is_displayed())
    find(driver, "#nothing button").click()
    assert shown(driver, ".check") == everything


def test_the_keyboard_alone(show: Open) -> None:
    from selenium.webdriver.common.keys import Keys

    driver = show("ordinary")
    body = find(driver, "body")
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
    assert find(driver, "#keys").is_displayed()
    driver.switch_to.active_element.send_keys(Keys.ESCAPE)


def test_hostile_text_is_text(show: Open) -> None:
    driver = show("hostile", PHONE)
    driver.execute_script("for (const d of document.querySelectorAll('details')) d.open = true")
    text = find(driver, "body").text
    assert synthetic.HOSTILE[0] in text
    assert "⟨U+202E⟩" in text
    assert "⟨ESC⟩[31mred" in text
    assert find_all(driver, "main img, main script, main iframe") == []


def test_it_reads_without_javascript(show: Open, driver: Any) -> None:
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        show("ordinary")
        assert not find(driver, "#toolbar").is_displayed()
        link = find(driver, ".trouble .chip")
        target = link.get_attribute("href").split("#")[1]
        link.click()
        outcome = driver.find_element("id", target)
        assert outcome.is_displayed(), "the check around it opens by itself"
        outcome.find_element("css selector", "summary").click()
        assert "501 Not Implemented" in outcome.text
    finally:
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_a_wide_grid_is_folded_and_a_box_unfolds_it(show: Open) -> None:
    driver = show("several")
    assert shown(driver, ".grid thead .folded") == 4
    before = shown(driver, ".grid thead th")
    assert before == 5, "the rows' names, and a column for each run"
    find(driver, "#unfold-1").click()
    assert shown(driver, ".grid thead .folded") == 3
    assert shown(driver, ".grid thead th.of-1") == shown(driver, ".grid tbody tr td.of-1") / len(
        find_all(driver, ".grid tbody tr")
    )
    find(driver, "#unfold-1").click()
    assert shown(driver, ".grid thead th") == before
