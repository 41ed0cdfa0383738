"""How a page is drawn: the templates, what they may print, and what a page may run."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import datetime
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from conformance.model.counting import counted
from reports.text import one_line, safe_url, visible


def environment() -> Environment:
    """What draws our templates: whatever is printed is made visible and escaped."""
    made = Environment(
        loader=PackageLoader("reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    made.filters.update(
        safe_url=safe_url,
        prose=_prose,
        one_line=one_line,
        day=_day,
        number=_number,
        counted=counted,
    )
    made.filters["refer"] = id  # a result is found by identity: equal ones may differ in run
    return made


def _finalize(value: object) -> object:
    """What is printed anywhere in the page: hidden characters visible, then escaped by jinja."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return visible(value)
    return value


def _prose(text: str) -> Markup:
    """Our own words as HTML: escaped, with what stands between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(visible(text)))))


def _day(moment: str) -> str:
    """An ISO 8601 time for reading; what is not one stays as it is."""
    try:
        parsed = datetime.fromisoformat(moment)
    except ValueError:
        return one_line(moment)
    return f"{parsed:%d %B %Y, %H:%M} {parsed.tzname() or ''}".strip()


def _number(value: int) -> str:
    return f"{value:,}"


def asset(name: str) -> str:
    """A file of ours that lies beside the templates."""
    return (resources.files("reports") / "templates" / name).read_text(encoding="utf-8")


def policy(style: str, script: str) -> str:
    """A Content-Security-Policy that allows this style and this script and nothing else."""

    def source(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    return (
        f"default-src 'none'; style-src {source(style)}; script-src {source(script)}; "
        "base-uri 'none'; form-action 'none'"
    )
