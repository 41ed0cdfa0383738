"""Checks of one's own, from a folder or a package outside s3compat: run, listed, proved."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conformance.model import Outcome, read_run_log

ACME = Path(__file__).parent / "acme"
PAGE = Path(__file__).parents[2] / "docs" / "howto" / "own-checks.md"
FILE = re.compile(r"^<!-- file: (\S+) -->\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CHECK = "acme-invoices.an_invoice_keeps_its_number"


def s3compat(*words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own: what is included stays in a process."""
    return subprocess.run(
        [sys.executable, "-m", "s3compat", *words],
        cwd=cwd,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_page_shows_the_files_that_are_tried_here() -> None:
    shown = dict(FILE.findall(PAGE.read_text(encoding="utf-8")))
    assert shown == {name: (ACME / name).read_text(encoding="utf-8") for name in shown}
    assert sorted(shown) == ["faults.py", "invoices.py", "rows.toml"]


@pytest.mark.parametrize("workers", ["0", "1"])
def test_a_folder_is_run_with_its_rows(tmp_path: Path, workers: str) -> None:
    done = s3compat(
        *("run", "--checks", str(ACME), "--rows", "Acme,regions", "--clients", "boto3,raw"),
        *("--workers", workers, "--out", str(tmp_path)),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    log = read_run_log(tmp_path / "run.jsonl")
    own = [result for result in log.results if result.check == CHECK]
    assert {result.client: result.outcome for result in own} == {
        "boto3": Outcome.PASS,
        "raw": Outcome.PASS,
    }
    assert {result.row for result in log.results} == {"acme-invoices", "regions"}
    assert log.header.again is not None
    assert log.header.again[-2:] == ("--checks", str(ACME))
    assert "Invoices as Acme stores them" in (tmp_path / "report.html").read_text()


def test_a_failure_of_a_check_of_ones_own_counts(tmp_path: Path) -> None:
    """The deviation is of the folder, too; tests beside the checks are not collected."""
    folder = tmp_path / "mine"
    shutil.copytree(ACME, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "test_them.py").write_text("raise AssertionError('a test, not a check')\n")
    done = s3compat(
        *("run", "--checks", "mine", "--rows", "acme-*", "--clients", "raw", "--workers", "0"),
        *("--deviation", "acme-number-lost", "--out", "out", "--no-report"),
        cwd=tmp_path,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    (only,) = read_run_log(tmp_path / "out" / "run.jsonl").results
    assert (only.check, only.outcome) == (CHECK, Outcome.FAIL)


def test_a_package_is_named_by_its_dotted_name_and_may_import_what_is_beside(
    tmp_path: Path,
) -> None:
    package = tmp_path / "acme" / "s3"
    package.mkdir(parents=True)
    (tmp_path / "acme" / "__init__.py").write_text("")
    (tmp_path / "acme" / "names.py").write_text('ROW = "acme-invoices"\n')
    (package / "__init__.py").write_text("")
    shutil.copy(ACME / "rows.toml", package)
    checks = (ACME / "invoices.py").read_text()
    checks = checks.replace("from conformance", "from acme.names import ROW\nfrom conformance")
    (package / "invoices.py").write_text(checks.replace('@check("acme-invoices"', "@check(ROW"))
    for wanted in ("acme.s3", "acme/s3"):
        done = s3compat(
            "run", "--checks", wanted, "--rows", "Acme", "--clients", "raw", "--list", cwd=tmp_path
        )
        assert done.stdout.split() == [f"{CHECK}[raw]"], done.stderr


def test_matrix_shows_it_and_prove_proves_it_alone() -> None:
    shown = s3compat("matrix", "--checks", str(ACME))
    assert "acme-invoices" in shown.stdout
    proved = s3compat("prove", "--checks", str(ACME), "--workers", "1")
    assert proved.returncode == 0, proved.stdout + proved.stderr
    assert "1 of 1 checks proven, 1 of 1 deviations caught, 0 problems" in proved.stdout


def test_pytest_takes_it_too(tmp_path: Path) -> None:
    code = (
        "import sys, pytest; from server_ref.server import S3Server; s = S3Server().start();"
        "import os; os.environ.update(AWS_ACCESS_KEY_ID=s.access_key,"
        "AWS_SECRET_ACCESS_KEY=s.secret_key);"
        "code = pytest.main(['--s3-endpoint', s.url, *sys.argv[1:]]); s.close(); sys.exit(code)"
    )
    done = subprocess.run(
        [
            *(sys.executable, "-c", code, "--checks", str(ACME), "--client", "raw"),
            *("-q", "-k", "invoice", "--run-log", str(tmp_path / "run.jsonl")),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert [one.check for one in read_run_log(tmp_path / "run.jsonl").results] == [CHECK]


def test_pytest_says_what_is_wrong_with_it_too(tmp_path: Path) -> None:
    text = "from conformance.trial import check\n\n\n"
    text += '@check("regions", only=["boto4"])\ndef kept(t):\n    """It is kept."""\n'
    (tmp_path / "one.py").write_text(text)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "--s3-endpoint", "http://127.0.0.1:9"),
            *("--checks", str(tmp_path), "--client", "raw", "--collect-only", "-q"),
        ],
        cwd=PAGE.parents[2],
        env={**os.environ, "AWS_ACCESS_KEY_ID": "AK", "AWS_SECRET_ACCESS_KEY": "a-secret"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 4, done.stdout + done.stderr
    assert "there is no client 'boto4'; did you mean 'boto3'" in done.stderr


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "no check in it; a check is a function"),
        ({"broken.py": "import nothing_like_it\n"}, "cannot be imported: ModuleNotFoundError"),
        ({"rows.toml": '[[rows]]\nid = "x"\n'}, "a file of rows has [[row]] tables only"),
        ({"rows.toml": '[[row]]\nid = "regions"\ntiel = "x"\n'}, "tiel: there is no such key"),
        (
            {"one.py": '@check("regions")\ndef nothing_said(t):\n    pass\n'},
            "a check's docstring is what the report shows",
        ),
        (
            {"one.py": '@check("get-object")\ndef folder_is_no_object(t):\n    """Is back."""\n'},
            "get-object.folder_is_no_object: two checks have this id; rename one function",
        ),
        (
            {"one.py": '@check("acme-nothing")\ndef lost(t):\n    """It is lost."""\n'},
            "there is no row 'acme-nothing'",
        ),
        (
            {"one.py": '@check("regions", only=["boto4"])\ndef kept(t):\n    """It is kept."""\n'},
            "regions.kept has only='boto4': there is no client 'boto4'; did you mean 'boto3'",
        ),
    ],
)
def test_what_is_wrong_with_it_is_said(tmp_path: Path, files: dict[str, str], said: str) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    for name, text in files.items():
        start = "from conformance.trial import check\n\n\n" if "@check" in text else ""
        (folder / name).write_text(start + text)
    done = s3compat("run", "--checks", str(folder), "--list")
    assert done.returncode == 2, done.stdout + done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_deviation_that_s3compat_has_too_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    text = (ACME / "faults.py").read_text(encoding="utf-8")
    (folder / "faults.py").write_text(
        text.replace("acme-number-lost", "right-to-read-is-every-read")
    )
    done = s3compat("prove", "--checks", str(folder))
    assert done.returncode == 2, done.stdout + done.stderr
    assert "two deviations are called 'right-to-read-is-every-read'" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_that_is_not_there_is_said() -> None:
    done = s3compat("matrix", "--checks", "no/such/folder")
    assert done.returncode == 2
    assert "--checks no/such/folder: no such folder, and no name of a package" in done.stderr
