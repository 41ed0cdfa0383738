"""No client looks for credentials, endpoints or proxies beside what it is given."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from conformance.clients import discover
from conformance.clients.base import ClientCannotError
from tests.clients.optional import missing

ROOT = Path(__file__).parents[2]
CLIENTS = [
    *("aws-s3", "aws-s3api", "boto3", "browser", "curl", "go", "raw", "s3cmd", "pyarrow"),
    *("js", "java", "java-crt", "rust", "opendal", "minio-py", "s3fs", "rclone", "mc", "s5cmd"),
]


def _installed(name: str) -> bool:
    try:
        discover()[name].version()
    except ClientCannotError:
        return False
    return True


def _ask(clients: list[str], where: str, before: tuple[str, ...] = ()) -> dict[str, Any]:
    done = subprocess.run(
        [*before, sys.executable, "-m", "tests.clients.alone", ",".join(clients), where],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
        env={
            "PATH": os.environ.get("PATH", os.defpath),
            **{name: os.environ[name] for name in ("S3COMPAT_CACHE",) if name in os.environ},
            "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache"),
        },
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _hold(found: dict[str, Any]) -> None:
    assert found["asked"] == []
    assert not found["ran"], "a credential_process of the user's was started"
    for who, statuses in found["got"].items():
        signed = not who.endswith("anonymous")
        assert all((200 <= status < 300) == signed for status in statuses), (who, statuses)


def test_nothing_is_asked_of_what_the_environment_names() -> None:
    _hold(_ask([name for name in CLIENTS if _installed(name)], "environment"))


def test_nothing_is_asked_of_the_metadata_addresses() -> None:
    """In a network namespace, where 169.254.169.254 and 169.254.170.2 answer (s3cmd has the first
    in its code).
    """
    if shutil.which("unshare") is None or shutil.which("ip") is None:
        missing("needs unshare and ip (util-linux, iproute2)")
    alone = ("unshare", "--user", "--map-root-user", "--net")
    if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode != 0:
        missing("this system gives no test a network namespace (unshare --user --net)")
    clients = [name for name in CLIENTS if name != "browser" and _installed(name)]
    _hold(_ask(clients, "namespace", alone))
