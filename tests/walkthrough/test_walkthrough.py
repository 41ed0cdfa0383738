"""docs/aistore-walkthrough.md, run as it stands: every command, and every line it shows.

Each section has a cluster of its own: the reference server's AIStore behaviour. With AIS_BIN the
real `ais` does its steps, else a program of this folder does them through AIStore's SDK.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import stat
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import boto3
import pytest

from conformance.clients import discover
from conformance.clients.base import ClientCannotError
from conformance.clients.go import s3go
from server_ref.server import S3Server
from tests.clients.optional import missing, needed
from tests.walkthrough.console import Section, run, sections

REPOSITORY = Path(__file__).parents[2]
DOCUMENT = REPOSITORY / "docs" / "aistore-walkthrough.md"
LICENSE = Path(__file__).with_name("LICENSE.page")  # the bytes of the page: its md5 is shown there
GATEWAY = "localhost:8080"  # what the document calls the cluster's proxy
REGION = "us-west-2"
SECTIONS = sections(DOCUMENT.read_text(encoding="utf-8"))
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass
class Place:
    """Where a section runs: its folder, its cluster, its programs."""

    folder: Path
    cluster: S3Server
    environment: dict[str, str]
    put_back: dict[str, str] = field(default_factory=dict)


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    section: Section = request.param
    for name in section.needs:
        _require(name)
    words = dict(word.partition("=")[::2] for word in section.cluster)
    with ExitStack() as running:
        upstream = None
        if "upstream" in words:
            upstream = running.enter_context(S3Server(region=REGION, durability="relaxed"))
            amazon = boto3.client("s3", **upstream.client_kwargs)
            amazon.create_bucket(
                Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": REGION}
            )
            amazon.put_object(Bucket="bucket", Key="there.txt", Body=b"it was at Amazon")
        if "found" in words:
            _found_there(tmp_path / "data")
        cluster = running.enter_context(
            S3Server(
                data=tmp_path / "data",
                behaviour=words.get("behaviour", "aistore"),
                targets=int(words.get("targets", "2")),
                tls="tls" in words,
                upstream=upstream.url if upstream else "",
                durability="relaxed",
            )
        )
        work = tmp_path / "work"
        work.mkdir()
        yield _furnished(work, cluster, upstream)


@pytest.mark.slow
@pytest.mark.parametrize("place", SECTIONS, indirect=True, ids=lambda one: _slug(one.title))
def test_what_the_document_shows_is_what_happens(
    place: Place, request: pytest.FixtureRequest
) -> None:
    section: Section = request.node.callspec.params["place"]
    host = urlsplit(place.cluster.root_url).netloc
    went = run(section, place.folder, place.environment, {GATEWAY: host})
    differences = [found for one in went if (found := one.difference(place.put_back))]
    assert not differences, "\n\n".join(differences)


def test_every_example_of_the_page_has_its_section() -> None:
    """The headings of AIStore's page that have examples, in its order."""
    titles = [section.title for section in SECTIONS]
    assert titles == [
        "Quick example with the aws CLI",
        "Presigned requests",
        "A Go client",
        "A browser",
        "s3cmd's options",
        "s3cmd's options over TLS",
        "ETag and MD5",
        "ETag and MD5, as in AIStore 3.12",
        "Last modification time",
        "Multipart upload with the aws CLI",
        "Create and remove a bucket",
        "Upload a large object",
        "Object metadata",
        "TensorFlow",
    ]


def test_a_difference_is_found(tmp_path: Path) -> None:
    """The comparison itself: what is shown and not printed, and the other way round."""
    text = "## A\n```console\n$ echo one; echo 12:30\none\n…:30\n$ false\n[exit 1]\n```\n"
    (right,) = sections(text)
    (wrong,) = sections(text.replace("…:30", "…:31"))
    for tried, expected in ((right, 0), (wrong, 1)):
        folder = tmp_path / str(expected)
        folder.mkdir()
        went = run(tried, folder, {"PATH": os.environ["PATH"]}, {})
        assert sum(one.difference({}) is not None for one in went) == expected


RECORDS = """
import os, sys
import tensorflow as tf
import tensorflow_io
path = "s3://records/mnist.tfrecord"
with tf.io.TFRecordWriter(path) as out:
    for number in range(5):
        out.write(b"record %d" % number)
print([record.numpy() for record in tf.data.TFRecordDataset(path)], flush=True)
os._exit(0)  # at its end the C++ SDK aborts
"""


@pytest.mark.slow
def test_tensorflow_itself_reads_and_writes_records(tmp_path: Path) -> None:
    """Where S3COMPAT_TENSORFLOW names a Python with tensorflow and tensorflow-io."""
    python = os.environ.get("S3COMPAT_TENSORFLOW", "")
    if not python and (platform.machine() != "x86_64" or not shutil.which("python3.11")):
        pytest.skip("the last tensorflow-io is for Python 3.11 on x86_64")
    if not python:
        missing("S3COMPAT_TENSORFLOW names no Python with tensorflow and tensorflow-io")
    features = ["S3-Reverse-Proxy"]
    with S3Server(behaviour="aistore", features=features, durability="relaxed") as cluster:
        boto3.client("s3", **cluster.client_kwargs).create_bucket(Bucket="records")
        done = subprocess.run(
            [python, "-c", RECORDS],
            env={
                "PATH": os.defpath,
                "HOME": str(tmp_path),
                "AWS_ACCESS_KEY_ID": cluster.access_key,
                "AWS_SECRET_ACCESS_KEY": cluster.secret_key,
                "AWS_REGION": "us-east-1",
                "AWS_EC2_METADATA_DISABLED": "true",
                "S3_ENDPOINT": cluster.url,
            },
            capture_output=True,
            text=True,
            timeout=1500,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith(
        "[b'record 0', b'record 1', b'record 2', b'record 3', b'record 4']"
    )


def _require(name: str) -> None:
    """Skip, or fail in CI, where something a section needs is not there."""
    if name in discover():
        needed(name)
    elif name == "chromium" and _chromium() is None:
        missing("no Chromium: apt-get install chromium")
    elif name == "pyarrow":
        try:
            import pyarrow.fs  # noqa: F401 -- asked whether it is there
        except ImportError:
            missing("pyarrow is not installed: pip install -e '.[tensorflow]'")


def _found_there(data: Path) -> None:
    """An object that AIStore finds and has never seen accessed, as in a bucket of a backend."""
    with S3Server(data=data, durability="relaxed") as plain:
        s3 = boto3.client("s3", **plain.client_kwargs)
        s3.create_bucket(Bucket="bck")
        s3.put_object(Bucket="bck", Key="obj-aws", Body=LICENSE.read_bytes())


def _furnished(folder: Path, cluster: S3Server, upstream: S3Server | None) -> Place:
    """The programs, their configuration, and the two files of the page."""
    programs = folder.parent / "bin"
    programs.mkdir()
    keys = upstream or cluster
    host = urlsplit(cluster.root_url).netloc
    scripts = Path(sysconfig.get_path("scripts"))
    _script(programs / "aws", f'exec "{scripts / "aws"}" "$@"')
    _script(programs / "s3cmd", f'exec "{scripts / "s3cmd"}" "$@"')
    _script(programs / "python", f'exec "{sys.executable}" "$@"')
    ais = os.environ.get("AIS_BIN")
    by_sdk = Path(__file__).with_name("ais_by_sdk.py")
    _script(programs / "ais", f'exec "{ais}" "$@"' if ais else f'exec python "{by_sdk}" "$@"')
    if (browser := _chromium()) is not None:
        root = "--no-sandbox" if os.geteuid() == 0 else ""
        _script(programs / "chromium", f'exec "{browser}" {root} --disable-gpu "$@" 2>/dev/null')
    with suppress(ClientCannotError):  # the section that needs it says so
        (programs / "s3go").symlink_to(s3go())
    _write_home(folder, host, keys)
    (folder / "README.md").write_text("A readme of some length.\n" * 420, encoding="utf-8")
    shutil.copy(LICENSE, folder / "LICENSE")
    environment = {
        "PATH": os.pathsep.join([str(programs), "/usr/bin", "/bin"]),
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "NO_PROXY": "*",
        "AIS_ENDPOINT": cluster.root_url,
        "PYTHONWARNINGS": "ignore",  # of AIStore's SDK, where a certificate is not verified
        "AWS_ACCESS_KEY_ID": keys.access_key,
        "AWS_SECRET_ACCESS_KEY": keys.secret_key,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "1",
        "AWS_PAGER": "",
    }
    if cluster.root_url.startswith("https:"):
        environment["AIS_SKIP_VERIFY_CRT"] = "true"
    put_back = {host: GATEWAY}
    put_back |= {urlsplit(url).netloc: "localhost:8081" for url in cluster.target_urls}
    put_back |= {keys.access_key: "AKIAEXAMPLE"}
    return Place(folder, cluster, environment, put_back)


def _write_home(folder: Path, host: str, keys: S3Server) -> None:
    (folder / ".aws").mkdir()
    (folder / ".aws" / "config").write_text(f"[default]\nregion = {REGION}\n", encoding="utf-8")
    (folder / ".s3cfg").write_text(
        f"[default]\naccess_key = {keys.access_key}\nsecret_key = {keys.secret_key}\n"
        f"host_base = {host}/s3\nhost_bucket = {host}/s3\nuse_https = False\n"
        "progress_meter = False\nmax_retries = 0\n",
        encoding="utf-8",
    )


def _script(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def _chromium() -> str | None:
    return next((found for name in CHROMIUM if (found := shutil.which(name))), None)


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
