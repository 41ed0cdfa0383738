"""The profiles that ship: loadable, named as their files, cited."""

from pathlib import Path
from typing import Any

import pytest

from conformance.trial.check import discover, hold_to_checks
from matrix import MatrixError, load_matrix, load_profile, profile_names


def test_the_profiles_that_come_with_s3compat() -> None:
    assert {"aistore", "aws"} <= set(profile_names())


@pytest.mark.parametrize("name", profile_names())
def test_a_profile_is_named_as_its_file_and_every_claim_is_cited(name: str) -> None:
    profile = load_profile(name)
    assert profile.name == name
    for row_id, claim in profile.claims.items():
        assert claim.cite, row_id
        assert claim.cite.startswith("https://"), row_id


def test_amazon_claims_every_row() -> None:
    profile = load_profile("aws")
    assert {profile.claim(row_id).support for row_id in load_matrix().rows} == {"supported"}


def test_aistore_claims_what_its_page_says() -> None:
    profile = load_profile("aistore")
    unsupported = {"regions", "cors", "website", "cdn", "bucket-acl"}
    assert {profile.claim(row).support for row in unsupported} == {"unsupported"}
    assert profile.claim("presigned").support == "limited"
    assert profile.claim("get-object-range").support == "supported"
    assert profile.table is not None
    assert [row.api for row in profile.table.rows][:2] == [
        "Create/Destroy bucket",
        "PUT / GET / HEAD object",
    ]


def test_the_page_before_it_stays_as_a_profile() -> None:
    profile = load_profile("aistore-3.12")
    unsupported = {"regions", "retention", "cors", "website", "cdn", "upload-part-copy"}
    assert {profile.claim(row).support for row in unsupported} == {"unsupported"}
    assert profile.claim("last-modified").support == "limited"
    assert "latest object version" in profile.claim("versioning").words
    assert profile.table is not None
    assert len(profile.table.rows) == 15


def test_every_word_of_todays_page_is_cited_at_one_commit() -> None:
    profile = load_profile("aistore")
    said: list[Any] = [*profile.claims.values(), *profile.says, *profile.declared]
    cites = {one.cite for one in said}
    assert all((cite or "").startswith(f"{profile.source}#") for cite in cites)
    assert "/blob/d3bf4f013a3b71ad3f665fd630d177d328b07ff3/" in profile.source


DECLARED = """
name = "mine"
title = "Mine"
source = "https://example.com"
[claims.delete-object]
support = "supported"
[[claims.delete-object.declared]]
words = "404, on purpose"
cite = "https://example.com/why"
"""


def test_a_declared_deviation_names_the_answer_that_comes_instead(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(f'{DECLARED}status = 404\ncode = "NoSuchKey"\ncheck = "missing"\n')
    claim = load_profile(file).claim("delete-object")
    (declared,) = claim.declarations("missing")
    assert (declared.status, declared.code) == (404, "NoSuchKey")
    assert claim.declarations("another") == ()


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ("", "status"),
        ("status = 200", "is a success: name the check"),
        ('status = 200\ninstead = { status = "(" }', "no pattern"),
        ("status = 99", "status"),
        ('status = 404\ncheck = "a.b"', "check"),
    ],
)
def test_one_that_says_less_is_refused(tmp_path: Path, more: str, reason: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(DECLARED + more)
    with pytest.raises(MatrixError, match=reason):
        load_profile(file)


def test_what_any_check_may_see_is_declared_beside_the_claims(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    head, _, claims = DECLARED.partition("[claims")
    redirect = '[[declared]]\nstatus = 307\nwords = "redirects"\ncite = "https://example.com/r"\n'
    file.write_text(f"{head}{redirect}[claims{claims}status = 404\n")
    profile = load_profile(file)
    assert [one.status for one in profile.declarations("delete-object", "any")] == [404, 307]
    assert [one.status for one in profile.declarations("get-object", "any")] == [307]
    file.write_text(f'{head}{redirect}check = "missing"\n')
    with pytest.raises(MatrixError, match="under its row's claim"):
        load_profile(file)


@pytest.mark.parametrize("name", profile_names())
def test_a_profile_of_what_others_document_is_dated_and_names_checks_that_exist(name: str) -> None:
    profile = load_profile(name)
    assert profile.dated or name in {"aws", "aistore-3.12"}  # whose page gave no day
    hold_to_checks(profile, discover())


def test_what_s3rver_does_not_list_is_not_claimed() -> None:
    profile = load_profile("s3rver")
    assert profile.claim("versioning").support == "unsupported"
    assert profile.claim("list-objects").support == "supported"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '[claims.Versioning]\nsupport = "unsupported"',
            "claims.Versioning: 'Versioning' is a group of rows; name each of the rows that you "
            "mean: versioning, ",
        ),
        ('[claims."get object"]', "claims.get object: there is no row 'get object'; did you mean"),
        ('dated = "last week"', 'dated: expected a date as text, such as "2026-02" or'),
        ('hosts = ["target-1"]', "hosts[1]: expected host:port, such as target-1:8080"),
        ('clients = ["Boto 3"]', "clients[1]: expected the name of a client, such as boto3"),
        (
            '[[claims.get-object.declared]]\nstatus = 404\ncheck = "a.b"\nwords = "w"\n'
            'cite = "https://example.com"',
            "claims.get-object: declared[1].check: expected the name of a check",
        ),
        (
            '[[claims.get-object.declared]]\nstatus = 99\nwords = "w"\n'
            'cite = "https://example.com"',
            "claims.get-object: declared[1].status: expected a whole number, 200 to 599",
        ),
        (
            '[[claims.get-object.declared]]\nstatus = 200\nwords = "w"\n'
            'cite = "https://example.com"',
            "claims.get-object: declared[1]: status = 200 is a success",
        ),
    ],
)
def test_a_wrong_value_of_a_profile_is_told_with_its_key(
    tmp_path: Path, text: str, said: str
) -> None:
    file = tmp_path / "my.toml"
    file.write_text(f'name = "my-server"\ntitle = "T"\nsource = "https://example.com"\n{text}\n')
    with pytest.raises(MatrixError) as refused:
        load_profile(file)
    assert str(refused.value).startswith(f"{file}: {said}")


def test_a_name_with_a_blank_is_told_what_a_name_is(tmp_path: Path) -> None:
    file = tmp_path / "my.toml"
    file.write_text('name = "My Server"\ntitle = "T"\nsource = "https://example.com"\n')
    with pytest.raises(MatrixError) as refused:
        load_profile(file)
    assert str(refused.value) == (
        f"{file}: name: expected small letters, digits, hyphens and dots, such as my-server (title "
        "takes any text), and not 'My Server'"
    )
