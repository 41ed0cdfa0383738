"""Paths into an answer are said in plain words; what has none stays as it is."""

from __future__ import annotations

import pytest

from conformance.model.paths import in_words, seen_in_words


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("Contents[].Key", "the Key of each Contents entry"),
        ("Errors[].[Key, Code, VersionId]", "the Key, Code and VersionId of each Errors entry"),
        ("Rules[].Filter.Prefix", "the Filter.Prefix of each Rules entry"),
        ("ObjectParts.Parts[].PartNumber", "the PartNumber of each ObjectParts.Parts entry"),
        ("Contents[0].Owner.ID", "the Owner.ID of the first Contents entry"),
        ("Contents[0].[Size, ETag]", "the Size and ETag of the first Contents entry"),
        ("A.Rules[0].B.C", "the B.C of the first A.Rules entry"),
        ("Queues[0].Rules[].Name", "the Name of each entry of the Rules of the first Queues entry"),
        ("Queues[].Events[]", "each entry of the Events of each Queues entry"),
        ("[KeyCount, IsTruncated]", "KeyCount and IsTruncated"),
        ("[IsTruncated, length(Parts)]", "IsTruncated and the number of Parts entries"),
        ("length(Contents)", "the number of Contents entries"),
        ("length(Contents[].Key)", "the number of Contents entries"),
        ("length(Uploads || `[]`)", "the number of Uploads entries"),
        ("length(Versions[?IsLatest])", "the number of Versions entries where IsLatest is true"),
        ("length(Rules[0].Tags)", "the number of entries of the Tags of the first Rules entry"),
        ("CommonPrefixes || `[]`", "CommonPrefixes"),
        ("sort(Deleted[].Key)", "the Key of each Deleted entry, sorted"),
        ("Versions[?Key=='d/'].ETag", "the ETag of each Versions entry where Key is 'd/'"),
        ("Buckets[?!Since].Name", "the Name of each Buckets entry where Since is not there"),
        ("A[?B.C != `null`].D", "the D of each A entry where B.C is there"),
        ("A[?B == `null`].D", "the D of each A entry where B is not there"),
    ],
)  # fmt: skip
def test_a_path_has_words(path: str, words: str) -> None:
    assert in_words(path) == words
    assert seen_in_words(f"GetX by raw: {path}") == f"GetX by raw: {words}"


@pytest.mark.parametrize(
    "path",
    [
        "",
        "status",
        "header ETag",
        "Owner.ID",
        "grants",
        "[200, 412]",
        "[]",
        "[431] are refusals",
        "Contents[7].Key",
        "length(Rules[0].ID || '') > `0`",
        "sort(TagSet[].join('=', [Key, Value]))",
        "A[?B > `1`].C",
        "length(keys(@))",
        "one of 2 at once succeeds, the others (404, 409)",
    ],
)
def test_what_has_no_words_stays_as_it_is(path: str) -> None:
    assert in_words(path) == path
