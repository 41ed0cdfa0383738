"""The name that a file of the site gets."""

from __future__ import annotations

import pytest

from reports.site.model import slug_of


@pytest.mark.parametrize(
    ("name", "slug"),
    [("abc-1.x", "abc-1.x"), ("Abc", "abc-"), ("a b", "a-b-"), ("..", "x-"), ("", "x-")],
)
def test_a_name_for_files(name: str, slug: str) -> None:
    made = slug_of(name)

    if slug == name:
        assert made == name
    else:
        assert made.startswith(slug)
        assert len(made) == len(slug) + 8
    assert len(slug_of("a" * 300)) == 109
