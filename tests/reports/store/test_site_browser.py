"""The site in a real Chromium: every kind of page, on a desk and on a phone, without script too.

``tests/reports/browsing.py`` says what it needs, and when it is skipped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pyarrow", reason="pyarrow of the extra `history` is not installed")

from s3compat.commands import site as command
from tests.reports.browsing import find, find_all, fits, harmless, open_page, shown, wait
from tests.reports.store.conftest import adder, all_passing, fill

pytestmark = pytest.mark.browser

DESKTOP = (1400, 900)
PHONE = (390, 844)
KINDS = ("index", "checks", "search", "endpoint", "hostile", "crashed", "check", "pair", "releases")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    fill(adder(folder / "store", folder), all_passing())
    assert command.main(["--store", str(folder / "store"), "--out", str(folder / "out")]) == 0
    return folder / "out"


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, Path]:
    """One page of each kind."""
    [evil] = site.glob("endpoint/*script*.html")
    index = (site / "index.html").read_text("utf-8")
    found = {
        **{kind: site / f"{kind}.html" for kind in ("index", "checks", "search")},
        "endpoint": site / "endpoint" / "one.html",
        "hostile": evil,
        "crashed": site / "endpoint" / "crashed.html",
        "check": next(path for path in sorted(site.glob("check/*.html")) if _turned(path)),
        "pair": site / re.findall(r'href="(compare/[^"]+)"', index)[0],
        "releases": next(iter(site.glob("compare/*--1.0--*.html"))),
    }
    assert tuple(found) == KINDS
    return found


def _turned(path: Path) -> bool:
    return "What changed</h2>" in path.read_text("utf-8")


Open = Callable[..., Any]


@pytest.fixture
def show(driver: Any, site: Path, pages: dict[str, Path], tmp_path: Path) -> Iterator[Open]:
    """Open a page of the site; afterwards, hold it to having asked for pages of the site alone."""

    def do(kind: str, size: tuple[int, int] = DESKTOP, *, scheme: str = "light") -> Any:
        open_page(driver, pages[kind].as_uri(), size, scheme)
        return driver

    yield do
    driver.save_screenshot(str(tmp_path / "page.png"))
    assert [url for url in harmless(driver) if not url.startswith(site.as_uri())] == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_it_fits_the_screen(show: Open, kind: str, size: tuple[int, int]) -> None:
    for scheme in ("light", "dark"):
        fits(show(kind, size, scheme=scheme), size[0], scheme)


def test_from_the_endpoints_to_a_check_and_who_passes_it(show: Open) -> None:
    driver = show("index")
    assert "3 endpoints" in find(driver, "h1").text
    news = next(one for one in find_all(driver, ".news li") if "2 new failures" in one.text)
    news.find_element("css selector", "a").click()
    wait(driver, lambda: driver.current_url.endswith("endpoint/one.html#changes"))
    turn = find(driver, "details.day[open] .turns li")
    assert "▼ failed" in turn.text and "pass → fail" in turn.text
    link = turn.find_element("css selector", "a")
    title = link.text
    link.click()
    wait(driver, lambda: "/check/" in driver.current_url)
    assert find(driver, "h1").text == title
    assert "fail" in find(driver, ".who").text and "2026-11-02" in find(driver, ".who").text


def test_a_trend_is_drawn_of_runs_and_not_of_one(show: Open) -> None:
    driver = show("endpoint")
    box = find(driver, "svg.trend.big").rect
    assert box["width"] > 300 and box["height"] > 40
    assert find_all(show("crashed"), "svg.trend") == []


def test_search_finds_by_every_word(show: Open) -> None:
    driver = show("search")
    box = find(driver, "#search")
    assert driver.switch_to.active_element == box
    assert shown(driver, "#results li") == 0
    box.send_keys("crashed endpoint")
    wait(driver, lambda: shown(driver, "#results li") == 1)
    assert find(driver, "#found").text.startswith("1 of ")
    box.clear()
    box.send_keys("alert(1)")
    wait(driver, lambda: shown(driver, "#results li") > 0)
    assert "<script>" in find(driver, "#results li").text, "what a name says is text"
    find(driver, "#results li a").click()
    wait(driver, lambda: "/search.html" not in driver.current_url)
    assert "<script>alert(1)" in find(driver, "h1").text


def test_hostile_text_is_text(show: Open) -> None:
    driver = show("hostile", PHONE)
    driver.execute_script("for (const d of document.querySelectorAll('details')) d.open = true")
    text = find(driver, "body").text
    assert "<script>alert(1)</script>" in text
    assert "⟨U+202E⟩" in text
    assert find_all(driver, "main img, main script, main iframe") == []


def test_it_reads_without_javascript(show: Open, driver: Any) -> None:
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        show("search", PHONE)
        assert not find(driver, "#search-form").is_displayed()
        assert "needs JavaScript" in find(driver, "noscript").text
        show("index", PHONE)
        driver.find_element("link text", "one").click()
        assert find(driver, ".grid").is_displayed()
        cause = find(driver, "#changes ~ details.day, details.day")
        assert cause.get_attribute("open") is not None
    finally:
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
