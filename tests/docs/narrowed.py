"""`s3compat` as the shell of an example finds it: the real one, told to be short.

A run of everything is one row through two clients, a server that would be installed is only said,
and a server that would serve until it is stopped is stopped when it listens.
"""

from __future__ import annotations

import signal
import subprocess
import sys

SMALL = ("--rows", "--check", "--sample", "--budget-requests", "--dry-run", "--list")
ROW = "head-bucket"
LISTENS = "Ctrl-C"  # of what `s3compat serve` prints when it is ready


def main(words: list[str]) -> int:
    """Run the command; its exit code."""
    command = [sys.executable, "-m", "s3compat", *words]
    match words:
        case ["run", *rest]:
            if "--server" in rest:
                command.append("--dry-run")
            if not any(word in SMALL for word in rest):
                command += ["--rows", ROW]
            if "--clients" not in rest and "--check" not in rest:
                command += ["--clients", "boto3,raw"]
            if "--workers" not in rest:
                command += ["--workers", "0"]
        case ["serve", *rest] if "--list-deviations" not in rest:
            return _served([*command, "--port", "0"])
    return subprocess.run(command, check=False).returncode


def _served(command: list[str]) -> int:
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        for line in server.stdout:  # ends with the server, where it does not come to listen
            print(line, end="")
            if LISTENS in line:
                server.send_signal(signal.SIGINT)
        return server.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
