"""What clients cannot do, as data: every entry is of a client, a row and a check there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.roster import client_classes, meant_for
from conformance.trial.check import discover
from matrix import MatrixError, client_limits, load_matrix, why_not


def test_limits_are_of_clients_and_checks_there_are() -> None:
    checks, rows = discover(), load_matrix().rows
    for name, limits in client_limits().items():
        assert name in client_classes()
        for entry in limits.cannot:
            assert entry in checks or entry in rows, f"{name}: {entry} is no row and no check"
            if entry in checks:
                assert meant_for(name, checks[entry].only), f"{name}: never tried: {entry}"


def test_the_reason_names_its_source() -> None:
    said = why_not("js", "sse-c.key_that_arrives_broken_is_refused")
    assert said is not None
    assert "https://" in said
    assert why_not("js", "sse-c.something_else") is None
    assert why_not("nobody", "sse-c.key_that_arrives_broken_is_refused") is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('client = "other"', "the file is called"),
        (
            'client = "js"\n[cannot."no-such-row"]\nwhy = "x"\ncite = "https://x"',
            "there is no row 'no-such-row'",
        ),
        ('client = "js"\n[cannot."cors"]\nwhy = "x"', "cite"),
        ('client = "js"\n[cannot."cors"]\nwhy = "x"\ncite = "https://x"\nwhen = "y"', "when"),
        ('client = "js"\nreason = "x"', "reason"),
    ],
)
def test_a_wrong_file_is_refused(text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "js.toml").write_text(text)
    with pytest.raises(MatrixError, match=says):
        client_limits(tmp_path)


def test_a_limit_of_a_row_is_one_of_each_of_its_checks() -> None:
    """Of a check alone it is none of the row's others."""
    for client, limits in client_limits().items():
        for name, limit in limits.cannot.items():
            said = f"{limit.why} ({limit.cite})"
            assert why_not(client, name) == said
            if "." not in name:
                assert why_not(client, f"{name}.any_check_of_it") == said
            elif name.partition(".")[0] not in limits.cannot:
                assert why_not(client, name.partition(".")[0]) is None
