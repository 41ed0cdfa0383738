"""A server to know: a file that answers HTTP, with the ways a start can go wrong."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from matrix import KnownServer

PROGRAM = """
import http.server, os, subprocess, sys, time

port, how, folder = int(sys.argv[1]), sys.argv[2], sys.argv[3]
print("begins as", how, flush=True)
with open(os.path.join(folder, "pid"), "w") as file:
    file.write(str(os.getpid()))
if how == "ends":
    sys.exit("no licence")
if how == "hangs":
    time.sleep(60)
if how == "child":
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    print("child", child.pid, flush=True)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/die":
            os._exit(3)
        while self.path == "/hang":
            time.sleep(60)
        status = 503 if self.path == "/late" and time.monotonic() < ready_at else 403
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


ready_at = time.monotonic() + 0.3
http.server.HTTPServer(("127.0.0.1", port), Handler).serve_forever()
"""


@pytest.fixture
def install(tmp_path: Path) -> Path:
    """A folder in which the fake server is installed."""
    folder = tmp_path / "install"
    folder.mkdir()
    (folder / "fake.py").write_text(PROGRAM, encoding="utf-8")
    return folder


def fake(how: str = "well", **changes: object) -> KnownServer:
    """The fake server, which behaves as ``how`` says."""
    members: dict[str, object] = {
        "name": "fake",
        "title": "Fake",
        "home": "https://example.com/fake",
        "license": "MIT",
        "source": "pip",
        "package": "fake",
        "version": "1.0",
        "command": (sys.executable, "{install}/fake.py", "{port}", how, "{folder}"),
        "access_key": "fake-access",
        "secret_key": "fake-secret",
    }
    return KnownServer(**(members | changes))
