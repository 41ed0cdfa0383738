"""What botocore reads once and is remembered: files, listings, hooks; here of a stand-in for it."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from conformance.clients.botocore_memory import Memory, make_a_driver

Asked = list[Any]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """What the stand-in for botocore was asked, each time."""
    asked: Asked = []

    class Reader:
        def load_file(self, path: str) -> Any:
            asked.append(("read", path))
            return {"of": path}

    class Loader:
        def __init__(self, *paths: str) -> None:
            self.search_paths = paths

        def list_available_services(self, kind: str) -> list[str]:
            asked.append(("listed", self.search_paths, kind))
            return [*self.search_paths, kind]

    class Aliaser:
        def _alias_event_name(self, name: str) -> str:
            asked.append(("renamed", name))
            return name.upper()

    def accepts(function: Any) -> bool:
        asked.append(("accepts", function))
        return True

    loaders = SimpleNamespace(JSONFileLoader=Reader, Loader=Loader)
    hooks = SimpleNamespace(accepts_kwargs=accepts, EventAliaser=Aliaser)
    for name, module in (("loaders", loaders), ("hooks", hooks)):
        monkeypatch.delitem(sys.modules, f"awscli.botocore.{name}", raising=False)
        monkeypatch.setitem(sys.modules, f"botocore.{name}", module)
    return asked


def test_each_is_asked_once(asked: Asked) -> None:
    Memory()
    loaders: Any = sys.modules["botocore.loaders"]
    hooks: Any = sys.modules["botocore.hooks"]
    reader, aliaser = loaders.JSONFileLoader(), hooks.EventAliaser()

    for _ in range(2):
        assert reader.load_file("/a") == {"of": "/a"}
        assert reader.load_file("/b") == {"of": "/b"}
        assert loaders.Loader("/x").list_available_services("k") == ["/x", "k"]
        assert loaders.Loader("/y").list_available_services("k") == ["/y", "k"]
        assert aliaser._alias_event_name("e") == "E"
        assert aliaser._alias_event_name("f") == "F"
        assert hooks.accepts_kwargs(print) is True

    assert asked == [
        ("read", "/a"),
        ("read", "/b"),
        ("listed", ("/x",), "k"),
        ("listed", ("/y",), "k"),
        ("renamed", "e"),
        ("renamed", "f"),
        ("accepts", print),
    ]


def test_what_one_process_learned_another_knows(asked: Asked) -> None:
    child = Memory()
    loaders: Any = sys.modules["botocore.loaders"]
    loaders.JSONFileLoader().load_file("/a")
    loaders.Loader("/x").list_available_services("k")
    reported = child.report()
    assert reported["modules"] == sorted(sys.modules)
    assert reported["files"] == ["/a"]
    assert reported["listings"] == [[["/x"], "k", ["/x", "k"]]]
    asked.clear()

    sys.modules.pop("colorsys", None)
    parent = Memory()
    parent.learn({**reported, "modules": ["no.such.module", "colorsys"]})

    assert "colorsys" in sys.modules
    assert parent.report()["files"] == ["/a"]
    assert parent.report()["listings"] == reported["listings"]


def test_older_hooks_have_no_aliases(asked: Asked) -> None:
    hooks: Any = sys.modules["botocore.hooks"]
    del hooks.EventAliaser
    Memory()
    hooks.accepts_kwargs(print)
    hooks.accepts_kwargs(print)
    assert asked == [("accepts", print)]


def test_without_botocore_there_is_nothing_to_remember(monkeypatch: pytest.MonkeyPatch) -> None:
    for package in ("awscli.botocore", "botocore"):
        for name in ("loaders", "hooks"):
            monkeypatch.delitem(sys.modules, f"{package}.{name}", raising=False)
    report = Memory().report()
    assert (report["files"], report["listings"]) == ([], [])


def test_a_driver_is_made_where_the_cli_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[bool] = []
    driver: Any = SimpleNamespace(create_clidriver=lambda: made.append(True))
    monkeypatch.setitem(sys.modules, "awscli.clidriver", driver)
    make_a_driver()
    monkeypatch.delitem(sys.modules, "awscli.clidriver")
    make_a_driver()
    assert made == [True]
