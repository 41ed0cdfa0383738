"""Amazon's service model: read from the botocore that is asked for, and from nowhere else."""

from __future__ import annotations

import gzip
import importlib.util
import json
from pathlib import Path

import pytest
from botocore.loaders import Loader

from matrix import MatrixError, coverage, data_folder, load_matrix, operations
from matrix.model import Coverage
from matrix.service_model import (
    operation_model,
    operation_names,
    query_names,
    service_model,
    streaming_output,
)

MODEL = {"metadata": {"endpointPrefix": "s3"}, "operations": {"PutIt": {}, "GetIt": {}}}


def data(folder: Path, name: str, encoded: bytes, version: str = "2006-03-01") -> Path:
    file = folder / "s3" / version / name
    file.parent.mkdir(parents=True)
    file.write_bytes(encoded)
    return folder


@pytest.mark.parametrize("packed", [False, True])
def test_the_operations_of_another_botocore(
    packed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = json.dumps(MODEL).encode()
    name, encoded = (
        ("service-2.json.gz", gzip.compress(plain)) if packed else ("service-2.json", plain)
    )
    monkeypatch.setenv("S3COMPAT_BOTOCORE_DATA", str(data(tmp_path, name, encoded)))

    assert data_folder() == tmp_path
    assert operations.__wrapped__() == ("GetIt", "PutIt")


def test_a_botocore_without_its_model_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("S3COMPAT_BOTOCORE_DATA", str(tmp_path))

    with pytest.raises(MatrixError, match=r"no service-2\.json here"):
        operations.__wrapped__()


def test_without_a_botocore_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("S3COMPAT_BOTOCORE_DATA", raising=False)
    assert (data_folder() / "s3").is_dir()
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)

    with pytest.raises(MatrixError, match="botocore: not installed; install boto3"):
        data_folder()


def test_what_is_covered_and_what_is_not() -> None:
    counted = coverage(load_matrix())

    assert sorted(counted.covered + counted.missing) == list(operations())
    assert Coverage(covered=("A", "B"), missing=("C",)).total == 3


def test_a_users_own_models_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """botocore takes the newest of all folders, ~/.aws/models among them."""
    data(tmp_path, "service-2.json", json.dumps(MODEL).encode(), version="2099-01-01")
    monkeypatch.setattr(Loader, "CUSTOMER_DATA_PATH", str(tmp_path))

    assert "GetObject" in service_model.__wrapped__().operation_names


def test_an_operation_by_its_name() -> None:
    assert set(operation_names()) == set(operations())
    assert operation_model("GetObject").name == "GetObject"
    with pytest.raises(KeyError, match="has no operation 'GetIt'"):
        operation_model("GetIt")


@pytest.mark.parametrize(
    ("name", "member"), [("GetObject", "Body"), ("PutObject", None), ("DeleteBucket", None)]
)
def test_the_member_that_is_a_stream(name: str, member: str | None) -> None:
    assert streaming_output(name) == member


def test_every_name_that_a_query_holds() -> None:
    names = query_names()

    assert {"versioning", "list-type", "partNumber", "max-keys", "uploads"} <= names
    assert not {"PartNumber", "Bucket", "x-amz-acl", "Body", ""} & names
