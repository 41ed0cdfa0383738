"""The rows that ship: complete, cited, and every operation of the service model accounted for."""

import pytest

from conformance.roster import client_classes, usual_clients
from matrix import Matrix, coverage, load_matrix, operations

SEED_ROWS = {
    "create-bucket",
    "head-bucket",
    "delete-bucket",
    "list-buckets",
    "put-object",
    "get-object",
    "get-object-range",
    "head-object",
    "list-objects",
    "list-objects-v2",
    "copy-object",
    "copy-between-buckets",
    "last-modified",
    "bucket-creation-time",
    "versioning",
    "bucket-acl",
    "object-acl",
    "multipart-upload",
    "delete-objects",
    "upload-part-copy",
    "presigned",
    "regions",
    "retention",
    "cors",
    "website",
    "cdn",
}


@pytest.fixture(scope="module")
def matrix() -> Matrix:
    return load_matrix()


def test_the_rows_of_the_supported_api_table_are_all_there(matrix: Matrix) -> None:
    assert set(matrix.rows) >= SEED_ROWS


def test_each_operation_of_the_service_model_is_in_a_row_or_named_as_not_covered(
    matrix: Matrix,
) -> None:
    covered = set(coverage(matrix).covered)
    missing = set(operations()) - covered - set(matrix.not_covered)
    assert not missing, f"neither in a row nor in rows/not-covered.toml: {sorted(missing)}"
    assert not covered & set(matrix.not_covered)


def test_coverage_counts_the_whole_model(matrix: Matrix) -> None:
    counted = coverage(matrix)
    assert counted.total == len(operations()) >= 100
    assert len(counted.covered) >= 34
    assert not set(counted.covered) & set(counted.missing)


def test_every_client_has_a_command_or_a_reason_in_every_row(matrix: Matrix) -> None:
    for row in matrix.rows.values():
        said = set(row.commands) | set(row.cannot)
        assert said >= set(usual_clients()), row.id
        assert said <= set(client_classes()), row.id


def test_specs_are_pages_of_amazons_reference(matrix: Matrix) -> None:
    for row in matrix.rows.values():
        assert row.spec.startswith("https://docs.aws.amazon.com/"), row.id


def test_a_command_is_one_of_the_clients_own(matrix: Matrix) -> None:
    starts = {
        "ais": "ais ",
        "curl": "curl ",
        "aws-s3": "aws s3 ",
        "aws-s3api": "aws s3api ",
        "s3cmd": "s3cmd ",
    }
    for row in matrix.rows.values():
        for client, start in starts.items():
            if client in row.commands:
                assert row.commands[client].startswith(start), (row.id, client)


def test_the_digest_follows_the_rows(matrix: Matrix) -> None:
    fewer = Matrix(rows=dict(list(matrix.rows.items())[1:]), not_covered=())
    assert fewer.digest != matrix.digest == load_matrix().digest
