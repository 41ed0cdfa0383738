"""Which pages a site has, what each is drawn from, and the drawing of it."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import msgspec
from jinja2 import Environment
from markupsafe import Markup

from reports.bands import rules
from reports.drawing import asset, environment, policy
from reports.formats import badge, shields
from reports.overview import (
    UNKNOWN_GROUP,
    needs_attention,
    profile_if_there,
    state_of,
)
from reports.page import Page
from reports.site.charts import trend
from reports.site.facts import Turn
from reports.site.feed import feed, summary
from reports.site.model import CheckPage, Endpoint, Pair, Site
from reports.text import one_line, visible

SHOWN_CHANGES = 400  # of one endpoint, newest first
RECENT = 25  # runs with changes on the first page
IN_FEED = 100
OF_CHECK = 60
_NOT_LATELY = "Not tried lately"


@dataclass(frozen=True)
class Drawing:
    """A page: where it goes, what it is drawn from as a digest, and how."""

    path: str
    digest: str
    draw: Callable[[], str]


class Drawer:
    """Draws the pages of a site."""

    def __init__(self, site: Site, base: str = "") -> None:
        """``base`` is the site's URL, for the feed; "" where nobody knows it."""
        self.site = site
        self.base = f"{base.rstrip('/')}/" if base else ""
        self._code = _digest_of_code() + site.matrix.digest.encode()
        self._style = asset("look.css") + asset("site/site.css")
        self._script = asset("site/site.js")
        self._made = self._environment()
        self._turns: dict[str, list[tuple[Endpoint, Turn]]] = defaultdict(list)
        for endpoint in site.endpoints:
            for turn in endpoint.facts.turns:
                self._turns[turn.check].append((endpoint, turn))

    def drawings(self) -> Iterator[Drawing]:
        """Every file of the site."""
        site = self.site
        names = [[one.slug, one.label] for one in site.endpoints]
        sources = [one.facts.source for one in site.endpoints]
        yield self._drawing("index.html", [names, sources], self._index)
        yield self._drawing("feed.xml", [names, sources, self.base], self._feed)
        listed = [self._check_line(check) for check in site.checks.values()]
        yield self._drawing("checks.html", [names, listed], partial(self._checks, listed))
        found = [
            *([one.label, "endpoint", f"endpoint/{one.slug}.html"] for one in site.endpoints),
            *([line["title"], f"{line['id']} {line['group']}", line["path"]] for line in listed),
            *([f"{pair.a} and {pair.b}", "side by side", pair.path] for pair in site.pairs),
        ]
        yield self._drawing("search.html", [found], partial(self._search, found))
        for endpoint in site.endpoints:
            claims = profile_if_there(endpoint.point.profile)
            drawn_from = [endpoint.label, endpoint.facts.source, names, claims]
            path = f"endpoint/{endpoint.slug}.html"
            yield self._drawing(path, drawn_from, partial(self._endpoint, endpoint))
            score = endpoint.score
            told = [score.label, score.message, score.colour]
            for name, drawer in (("svg", badge.draw), ("json", shields.draw)):
                path = f"badge/{endpoint.slug}.{name}"
                yield self._drawing(path, told, partial(drawer, score))
        for check in site.checks.values():
            view = self._check_view(check)
            yield self._drawing(check.path, view, partial(self._check, view))
        for pair in site.pairs:
            view = _beside(pair, site)
            yield self._drawing(pair.path, [pair.a, pair.b, view], partial(self._pair, pair, view))

    def _drawing(self, path: str, drawn_from: Any, draw: Callable[[], str]) -> Drawing:
        said = hashlib.sha256(self._code)
        said.update(msgspec.json.encode(drawn_from))
        return Drawing(path, said.hexdigest()[:24], draw)

    # ------------------------------------------------------------------ the pages

    def _index(self) -> str:
        lines = [(one, self._trend(one, 180, 34)) for one in self.site.endpoints]
        lines.sort(key=lambda one: (not one[0].point.lost, one[0].label.lower()))
        pairs = [pair for pair in self.site.pairs if not pair.of_one]
        return self._page("index", 0, lines=lines, changes=self.site.changes(RECENT), pairs=pairs)

    def _endpoint(self, endpoint: Endpoint) -> str:
        page = endpoint.grid(self.site.matrix)
        points = endpoint.facts.points
        groups = []
        for group, told in endpoint.facts.groups.items():
            values = [(points[n].started, passed, claimed) for n, passed, claimed in told]
            groups.append((group or UNKNOWN_GROUP, trend(values, 260, 44), told[-1]))
        order = {name: n for n, name in enumerate(page.groups)}
        groups.sort(key=lambda one: order.get(one[0], len(order)))
        turns = len(endpoint.facts.turns)
        return self._page(
            "endpoint",
            1,
            rules=rules(page.bands),
            endpoint=endpoint,
            badge=Markup(badge.draw(endpoint.score)),
            page=page,
            overview=page.overview,
            trend=self._trend(endpoint, 900, 150),
            groups=groups,
            changes=endpoint.changes(SHOWN_CHANGES),
            more=max(0, turns - SHOWN_CHANGES),
            checks=self.site.checks,
            pairs=[
                pair
                for pair in self.site.pairs
                if pair.of_one == endpoint.slug
                or (not pair.of_one and endpoint.label in (pair.a, pair.b))
            ],
        )

    def _checks(self, listed: Sequence[dict[str, Any]]) -> str:
        groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for line in listed:
            groups[line["group"]].append(line)
        return self._page("checks", 0, groups=groups, endpoints=self.site.endpoints)

    def _check(self, view: dict[str, Any]) -> str:
        return self._page("check", 1, view=view)

    def _pair(self, pair: Pair, view: dict[str, Any]) -> str:
        return self._page("pair", 1, pair=pair, **view)

    def _search(self, found: list[list[str]]) -> str:
        index = [[visible(title).replace("`", ""), *map(visible, rest)] for title, *rest in found]
        # "<" is the one character that could end the element the index stands in
        stored = msgspec.json.encode(index).decode().replace("<", "\\u003c")
        return self._page("search", 0, index=Markup(stored), entries=len(found))

    def _feed(self) -> str:
        return feed(self.site.changes(IN_FEED), self.base)

    # ------------------------------------------------------------------ what they show

    def _trend(self, endpoint: Endpoint, width: int, height: int) -> Any:
        values = [(one.started, one.passed, one.claimed) for one in endpoint.facts.points]
        return trend(values, width, height)

    def _check_line(self, check: CheckPage) -> dict[str, Any]:
        judged = [check.passing(endpoint.slug) for endpoint in self.site.endpoints]
        return {
            "id": check.id,
            "path": check.path,
            "title": check.result.title,
            "group": check.group,
            "row": check.result.row,
            "level": check.result.level,
            "passing": judged.count(True),
            "judged": len(judged) - judged.count(None),
        }

    def _check_view(self, check: CheckPage) -> dict[str, Any]:
        """All that a check's page shows: what is not in it does not make the page new."""
        shown = check.result
        row = self.site.matrix.rows.get(shown.row)
        endpoints = []
        for endpoint in self.site.endpoints:
            results = check.cells.get(endpoint.slug, ())
            cells = [
                [one.client, state_of(one), endpoint.since(one.id), one_line(one.reason, 260)]
                for one in results
            ]
            if cells:
                endpoints.append([endpoint.slug, endpoint.label, cells])
        turns = [
            [
                endpoint.facts.points[turn.at].day,
                endpoint.slug,
                endpoint.label,
                msgspec.to_builtins(turn),
            ]
            for endpoint, turn in self._turns.get(check.id, ())
        ]
        turns.sort(key=lambda one: str(one[0]), reverse=True)
        return {
            **self._check_line(check),
            "row_title": row.title if row else shown.row,
            "explanation": shown.explanation,
            "spec": shown.spec,
            "verified": shown.verified,
            "proved_by": list(shown.proved_by),
            "endpoints": endpoints,
            "turns": turns[:OF_CHECK],
        }

    def _page(self, template: str, depth: int, *, rules: str = "", **told: Any) -> str:
        style = self._style + rules
        return self._made.get_template(f"site/{template}.html.j2").render(
            root="../" * depth,
            style=Markup(style),
            script=Markup(self._script),
            policy=policy(style, self._script),
            **told,
        )

    def _environment(self) -> Environment:
        made = environment()
        made.tests["attention"] = needs_attention
        made.filters["summary"] = summary
        made.globals["marks"] = _face().marks
        made.globals["words"] = _face().words
        return made


def _face() -> Page:
    """A page without a run: for the marks and words of the states."""
    from reports.overview import Overview

    return Page(Overview((), (), ()))


def _beside(pair: Pair, site: Site) -> dict[str, Any]:
    """What two sides have in common, and where they part, by group."""
    good, bad = "pass", ("fail", "lost", "blocked")
    a, b = pair.cells
    common = sorted(set(a) & set(b))
    order = [*dict.fromkeys(check.group for check in site.checks.values()), _NOT_LATELY]
    tallies: dict[str, Counter[str]] = {group: Counter() for group in order}
    apart: dict[str, dict[str, list[tuple[str, str, str]]]] = defaultdict(dict)
    for name in common:
        check, _, client = name.removesuffix("]").rpartition("[")
        shown = site.checks.get(check)
        group = shown.group if shown else _NOT_LATELY
        one, other = a[name], b[name]
        tallies[group].update(
            {
                "a": one == good,
                "b": other == good,
                "both": one in (good, *bad) and other in (good, *bad),
            }
        )
        if (one == good and other in bad) or (other == good and one in bad):
            apart[group].setdefault(check, []).append((client, one, other))
    return {
        "common": len(common),
        "tallies": {group: tally for group, tally in tallies.items() if tally},
        "apart": apart,
        "better": [
            sum(
                cells[n][1 + side] == good
                for g in apart.values()
                for cells in g.values()
                for n in range(len(cells))
            )
            for side in (0, 1)
        ],
        "checks": {
            name: [site.checks[name].path, site.checks[name].result.title]
            for checks in apart.values()
            for name in checks
            if name in site.checks
        },
    }


def _digest_of_code() -> bytes:
    """What changes with any template or module that draws: then all pages are drawn again."""
    said = hashlib.sha256()
    for file in _files(resources.files("reports")):
        said.update(file.name.encode() + file.read_bytes())
    return said.digest()


def _files(folder: Traversable) -> Iterable[Traversable]:
    for one in sorted(folder.iterdir(), key=lambda file: file.name):
        if one.is_dir() and one.name != "__pycache__":
            yield from _files(one)
        elif one.name.endswith((".py", ".j2", ".css", ".js")):
            yield one
