"""What mkdocs does beside reading docs/: the reference in the menu, two pages from the top folder,
and a sample report and comparison, made from real runs while the site is built.

https://www.mkdocs.org/user-guide/configuration/#hooks
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

DOCS = Path(__file__).parents[1]
TOP = DOCS.parent
FROM_TOP = {"CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}
BESIDE = ("server-operations.md",)  # of the reference, in the folder above it
TIMEOUT = 300  # seconds for one command
SELECTION = ("--rows", "put-object,list-objects-v2", "--clients", "boto3,raw")
FAULTS = {  # the server's deliberate faults, before and after "a change"
    "before": ("list-v2-token-ignored", "list-v2-encoding-unchecked", "put-if-match-ignored"),
    "after": ("list-v2-encoding-unchecked", "list-v2-delimiter-ignored"),
}

_made: dict[str, str] = {}  # the samples; made once in a process, whatever `mkdocs serve` rebuilds


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the pages of docs/reference/ into the menu; none has to be listed."""
    pages = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.glob("reference/*.md"))
    for section in config.nav or []:
        if isinstance(section, dict) and "Reference" in section:
            section["Reference"] = [*pages, *BESIDE]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are not in docs/."""
    for name, page in FROM_TOP.items():
        text = (TOP / name).read_text(encoding="utf-8")
        text = re.sub(r"\]\(docs/", "](", text)
        files.append(File.generated(config, page, content=text))
    if not _made:
        _made.update(_samples())
    for name, text in _made.items():
        files.append(File.generated(config, name, content=text))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Links to the top folder, which GitHub follows, lead to the page made of it."""
    for name, page in FROM_TOP.items():
        # one step less than in the repository, for the page is in docs/ and not above it
        markdown = re.sub(rf"\]\(\.\./((?:\.\./)*){re.escape(name)}", rf"](\1{page}", markdown)
    return markdown


def sample_run(label: str) -> list[str]:
    """The words of the run with the faults of this label; docs/samples.md shows one."""
    named = [word for fault in FAULTS[label] for word in ("--deviation", fault)]
    return ["run", *SELECTION, "--label", f"sample-{label}", "--out", label, *named]


def _samples() -> dict[str, str]:
    """Two runs on a server with faults: the first one's page, and what changed to the second."""
    with tempfile.TemporaryDirectory() as folder:
        for label in FAULTS:
            _s3compat(folder, sample_run(label), expected=1)
        _s3compat(folder, ["compare", "before", "after", "--markdown", "changed.md"], expected=1)
        report = (Path(folder) / "before" / "report.html").read_text(encoding="utf-8")
        changed = (Path(folder) / "changed.md").read_text(encoding="utf-8")
    return {
        "sample-report.html": report,
        "sample-comparison.md": f"# Sample comparison\n\n{changed}",
    }


def _s3compat(folder: str, words: list[str], *, expected: int) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "s3compat", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    if done.returncode != expected:
        said = (done.stdout + done.stderr)[-2000:]
        raise PluginError(f"s3compat {' '.join(words)} ended with {done.returncode}:\n{said}")
