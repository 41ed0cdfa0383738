"""A real Chromium for tests of pages: opened at a size and in a colour scheme, and held to no harm.

Needs Chromium, its driver and selenium (``pip install -e '.[browser]'``); without them the tests
that ask for ``driver`` are skipped, except where ``CI`` is ``true``: there they fail.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from typing import Any

DESKTOP = (1280, 900)
PHONE = (390, 844)


def missing() -> str | None:
    """What stands in the way of a browser, with what to do about it."""
    try:
        import selenium  # noqa: F401 - asked whether it is there
    except ImportError:
        return "selenium is not installed: pip install -e '.[browser]'"
    if not chromium():
        return "no Chromium: apt-get install chromium chromium-driver"
    if not shutil.which("chromedriver"):
        return "no chromedriver: apt-get install chromium-driver"
    return None


def chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((found for name in names if (found := shutil.which(name))), None)


def open_page(driver: Any, url: str, size: tuple[int, int], scheme: str) -> None:
    """Open the page, after forgetting what was asked for and complained of before."""
    width, height = size
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    driver.get("about:blank")
    driver.get_log("performance")
    driver.get_log("browser")
    driver.get(url)


def harmless(driver: Any) -> set[str]:
    """Hold the pages seen since to having run nothing injected and complained of nothing.

    What they asked for, as URLs without fragments.
    """
    assert driver.execute_script("return window.injected") is None
    assert [entry["message"] for entry in driver.get_log("browser")] == []
    messages = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    return {
        message["params"]["request"]["url"].split("#")[0]
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
    }


def fits(driver: Any, width: int, scheme: str) -> None:
    """Hold the page to being no wider than the screen, with what folds open, and in its colours."""
    driver.execute_script(
        "for (const d of [...document.querySelectorAll('details')].slice(0, 60)) d.open = true"
    )
    assert driver.execute_script("return document.documentElement.scrollWidth") <= width
    background = driver.execute_script("return getComputedStyle(document.body).backgroundColor")
    light = sum(int(part) for part in background[4:-1].split(",")) > 380
    assert light == (scheme == "light")


def find(driver: Any, selector: str) -> Any:
    return driver.find_element("css selector", selector)


def find_all(driver: Any, selector: str) -> list[Any]:
    return list(driver.find_elements("css selector", selector))


def shown(driver: Any, selector: str) -> int:
    """How many elements a reader could see, however far down the page."""
    visible = "[...document.querySelectorAll(arguments[0])].filter(e => e.checkVisibility())"
    return int(driver.execute_script(f"return {visible}.length", selector))


def wait(driver: Any, condition: Callable[[], bool]) -> None:
    from selenium.webdriver.support.ui import WebDriverWait

    WebDriverWait(driver, 60, poll_frequency=0.05).until(lambda _: condition())
