"""The profiles that ship: loadable, named as their files, cited."""

import pytest

from matrix import load_matrix, load_profile, profile_names


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
    unsupported = {"regions", "retention", "cors", "website", "cdn", "upload-part-copy"}
    assert {profile.claim(row).support for row in unsupported} == {"unsupported"}
    assert profile.claim("last-modified").support == "limited"
    assert "latest object version" in profile.claim("versioning").words
    assert profile.claim("get-object-range").support == "supported"
