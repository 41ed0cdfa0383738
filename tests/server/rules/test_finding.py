"""Which version of an object a request means."""

from __future__ import annotations

import pytest

from server_ref.rules import finding
from tests.server.refusing import code_of


@pytest.mark.parametrize(("given", "code"), [(None, ""), ("", "InvalidArgument"), ("null", "")])
def test_the_version_that_is_meant(given: str | None, code: str) -> None:
    assert code_of(lambda: finding.wanted_version({"VersionId": given})) == code
    if not code:
        assert finding.wanted_version({"VersionId": given}) == given
