"""The advice to install an extra is a command that works for the way s3compat was installed."""

from __future__ import annotations

import json
from importlib.metadata import PackageNotFoundError
from typing import Any

import pytest

from conformance.model import extras


@pytest.mark.parametrize(
    ("origin", "words"),
    [
        (
            {"url": "file:///home/me/s3%20compat", "dir_info": {"editable": True}},
            "pip install -e '/home/me/s3 compat[history]'",
        ),
        (
            {"url": "file:///home/me/s3compat", "dir_info": {}},
            "pip install '/home/me/s3compat[history]'",
        ),
        (
            {"url": "https://example.com/s3compat", "vcs_info": {"vcs": "git", "commit_id": "1"}},
            "pip install 's3compat[history] @ git+https://example.com/s3compat'",
        ),
        (
            {"url": "https://me:secret@example.com/s3compat", "vcs_info": {"vcs": "git"}},
            "pip install 's3compat[history] @ git+https://example.com/s3compat'",
        ),
        (
            {"url": "file:///tmp/s3compat-1-py3-none-any.whl", "archive_info": {}},
            "pip install 's3compat[history] @ file:///tmp/s3compat-1-py3-none-any.whl'",
        ),
        (None, "pip install 's3compat[history]'"),
        ("no JSON", "pip install 's3compat[history]'"),
    ],
)
def test_the_words_for_pip(origin: Any, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Installed:
        def read_text(self, name: str) -> str | None:
            assert name == "direct_url.json"
            return origin if origin in (None, "no JSON") else json.dumps(origin)

    monkeypatch.setattr(extras, "distribution", lambda _name: Installed())
    assert extras.how_to_install("history") == words


def test_where_it_is_not_installed_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(extras, "distribution", absent)
    assert extras.how_to_install("aistore") == "pip install 's3compat[aistore]'"
