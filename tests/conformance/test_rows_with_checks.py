"""No row stands without a check, and no operation of the model without a row."""

import pytest

from conformance.trial.check import discover, hold_rows_to_checks
from matrix import MatrixError, coverage, load_matrix


def test_each_row_that_ships_has_a_check() -> None:
    hold_rows_to_checks(load_matrix().rows, discover())


def test_each_operation_of_the_model_is_in_a_row() -> None:
    counted = coverage(load_matrix())
    assert counted.total >= 100
    assert counted.missing == ()


def test_a_row_without_a_check_is_named_with_what_to_do() -> None:
    rows = [*load_matrix().rows, "nobody-tries-this"]
    with pytest.raises(MatrixError, match=r"no check tries nobody-tries-this; write one"):
        hold_rows_to_checks(rows, discover())
