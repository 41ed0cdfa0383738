"""Who tries which block of the documentation: the first claim that fits a block is the one.

A claim names a test (`tests/….py::name`, or a file that CI runs), or says why a block cannot be
tried.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from tests.docs.blocks import Block

SHELL = "tests/docs/test_shell_examples.py::test_the_commands_of_a_page_run"
FILES = "tests/docs/test_file_examples.py::"
CANNOT = "cannot: "


@dataclass(frozen=True)
class Claim:
    """Blocks of these pages, languages and marks, that begin so; and who tries them."""

    pages: str
    languages: str
    by: str
    mark: str = "*"
    begins: str = ""  # a regular expression

    def fits(self, block: Block) -> bool:
        return (
            any(fnmatchcase(block.page, page) for page in self.pages.split())
            and block.language in self.languages.split()
            and fnmatchcase(block.mark, self.mark)
            and re.match(self.begins, block.text) is not None
        )


CLAIMS = (
    Claim(
        "docs/tutorial.md",
        "console",
        "tests/docs/test_tutorial.py::test_the_tutorial_shows_what_happens",
    ),
    Claim(
        "docs/aistore-walkthrough.md",
        "console",
        "tests/walkthrough/test_walkthrough.py::test_what_the_document_shows_is_what_happens",
    ),
    Claim("README.md", "sh", ".ci/run", mark="command: *"),
    Claim(
        "CONTRIBUTING.md",
        "sh",
        "tests/contributing/test_recipes.py::test_the_recipes_work_as_written",
        mark="try",
    ),
    Claim(
        "CONTRIBUTING.md",
        "toml python",
        "tests/contributing/test_recipes.py::test_the_recipes_work_as_written",
        mark="file: *",
    ),
    Claim(
        "docs/howto/own-checks.md",
        "toml python",
        "tests/own_checks/test_own_checks.py::test_the_page_shows_the_files_that_are_tried_here",
        mark="file: *",
    ),
    Claim(
        "docs/reference/*",
        "toml json",
        "tests/reference/test_reference.py::"
        "test_every_example_is_taken_by_its_loader_and_is_in_the_reference",
    ),
    Claim(
        "docs/samples.md",
        "sh",
        "tests/docs/test_site.py::test_the_samples_are_made_as_their_page_says",
    ),
    Claim(
        "docs/aistore.md",
        "yaml",
        "tests/docs/test_aistore_workflow.py::test_gopath_is_exported_before_the_cluster_is_deployed",
    ),
    Claim(
        "docs/howto/production.md", "json", FILES + "test_the_policy_is_enough", mark="policy"
    ),
    Claim(
        "docs/scale.md",
        "yaml",
        "tests/docs/test_workflows.py::test_every_command_has_these_options",
    ),
    Claim(
        "docs/ci.md",
        "yaml",
        "tests/docs/test_workflows.py::test_every_command_has_these_options",
        begins="name: s3compat-nightly",
    ),
    Claim("docs/*", "yaml", FILES + "test_a_workflow_runs_commands_that_there_are"),
    Claim(
        "docs/clients.md", "json", FILES + "test_the_lines_of_the_protocol_are_those_of_a_program"
    ),
    Claim("docs/*", "json", FILES + "test_a_baseline_is_taken", begins=r'"causes": '),
    Claim("docs/*", "toml", FILES + "test_a_file_is_taken_by_its_loader"),
    Claim("docs/architecture.md", "text python", FILES + "test_what_a_listing_names_is_there"),
    Claim("README.md docs/*", "python", FILES + "test_python_runs"),
    # What cannot be tried. The commands in it are held to their parsers all the same.
    Claim("README.md docs/tutorial.md", "sh", CANNOT + "it needs the address of a repository that "
          "is published; that a wheel works anywhere is a step of .ci/run",
          begins=r"pip install git\+REPOSITORY"),
    Claim("docs/aistore.md", "sh", CANNOT + "it needs the address of a published repository",
          begins="git clone REPOSITORY"),
    Claim("CONTRIBUTING.md", "sh", CANNOT + "it sets up the clone of the one who reads; .ci/run "
          "does the same with the README's command", begins="python3 -m venv"),
    Claim("docs/howto/sdk-generations.md", "sh", CANNOT + "it installs two generations of SDKs, in "
          "minutes; .ci/run does it with tox"),
    Claim("docs/aistore-walkthrough.md", "sh", CANNOT + "it fetches 1.4 GB; .ci/run does, too",
          begins="python3.11 -m venv tf"),
    Claim("docs/ci.md", "sh", CANNOT + "it asks the store of the reader's nights; "
          "tests/reports/store asks others", begins="s3compat history query"),
    Claim("docs/scale.md", "sh", CANNOT + "it takes five machines, hosts or a kept run; "
          "tests/conformance/test_shards.py has five shards"),
    Claim("docs/servers.md", "sh", CANNOT + "it measures a whole server; .ci/third-party does"),
    Claim("docs/clients.md", "sh", CANNOT + "it fetches from three registries; .ci/run does, too",
          begins="s3compat clients install"),
    Claim("docs/aistore.md docs/reports.md", "sh", CANNOT + "it needs a cluster of AIStore; "
          "tests/walkthrough/test_redirect_table.py does it on the emulation",
          begins=r"export AIS_ENDPOINT|for mode in"),
    Claim("docs/recorded-answers.md", "sh", CANNOT + "it needs recordings of others; "
          "tests/server/recorded has what they say"),
    Claim("docs/reports.md", "markdown", CANNOT + "it is a line for a page of the reader's"),
    Claim("README.md docs/*", "sh", SHELL),
)  # fmt: skip


def claim_of(block: Block, claims: Sequence[Claim] = CLAIMS) -> Claim | None:
    """The claim that a block falls under."""
    return next((claim for claim in claims if claim.fits(block)), None)
