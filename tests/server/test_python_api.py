"""The server as an object for the tests of others: clients, buckets, seeds, a new beginning."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ClientError

from s3compat import S3Server
from server_ref.commands.serve_arguments import parser
from server_ref.server.contents import parse_seed


def names(server: S3Server) -> list[str]:
    return [one["Name"] for one in server.client().list_buckets()["Buckets"]]


def test_clients_are_of_this_server_and_of_whom_they_are_for() -> None:
    with S3Server(buckets=["mine"]) as server:
        server.client().put_object(Bucket="mine", Key="a", Body=b"1")
        assert server.resource().Object("mine", "a").get()["Body"].read() == b"1"
        other = server.client(server.add_account("bob"))
        with pytest.raises(ClientError, match="AccessDenied"):
            other.get_object(Bucket="mine", Key="a")
        session = server.client(server.add_session(), region_name=server.region)
        assert session.head_object(Bucket="mine", Key="a")["ContentLength"] == 1


def test_reset_leaves_nothing_but_the_buckets_of_the_start() -> None:
    with S3Server(buckets=["mine"], durability="relaxed") as server:
        client = server.client()
        url, began = server.url, server.clock()
        bob = server.add_account("bob")
        client.put_object(Bucket="mine", Key="large", Body=b"x" * 100_000)
        client.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
        client.put_object(
            Bucket="locked",
            Key="kept",
            Body=b"1",
            ObjectLockMode="COMPLIANCE",
            ObjectLockRetainUntilDate=began + timedelta(days=300),
        )
        upload = client.create_multipart_upload(Bucket="mine", Key="parts")["UploadId"]
        client.upload_part(
            Bucket="mine", Key="parts", UploadId=upload, PartNumber=1, Body=b"y" * 100_000
        )
        client.put_bucket_tagging(Bucket="mine", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
        server.move_clock(timedelta(days=100))

        server.reset()

        assert names(server) == ["mine"]
        assert client.list_objects_v2(Bucket="mine")["KeyCount"] == 0
        assert "Uploads" not in client.list_multipart_uploads(Bucket="mine")
        with pytest.raises(ClientError, match="NoSuchTagSet"):
            client.get_bucket_tagging(Bucket="mine")
        assert server.url == url
        assert server.clock() - began < timedelta(days=1)
        assert server.client(bob).list_buckets()["Buckets"] == []
        client.create_bucket(Bucket="locked")
        client.put_object(Bucket="locked", Key="kept", Body=b"2")
        assert client.get_object(Bucket="locked", Key="kept")["Body"].read() == b"2"
        assert "Status" not in client.get_bucket_versioning(Bucket="locked")


def test_reset_removes_the_files_of_bodies() -> None:
    with S3Server(buckets=["mine"], durability="relaxed") as server:
        server.client().put_object(Bucket="mine", Key="large", Body=b"x" * 100_000)
        assert server._scratch is not None
        files = [one for one in server._scratch.rglob("*") if one.stat().st_size == 100_000]
        assert len(files) == 1
        server.reset()
        server._store.swept()
        assert not files[0].exists()


def test_reset_does_not_empty_a_directory_that_is_kept(tmp_path: Path) -> None:
    with S3Server(data=tmp_path / "data", buckets=["mine"]) as server:
        with pytest.raises(ValueError, match="would empty"):
            server.reset()
        assert names(server) == ["mine"]
    with S3Server(data=tmp_path / "data", buckets=["mine", "more"], region=None) as server:
        assert names(server) == ["mine", "more"]


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
def test_a_folder_is_seeded_under_any_name(tmp_path: Path, region: str) -> None:
    folder = tmp_path / "data"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.txt").write_text("text")
    (folder / "deep" / "b.json").write_text("{}")
    with S3Server(region=region, durability="relaxed") as server:
        assert server.seed(folder, "fixtures") == 2
        assert server.seed(folder) == 2
        assert server.seed(folder) == 2  # again
        assert names(server) == ["data", "fixtures"]
        for bucket in ("data", "fixtures"):
            listed = server.client().list_objects_v2(Bucket=bucket)["Contents"]
            assert [one["Key"] for one in listed] == ["a.txt", "deep/b.json"]
        kind = server.client().head_object(Bucket="fixtures", Key="deep/b.json")["ContentType"]
        assert kind == "application/json"


def test_seeds_of_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    assert parse_seed(f"fixtures={folder}") == ("fixtures", folder)
    assert parse_seed(str(folder)) == ("data", folder)
    odd = tmp_path / "a=b"
    odd.mkdir()
    assert parse_seed(str(odd)) == ("a=b", odd)
    for wrong, said in (
        (["--seed", "no/such"], "no/such is no folder"),
        (["--seed", f"No={folder}"], "'No' cannot be a bucket's name"),
        (["--bucket", "No"], "'No' cannot be a bucket's name"),
    ):
        with pytest.raises(SystemExit) as ended:
            parser().parse_args(wrong)
        assert ended.value.code == 2
        assert said in capsys.readouterr().err


def test_the_environment_leads_a_client_without_arguments_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with S3Server(buckets=["mine"], durability="relaxed") as server:
        for name, value in server.environment().items():
            monkeypatch.setenv(name, value)
        found = boto3.session.Session().client("s3").list_buckets()["Buckets"]
        assert [one["Name"] for one in found] == ["mine"]


TESTS = """
import boto3


def test_one(s3compat_client):
    s3compat_client.create_bucket(Bucket="mine")


def test_two_finds_nothing_of_it(s3compat_client, s3compat_empty_server):
    assert s3compat_client.list_buckets()["Buckets"] == []
    assert s3compat_empty_server.client().list_buckets()["Buckets"] == []


def test_code_that_takes_no_argument(s3compat_environment):
    s3compat_environment.client().create_bucket(Bucket="seen")
    assert [one["Name"] for one in boto3.client("s3").list_buckets()["Buckets"]] == ["seen"]
"""


@pytest.mark.parametrize("conftest", ["", 'pytest_plugins = ["s3compat.fixtures"]\n'])
def test_pytest_finds_the_fixtures_by_itself(tmp_path: Path, conftest: str) -> None:
    """And a conftest.py that names them still works."""
    (tmp_path / "test_mine.py").write_text(TESTS)
    if conftest:
        (tmp_path / "conftest.py").write_text(conftest)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "", "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout


def test_the_fixtures_cost_nothing_where_they_are_not_used() -> None:
    code = "import s3compat.fixtures, sys; print('server_ref.server' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "False"
