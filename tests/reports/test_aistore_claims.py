"""AIStore's page against the emulation: each sentence as a live cluster has it, and what is lost.

The emulation is the reference server in its profile; what it should do was seen on a cluster.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.model import Outcome, RunLog, judge, read_run_log
from matrix import load_profile
from reports.statements import Shown, statements
from s3compat.cli import main

ROWS = (
    "create-bucket,delete-bucket,regions,object-acl,"
    "bucket-acl,bucket-creation-time,copy-between-buckets,copy-object,cors,data-safety,"
    "delete-object,delete-objects,get-object-range,head-bucket,last-modified,list-objects,"
    "multipart-upload,object-versions,put-object,retention,upload-part-copy,versioning,website"
)
CONTRADICTED = {
    "Not yet supported [and so without effect on what is stored]",  # the dangerous ones
    "Accept that some S3 features are not yet implemented; drop-in support for unmodified S3 tools "
    "& SDKs [all others]",  # everything comes in one page
}
OF_ANOTHER_CLIENT = {"[Copy object:] S3 API only [and so not by AIStore's own]"}
LOST = {
    "deleting_cors_rules_leaves_the_bucket",
    "deleting_lifecycle_rules_leaves_the_bucket",
    "tagging_leaves_the_object",
    "deleting_tags_leaves_the_object",
}


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> RunLog:
    """One run through the proxy that answers itself, so that every client arrives."""
    folder = tmp_path_factory.mktemp("aistore")
    words = ["run", "--profile", "aistore", "--feature", "S3-Reverse-Proxy", "--no-report"]
    words += ["--clients", "s3cmd,raw", "--rows", ROWS, "--out", str(folder)]
    assert main(words) == 1
    return read_run_log(folder / "run.jsonl")


@pytest.mark.slow
def test_each_sentence_is_confirmed_or_contradicted_as_on_a_cluster(log: RunLog) -> None:
    found = statements(log, load_profile("aistore"))
    assert {one.says.words for one in found if one.shown is Shown.CONTRADICTED} == CONTRADICTED
    not_shown = {one.says.words for one in found if one.shown is Shown.NOT_SHOWN}
    assert not_shown == OF_ANOTHER_CLIENT


@pytest.mark.slow
def test_the_destructive_ones_are_found_and_said_first(log: RunLog) -> None:
    verdict = judge(log)
    lost = {result.check.partition(".")[2] for result in verdict.losses}
    assert lost >= LOST
    assert {result.client for result in verdict.losses} == {"s3cmd", "raw"}
    assert all(result.data_lost for result in verdict.failures[: len(verdict.losses)])
    assert log.footer is not None
    assert log.footer.leftovers == ()


@pytest.mark.slow
def test_the_declared_deviation_is_the_one_the_profile_names(log: RunLog) -> None:
    declared = {r.check: r.declared for r in log.results if r.outcome is Outcome.DECLARED}
    assert set(declared) == {"delete-object.deleting_a_missing_key_succeeds"}
    (said,) = declared.values()
    assert said is not None
    assert said.cite.endswith("/issues/274")


@pytest.mark.slow
def test_the_reference_server_in_its_own_profile_loses_nothing(tmp_path: Path) -> None:
    words = ["run", "--rows", "data-safety", "--clients", "s3cmd,boto3,raw", "--no-report"]
    assert main([*words, "--out", str(tmp_path)]) == 0
    assert judge(read_run_log(tmp_path / "run.jsonl")).losses == []


@pytest.mark.slow
def test_what_is_not_implemented_is_not_acquitted(tmp_path: Path) -> None:
    """Each of these once passed on a cluster that does nothing of it."""
    checks = (
        "bucket-policy.policy_opens_objects_to_everybody",
        "object-annotations.annotation_reads_back",
        "select-csv.expression_that_is_no_sql_is_refused",
        "sse-c.etag_tells_nothing_of_the_content",
        "sse-c.object_comes_back_with_its_key",
        "sse-kms.etag_tells_nothing_of_the_content",
    )
    words = ["run", "--profile", "aistore", "--feature", "S3-Reverse-Proxy", "--no-report"]
    words += ["--clients", "raw", "--workers", "0", "--out", str(tmp_path)]
    for check in checks:
        words += ["--check", check]
    assert main(words) == 1
    found = {one.check: one.outcome for one in read_run_log(tmp_path / "run.jsonl").results}
    assert found == dict.fromkeys(checks, Outcome.FAIL)
