"""Access control lists: what a request may ask for, as recorded from S3, and what they permit."""

from __future__ import annotations

from typing import Any

import pytest

from server_ref.acl import ALL_USERS, AUTHENTICATED_USERS, LOG_DELIVERY, canned, is_public, permits
from server_ref.acl import requested_acl as _requested
from server_ref.errors import S3Error

OWNER, OTHER, STRANGER = "a" * 64, "b" * 64, "c" * 64


def requested(*, on_bucket: bool = True, has_body: bool = False, **members: Any) -> Any:
    return _requested(
        members,
        owner=OWNER,
        bucket_owner=OWNER,
        on_bucket=on_bucket,
        required=True,
        has_body=has_body,
    )


def xml(permission: str = "FULL_CONTROL", owner: str = OWNER, **grantee: str) -> dict[str, Any]:
    return {
        "Owner": {"ID": owner},
        "Grants": [{"Grantee": grantee, "Permission": permission}],
    }


PERSON = {"ID": OTHER, "Type": "CanonicalUser"}

# recorded: put-bucket-… and put-object-… of the ACL exceptions
REFUSED = [
    (
        {"ACL": "fake-acl"},
        "InvalidArgument",
        "",
        {"ArgumentName": "x-amz-acl", "ArgumentValue": "fake-acl"},
    ),
    (
        {"GrantWrite": f'uri="{LOG_DELIVERY}x"'},
        "InvalidArgument",
        "Invalid group uri",
        {"ArgumentName": "uri", "ArgumentValue": LOG_DELIVERY + "x"},
    ),
    (
        {"GrantWrite": 'fakekey="1234"'},
        "InvalidArgument",
        "Argument format not recognized",
        {"ArgumentName": "x-amz-grant-write", "ArgumentValue": 'fakekey="1234"'},
    ),
    (
        {"GrantWrite": 'id="wrong-id"'},
        "InvalidArgument",
        "Invalid id",
        {"ArgumentName": "id", "ArgumentValue": "wrong-id"},
    ),
    (
        {"ACL": "private", "GrantRead": f'uri="{ALL_USERS}"'},
        "InvalidRequest",
        "Specifying both Canned ACLs and Header Grants is not allowed",
        {},
    ),
    (
        {"ACL": "private", "AccessControlPolicy": xml(**PERSON)},
        "UnexpectedContent",
        "This request does not support content",
        {},
    ),
    (
        {},
        "MissingSecurityHeader",
        "Your request was missing a required header",
        {"MissingHeaderName": "x-amz-acl"},
    ),
    ({"AccessControlPolicy": {}}, "MalformedACLError", None, {}),
    ({"AccessControlPolicy": {"Grants": xml(**PERSON)["Grants"]}}, "MalformedACLError", None, {}),
    ({"AccessControlPolicy": xml("SOME", **PERSON)}, "MalformedACLError", None, {}),
    (
        {"AccessControlPolicy": xml(owner="wrong-id", **PERSON)},
        "InvalidArgument",
        "Invalid id",
        {"ArgumentName": "CanonicalUser/ID", "ArgumentValue": "wrong-id"},
    ),
    (
        {"AccessControlPolicy": xml(Type="Group", URI=LOG_DELIVERY + "x")},
        "InvalidArgument",
        "Invalid group uri",
        {"ArgumentName": "Group/URI", "ArgumentValue": LOG_DELIVERY + "x"},
    ),
    (
        {"AccessControlPolicy": xml(Type="CanonicalUser", ID="wrong-id")},
        "InvalidArgument",
        "Invalid id",
        {"ArgumentName": "CanonicalUser/ID", "ArgumentValue": "wrong-id"},
    ),
    (
        {"AccessControlPolicy": xml(Type="CanonicalUser", URI=ALL_USERS)},
        "MalformedACLError",
        None,
        {},
    ),
    ({"GrantRead": 'emailAddress="a@b.c"'}, "MethodNotAllowed", None, {}),
    ({"AccessControlPolicy": xml(owner=OTHER, **PERSON)}, "AccessDenied", None, {}),
]


@pytest.mark.parametrize(("members", "code", "message", "extra"), REFUSED)
@pytest.mark.parametrize("on_bucket", [True, False])
def test_a_wrong_list_is_refused_as_recorded(
    members: dict[str, Any],
    code: str,
    message: str | None,
    extra: dict[str, str],
    *,
    on_bucket: bool,
) -> None:
    with pytest.raises(S3Error) as refused:
        requested(on_bucket=on_bucket, **members)
    assert refused.value.code == code
    assert refused.value.members == extra
    if message is not None:
        assert refused.value.message == message


def test_canned_names_of_buckets_and_objects_differ() -> None:
    assert requested(ACL="log-delivery-write")["Grants"][1]["Grantee"]["URI"] == LOG_DELIVERY
    with pytest.raises(S3Error):
        requested(on_bucket=False, ACL="log-delivery-write")
    # a bucket takes an object's canned names and does nothing about them
    assert len(requested(ACL="bucket-owner-read")["Grants"]) == 1


def test_headers_replace_the_owners_grant() -> None:
    found = requested(GrantRead=f'uri="{LOG_DELIVERY}"')
    assert found["Grants"] == [
        {"Grantee": {"Type": "Group", "URI": LOG_DELIVERY}, "Permission": "READ"}
    ]


def test_a_header_may_name_several_in_any_quotes() -> None:
    found = requested(GrantRead=f"id={OTHER}, id='{STRANGER}',uri=\"{ALL_USERS}\"")
    assert [grant["Grantee"].get("ID") for grant in found["Grants"]] == [OTHER, STRANGER, None]


def test_nothing_said_is_nothing_where_nothing_is_required() -> None:
    assert _requested({}, owner=OWNER, bucket_owner=OWNER, on_bucket=False, required=False) is None


@pytest.mark.parametrize(
    ("name", "anonymous", "other", "bucket_owner"),
    [
        ("private", "", "", ""),
        ("public-read", "R", "R", "R"),
        ("public-read-write", "RW", "RW", "RW"),
        ("authenticated-read", "", "R", "R"),
        ("bucket-owner-read", "", "", "R"),
        ("bucket-owner-full-control", "", "", "RW"),
    ],
)
def test_a_canned_list_permits_what_its_name_says(
    name: str, anonymous: str, other: str, bucket_owner: str
) -> None:
    acl = canned(name, OWNER, OTHER)

    def allowed(caller: str | None) -> str:
        return "".join(p[0] for p in ("READ", "WRITE") if permits(acl, caller, p))

    assert allowed(OWNER) == "RW"
    assert allowed(None) == anonymous
    assert allowed(STRANGER) == other
    assert allowed(OTHER) == bucket_owner
    assert is_public(acl) is (name.startswith("public") or name == "authenticated-read")
    assert not permits(acl, None, "READ", public=False)
    assert not permits(acl, STRANGER, "READ", public=False)


def test_authenticated_users_are_public_and_log_delivery_is_not() -> None:
    assert is_public({"Grants": [{"Grantee": {"Type": "Group", "URI": AUTHENTICATED_USERS}}]})
    assert not is_public(canned("log-delivery-write", OWNER, OWNER))


def test_a_list_for_machine_images_lets_one_other_account_read() -> None:
    own, read = canned("aws-exec-read", OWNER, OWNER)["Grants"]
    assert (own["Grantee"]["ID"], own["Permission"]) == (OWNER, "FULL_CONTROL")
    assert (read["Grantee"]["Type"], read["Permission"]) == ("CanonicalUser", "READ")
    assert read["Grantee"]["ID"] not in (OWNER, OTHER)
