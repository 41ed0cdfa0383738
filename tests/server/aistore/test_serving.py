"""The emulation as a person starts it: the command, TLS, and what is kept over a restart."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests

from server_ref.commands.serve import main
from server_ref.server import S3Server
from tests.server.aistore.conftest import ONCE


def test_the_command_serves_a_cluster(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "server_ref.commands.serve",
        "--behaviour",
        "aistore",
        "--port",
        "0",
    ]
    command += ["--targets", "2", "--feature", "S3-Redirect-Rebuild", "--data", str(tmp_path)]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            assert process.stdout is not None
            first = process.stdout.readline()
            found = re.search(r"(http://\S+)/s3", first)
            assert found, first
            url = found[1]
            smap = requests.get(f"{url}/v1/daemon?what=smap", timeout=30).json()
            assert len(smap["tmap"]) == 2
            requests.put(f"{url}/s3/b", timeout=30)
            assert requests.put(f"{url}/s3/b/k", data=b"x", timeout=30).status_code == 200
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--feature", "S3-Nonsense"], "there is no feature of AIStore's 'S3-Nonsense'"),
        (["--upstream", "nonsense"], "an upstream is http(s)://host:port"),
    ],
)
def test_what_cannot_be_is_said(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--behaviour", "aistore", "--port", "0", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_tls_on_all_ports() -> None:
    with S3Server(behaviour="aistore", targets=2, tls=True, durability="relaxed") as server:
        trust: dict[str, Any] = {"verify": str(server.certificate), "timeout": 30}
        assert requests.put(f"{server.url}/b", **trust).status_code == 200
        put = requests.put(f"{server.url}/b/k", data=b"secret", **trust)

        assert put.status_code == 200
        assert put.history[0].headers["Location"].startswith(tuple(server.target_urls))
        assert server.target_urls[0].startswith("https://")
        assert requests.get(f"{server.url}/b/k", **trust).content == b"secret"


def test_facts_and_properties_survive_a_restart(tmp_path: Path) -> None:
    def start() -> S3Server:
        features = ["S3-Reverse-Proxy"]
        return S3Server(behaviour="aistore", data=tmp_path, features=features, durability="relaxed")

    def look(server: S3Server) -> tuple[Any, Any, str]:
        s3 = boto3.client("s3", **server.client_kwargs, config=ONCE)
        (listed,) = s3.list_objects_v2(Bucket="b")["Contents"]
        head = s3.head_object(Bucket="b", Key="k")
        props = requests.head(f"{server.root_url}/v1/buckets/b?provider=ais", timeout=30)
        return listed["LastModified"], head["ETag"], props.headers["Ais-Bucket-Props"]

    with start() as server:
        s3 = boto3.client("s3", **server.client_kwargs, config=ONCE)
        s3.create_bucket(Bucket="b")
        s3.put_object(Bucket="b", Key="k", Body=b"kept")
        s3.put_bucket_versioning(Bucket="b", VersioningConfiguration={"Status": "Suspended"})
        before = look(server)
    with start() as server:
        assert look(server) == before
