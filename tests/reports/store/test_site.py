"""The site of a store: what it says is what the runs showed; whole, safe, built anew in parts."""

from __future__ import annotations

import dataclasses
import json
import re
import signal
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import msgspec
import pytest
from defusedxml import ElementTree

pytest.importorskip("pyarrow", reason="pyarrow of the extra `history` is not installed")

from conformance.model import Result
from matrix import load_matrix
from reports.site import building, pages, swapping
from reports.site.building import SiteError, build
from reports.site.facts import Facts
from reports.site.model import Site, slug_of
from reports.site.pages import Drawer
from s3compat.commands import site as command
from tests.reports.store.conftest import Adding, facts_of, fill, turned

ROOT = Path(__file__).parents[3]
ATOM = "{http://www.w3.org/2005/Atom}"


def made(store: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> str:
    assert command.main(["--store", str(store), "--out", str(out)]) == 0
    return capsys.readouterr().out


class Links(HTMLParser):
    """What a page names: where it leads, what it loads, what is in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.tags.append(tag)
        self.ids += [told["id"] or ""] if "id" in told else []
        if tag == "a" and told.get("href"):
            self.links.append(told["href"] or "")
        self.loads += [told["src"] or ""] if "src" in told else []
        assert not [name for name in told if name.startswith("on")]


# --------------------------------------------------------------------------- the pages


@pytest.fixture
def busy(store: Path, put: Adding, passing: list[Result]) -> Path:
    fill(put, passing)
    return store


def test_every_link_leads_somewhere_and_nothing_is_loaded(
    busy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "site"
    assert "3 endpoints" in made(busy, out, capsys)
    pages = {path: Links(path.read_text("utf-8")) for path in out.rglob("*.html")}
    assert len(pages) > 60
    for path, page in pages.items():
        assert page.loads == [], path
        assert page.tags.count("script") == (2 if path.name == "search.html" else 0), path
        assert len(page.ids) == len(set(page.ids)), path
        for link in page.links:
            if link.startswith("https://"):
                continue
            file, part = urldefrag(link)
            target = (path.parent / unquote(file)).resolve() if file else path
            assert target.is_file(), (path, link)
            if part and target.suffix == ".html":
                assert unquote(part) in pages[target].ids, (path, link)
        text = path.read_text("utf-8")
        assert "default-src &#39;none&#39;" in text
        assert "<script>alert(1)" not in text
        assert not set(text) & set("\x00\x07\x08\x1b\x7f\x9b\u202e\u2066\u200b\u2028\ufffe"), path


def test_the_pages_say_it(busy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "site"
    made(busy, out, capsys)
    index = (out / "index.html").read_text("utf-8")
    assert "2 new failures" in index and "data loss" in index
    page = (out / "endpoint/one.html").read_text("utf-8")
    assert "▼" in page and "2026-11-02" in page
    crashed = (out / "endpoint/crashed.html").read_text("utf-8")
    assert "did not reach its end" in crashed and "v-none" in crashed
    facts = facts_of(busy)["one"]
    turn = facts.turns[0]
    check = (out / "check" / f"{slug_of(turn.check)}.html").read_text("utf-8")
    assert "▼ failed" in check and "2026-11-02" in check
    [search] = re.findall(r'id="index">(.*?)</script>', (out / "search.html").read_text("utf-8"))
    entries = json.loads(search)
    assert [turn.check in words for _, words, _ in entries].count(True) == 1
    assert all((out / path).is_file() for _, _, path in entries)
    assert json.loads((out / "badge/one.json").read_text())["label"] == "S3 conformance"
    ElementTree.fromstring((out / "badge/one.svg").read_text("utf-8"))


def test_pairs_of_endpoints_are_on_the_first_page_and_of_releases_on_the_endpoints_own(
    store: Path,
    put: Adding,
    passing: list[Result],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("one", "two", "three"):
        for day, version in ((1, "1.0"), (2, "2.0")):
            put(passing[:3], day, endpoint=name, server={"version": version})
    out = tmp_path / "site"
    made(store, out, capsys)

    def pairs(page: str) -> set[str]:
        links = Links((out / page).read_text("utf-8")).links
        return {Path(link).stem for link in links if Path(link).parent.name == "compare"}

    every = {path.stem for path in (out / "compare").iterdir()}
    of_endpoints = pairs("index.html")
    assert len(of_endpoints) == 3
    own = {name: pairs(f"endpoint/{name}.html") for name in ("one", "two", "three")}
    for name, found in own.items():
        assert len(found & of_endpoints) == 2, "with each of the others"
        (releases,) = found - of_endpoints
        assert all(releases not in other for who, other in own.items() if who != name)
    assert set().union(of_endpoints, *own.values()) == every


def test_two_sides_are_told_where_each_passes_alone(
    store: Path, put: Adding, passing: list[Result]
) -> None:
    put(turned(passing[:10], 0), 1)
    put(turned(passing[:8], 1, 2, 3), 1, endpoint="two")
    site = Site(facts_of(store).values(), load_matrix())
    (pair,) = site.pairs
    told = pages._beside(pair, site)
    assert (pair.a, pair.b) == ("one", "two")
    assert told["common"] == 8
    assert told["better"] == [3, 1]
    apart = [
        cell for checks in told["apart"].values() for cells in checks.values() for cell in cells
    ]
    assert sorted(one[1:] for one in apart) == [("fail", "pass")] + [("pass", "fail")] * 3
    sums = {name: sum(t[name] for t in told["tallies"].values()) for name in ("a", "b", "both")}
    assert sums == {"a": 7, "b": 5, "both": 8}


def test_the_feed_is_atom(busy: Path, tmp_path: Path) -> None:
    words = ["--store", str(busy), "--out", str(tmp_path / "site"), "--url", "https://s3.example/x"]
    assert command.main(words) == 0
    root = ElementTree.fromstring((tmp_path / "site/feed.xml").read_bytes())
    assert root.tag == f"{ATOM}feed"
    for parent in (root, *root.findall(f"{ATOM}entry")):
        assert all(parent.find(f"{ATOM}{name}") is not None for name in ("id", "title", "updated"))
    entries = root.findall(f"{ATOM}entry")
    assert "one: 2 new failures" in [one.findtext(f"{ATOM}title") for one in entries]
    assert len({one.findtext(f"{ATOM}id") for one in entries}) == len(entries) == 2
    links = [one.find(f"{ATOM}link").get("href") for one in entries]
    assert all(link.startswith("https://s3.example/x/endpoint/") for link in links)


# --------------------------------------------------------------------------- building


def test_only_what_changed_is_drawn_again(
    busy: Path,
    put: Adding,
    passing: list[Result],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "site"
    made(busy, out, capsys)
    before = {path.relative_to(out): path.read_bytes() for path in out.rglob("*.html")}
    assert "(0 with new runs), 0 files drawn" in made(busy, out, capsys)
    put(turned(passing, 3, 4, 9), 5)
    said = made(busy, out, capsys)
    assert "(1 with new runs)" in said
    changed = {
        path.relative_to(out).as_posix()
        for path in out.rglob("*.html")
        if before.get(path.relative_to(out)) != path.read_bytes()
    }
    assert f"check/{slug_of(passing[9].check)}.html" in changed
    assert {"index.html", "endpoint/one.html"} <= changed
    assert "endpoint/crashed.html" not in changed
    assert len([name for name in changed if name.startswith("check/")]) == 1
    drawn = int(re.findall(r"(\d+) files drawn", said)[0])
    assert len(changed) <= drawn < 16


def test_pages_that_are_gone_go(
    store: Path,
    put: Adding,
    passing: list[Result],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "site"
    put(passing, 1)
    put(passing, 1, endpoint="two")
    made(store, out, capsys)
    assert (out / "compare/one--two.html").is_file()
    for path in store.rglob("endpoint=two/*/*"):
        path.unlink()
    made(store, out, capsys)
    assert not (out / "endpoint/two.html").exists()
    assert not (out / "compare/one--two.html").exists()


_BUILD = """
import os, signal, sys
from pathlib import Path
from reports.site import pages
from s3compat.commands import site
left = int(sys.argv[1])
draw = pages.Drawer._page
def dying(self, *words, **told):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return draw(self, *words, **told)
pages.Drawer._page = dying
site.main(sys.argv[2:])
"""


def test_a_killed_builder_leaves_the_old_site(
    busy: Path,
    put: Adding,
    passing: list[Result],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "site"
    made(busy, out, capsys)
    before = {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    put(turned(passing, 3, 4, 9), 5)
    words = [sys.executable, "-c", _BUILD, "3", "--store", str(busy), "--out", str(out)]
    assert subprocess.run(words, cwd=ROOT, timeout=100, check=False).returncode == -signal.SIGKILL
    assert list(tmp_path.glob(".site.*.new")), "it was killed in the middle"
    after = {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert after == before
    made(busy, out, capsys)
    assert not list(tmp_path.glob(".site.*.new"))
    assert (out / "check" / f"{slug_of(passing[9].check)}.html").is_file()


def test_a_folder_with_something_else_is_left_alone(
    busy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "letter.txt").write_text("dear")
    assert command.main(["--store", str(busy), "--out", str(home)]) == 2
    assert "something else" in capsys.readouterr().err
    assert (home / "letter.txt").read_text() == "dear"
    with pytest.raises(SiteError, match="no folder"):
        build([], {}, home / "letter.txt")


def test_without_an_exchange_a_crash_between_the_renames_is_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(swapping, "_exchanged", lambda _one, _other: False)
    out = tmp_path / "site"
    build([], {"a": b"1"}, out)
    build([], {"a": b"2"}, out)
    assert building.state(out, "a") == b"2"
    out.rename(tmp_path / ".site.old")  # as a crash leaves it
    swapping.restored(out)
    assert building.state(out, "a") == b"2"
    assert not (tmp_path / ".site.old").exists()


def test_a_manifest_that_is_damaged_draws_everything(
    store: Path,
    put: Adding,
    passing: list[Result],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    put(passing, 1)
    out = tmp_path / "site"
    made(store, out, capsys)
    (out / building.STATE / "manifest.json").write_text("{")
    (out / building.STATE / "one.facts").write_bytes(b"\xc1")
    assert "(1 with new runs)" in made(store, out, capsys)


def test_many_pairs_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    from reports.site import model

    monkeypatch.setattr(model, "MOST_PAIRS", 3)
    empty = Facts(2, "", "", (), {}, (), {}, (), (), ())
    several = [msgspec.structs.replace(empty, label=f"e{n}") for n in range(5)]
    assert len(Site(several, load_matrix()).pairs) == 3


def test_a_page_is_drawn_from_what_its_digest_is_of(
    store: Path, put: Adding, passing: list[Result]
) -> None:
    """Two sites that differ in one outcome differ in the digests of just the pages that show it."""
    put(passing, 1)
    one = facts_of(store)
    put(turned(passing, 7), 2)
    two = facts_of(store)
    digests = [
        {
            drawing.path: drawing.digest
            for drawing in Drawer(Site(f.values(), load_matrix())).drawings()
        }
        for f in (one, two)
    ]
    differ = {path for path, digest in digests[1].items() if digests[0].get(path) != digest}
    assert f"check/{slug_of(passing[7].check)}.html" in differ
    assert sum(path.startswith("check/") for path in differ) == 1


def test_another_matrix_draws_every_page_again(
    store: Path, put: Adding, passing: list[Result]
) -> None:
    """Rows give groups, titles and the order of the pages."""
    put(passing, 1)
    put(turned(passing, 7), 1, endpoint="two")
    found = facts_of(store).values()
    known = load_matrix()
    renamed = {
        name: msgspec.structs.replace(row, group=f"{row.group}, renamed")
        for name, row in known.rows.items()
    }
    old, new = (
        {one.path: one.digest for one in Drawer(Site(found, matrix)).drawings()}
        for matrix in (known, dataclasses.replace(known, rows=renamed))
    )
    assert {path for path, digest in old.items() if new[path] == digest} == set()


def test_a_pair_is_drawn_again_where_a_check_has_another_title(
    store: Path, put: Adding, passing: list[Result]
) -> None:
    put(passing, 1)
    put(turned(passing, 7), 1, endpoint="two")
    same = facts_of(store)
    for endpoint in ("one", "two"):
        named = [msgspec.structs.replace(one, title="Another title.") for one in passing]
        put(named if endpoint == "one" else turned(named, 7), 2, endpoint=endpoint)
    path = "compare/one--two.html"
    old, new = (
        {one.path: one.digest for one in Drawer(Site(facts.values(), load_matrix())).drawings()}
        for facts in (same, facts_of(store))
    )
    assert old[path] != new[path]


@pytest.mark.parametrize(
    ("selection", "whole"),
    [({}, True), ({"rows": "x"}, True), ({"checks": "x.y"}, False), ({"sample": "5"}, False)],
)
def test_a_row_that_filters_thinned_out_is_not_called_whole(
    selection: dict[str, str], whole: bool, store: Path, put: Adding, passing: list[Result]
) -> None:
    """Only a run that tried every check of a row can say that a client has no check of it."""
    put(passing, 1, selection=selection)
    site = Site(facts_of(store).values(), load_matrix())
    [endpoint] = site.endpoints
    assert endpoint.point.part is bool(selection)
    [run] = endpoint.grid(site.matrix).overview.runs
    assert bool(run.whole_rows) is whole


def test_an_earlier_run_of_everything_makes_rows_whole_for_its_clients(
    store: Path, put: Adding, passing: list[Result]
) -> None:
    def whole() -> bool:
        [endpoint] = Site(facts_of(store).values(), load_matrix()).endpoints
        return bool(endpoint.grid(load_matrix()).overview.runs[0].whole_rows)

    put(passing, 1)
    put(passing[:3], 2, selection={"checks": "x.y"})
    assert whole()
    other = [msgspec.structs.replace(one, client="java") for one in passing[:3]]
    put(other, 3, selection={"clients": "java", "checks": "x.y"})
    assert not whole(), "no run tried everything with this client"
    put(passing, 4, footer=False, planned=500, matrix="another00000")
    assert not whole(), "the only run of this suite crashed"


def test_a_page_is_drawn_as_deep_as_its_path_says(tmp_path: Path) -> None:
    page = pages.Drawing("a/b/c.html", "1", lambda: "deep")
    assert build([page], {}, tmp_path / "site").drawn == 1
    assert (tmp_path / "site" / "a" / "b" / "c.html").read_text(encoding="utf-8") == "deep"
