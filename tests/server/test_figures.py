"""The server's figures: what S3, its clients' formats and AIStore have, and what bounds the server.

Most are too large to be reached in a test (five GiB, an hour); where one is not, a test beside it
goes to the bound and one past it.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from server_ref.auth.strictness import Strictness
from server_ref.errors.select_codes import SELECT_CODES
from server_ref.http.limits import Limits
from server_ref.rules import names
from server_ref.settings import Settings
from tests.figures import figure

KIB, MIB, GIB, TIB = 1024, 1024**2, 1024**3, 1024**4

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html and the page of each operation
S3 = {
    "rules.new_object:MAX_SINGLE_PUT": 5 * GIB,
    "rules.parts:MAX_PARTS": 10_000,
    "settings:Settings.min_part": 5 * MIB,
    "settings:Settings.max_key": 1024,
    "rules.attributes:MAX_METADATA_BYTES": 2 * KIB,
    "rules.pages:MAX_PAGE": 1000,
    "rules.pages:_LARGEST": 2147483647,
    "operations.deleting:MAX_KEYS": 1000,
    "operations.buckets:MAX_BUCKETS": 10_000,
    "operations.restore:MAX_DAYS": 2147483647,
    "operations.kept:PAGE": 100,
    "operations.kept:MAX_LISTED": 1000,
    "operations.bucket_reports:_TIER_DAYS": {
        "ARCHIVE_ACCESS": (90, 730),
        "DEEP_ARCHIVE_ACCESS": (180, 730),
    },
    "operations.post_object:_STATUSES": {"200": 200, "201": 201, "204": 204},
    "rules.tags:MAX_OBJECT_TAGS": 10,
    "rules.tags:MAX_BUCKET_TAGS": 50,
    "rules.tags:MAX_KEY": 128,
    "rules.tags:MAX_VALUE": 256,
    "rules.cors:MAX_RULES": 100,
    "rules.cors:MAX_ID": 255,
    "rules.website:MAX_RULES": 50,
    "rules.website:_REDIRECT_CODES": frozenset({301, 302, 303, 304, 305, 307, 308}),
    "rules.website:_ERROR_CODES": frozenset({*range(400, 418), *range(500, 506)}),
    "rules.replication:MAX_RULES": 1000,
    "rules.replication:MINUTES": 15,
    "rules.notifications:MAX_CONFIGURATIONS": 100,
    "rules.notifications:MAX_VALUE_BYTES": 1024,
    "rules.lifecycle_configuration:MAX_RULES": 1000,
    "rules.lifecycle_configuration:MAX_ID": 255,
    "rules.lifecycle_configuration:MAX_PREFIX": 1024,
    "rules.lifecycle_configuration:MAX_KEPT": 100,
    "rules.lifecycle_configuration:IA_DAYS": 30,
    "rules.lifecycle_due:DAY": 24 * 60 * 60,
    "rules.lifecycle_due:MINIMUM": 128 * KIB,
    "rules.annotations:MAX_NAME": 512,
    "rules.annotations:MAX_PAYLOAD": MIB,
    "rules.annotations:MAX_COUNT": 1000,
    "rules.encryption:_LAYERS": {"aws:kms": 1, "aws:kms:dsse": 2},
    "rules.mfa:STEP": 30,
    "acl.requested:MAX_GRANTS": 100,
    "policy.document:MAX_BYTES": 20 * KIB,
    "gate.form_data:MAX_FIELDS": 20 * KIB,
    "auth.moments:SKEW": 15 * 60,
    "auth.query:_WEEK": 7 * 24 * 60 * 60,
    "auth.version2:_LATEST": 2147483647,
    "policy.public:_WIDEST": {4: 8, 6: 32},
    "auth.chunked:SMALLEST_CHUNK": 8 * KIB,
    "commands.admin:SHORTEST": 1,
    "commands.admin:LONGEST": 36 * 60 * 60,
    "model.parse:_LONGEST": {"PutBucketCors": 64 * KIB, "PutBucketWebsite": 128 * KIB},
    "select.asked:MAX_EXPRESSION": 256 * KIB,
    "select.intake:MAX_RECORD": MIB,
    "select.eventstream:_STRING": 7,
    "storage.hashing:CRC_BYTES": {"CRC32": 4, "CRC32C": 4, "CRC64NVME": 8},
}
# AIStore's source: cmn/objlist.go, cmn/cos, ais/s3, api/apc
AISTORE = {
    "aistore.parts:MOST": 9_999,
    "aistore.writing:LARGEST": 5 * TIB,
    "aistore.placement:SEED": 1103515245,
    "aistore.placement:_GOLDEN": 0x9E3779B97F4A7C15,
    "aistore.placement:_FIRST": 0xBF58476D1CE4E5B9,
    "aistore.placement:_SECOND": 0x94D049BB133111EB,
    "aistore.native.listing:PAGE": 10_000,
    "aistore.native.listing:CACHED": 64,
    "aistore.native.listing:CACHED_ONLY": 1,
    "aistore.native.shown:NANOSECONDS": 1_000_000_000,
}
# What one client may cost: bytes, seconds, threads, depth. Who changes one of these means to.
BOUNDS = {
    "http.body:_LONGEST_LINE": 4 * KIB,
    "http.body:_MOST_TRAILERS": 64,
    "http.connection:_RECEIVE": 64 * KIB,
    "http.send:_SMALL": 64 * KIB,
    "http.wire:_FILL": 64 * KIB,
    "http.wire:_READ_FILE_AT_ONCE": 256 * KIB,
    "http.wire:_SEND_FILE_AT_ONCE": 4 * MIB,
    "http.connection:_LINGER_BYTES": 64 * MIB,
    "http.head:_KEPT_NAMES": 1024,
    "http.requestlog:_LONGEST": 200,
    "http.server:Transport.request_queue_size": 512,
    "auth.chunked:LONGEST_LINE": 4 * KIB,
    "auth.chunked:MOST_TRAILERS": 32,
    "auth.credentials:_CACHED_KEYS": 256,
    "model.document:MAX_DEPTH": 32,
    "model.document:MAX_ELEMENTS": 130_000,
    "model.document:MAX_ATTRIBUTES": 10_000,
    "model.document:MAX_NAMESPACES": 1_000,
    "model.document:MAX_TAG": 64 * KIB,
    "model.document:_PIECE": 32 * KIB,
    "model.parse:MAX_DOCUMENT": 8 * MIB,
    "gate.admitted:UNDECIDED": 256 * KIB,
    "gate.addressing:_KEPT_HOSTS": 1024,
    "settings:Settings.inline_limit": 16 * KIB,
    "storage.commit:BATCH": 256,
    "storage.intake:_HASTEN": MIB,
    "storage.completions:KEPT": 7 * 24 * 60 * 60,
    "storage.renames:KEPT": 24 * 60 * 60,
    "storage.reading:OPEN_FILES": 64,
    "storage.recent:MOST": 1024,
    "storage.recent:LARGEST": 4 * KIB,
    "storage.reserve:MOST": 8 * MIB,
    "storage.reserve:LEAST": 256 * KIB,
    "storage.reserve:SHARE": 32,
    "storage.sealing:KEY_BYTES": 32,
    "storage.sealing:_NONCE": 12,  # https://csrc.nist.gov/pubs/sp/800/38/d/final: 96 bits
    "storage.sealing:_SALT": 16,
    "auth.accounts:_OWNER_ONLY": 0o600,
    "storage.store:IDLE_READERS": 32,
    "storage.tasks:LIMIT": 100_000,
    "effects.log_delivery:FULL": 10_000,
    "effects.log_delivery:MOST": 100_000,
    "effects.running:SENDERS": 4,
    "effects.running:REPLICATORS": 4,
    "effects.worker:BATCH": 64,
    "effects.worker:FIRST_PAUSE": 250,
    "effects.worker:LONGEST_PAUSE": 60_000,
    "effects.worker:GIVE_UP": 24 * 60 * 60 * 1000,
    "lifecycle.apply:BATCH": 50,
    "lifecycle.walk:PAGE": 500,
    "aistore.backend:TIMEOUT": 60.0,
    "aistore.backend:LONGEST_ERROR": 64 * KIB,
    "aistore.backend:LARGEST_PAGE": 8 * MIB,
    "aistore.buckets:BATCH": 500,
    "aistore.access:_SOME": 500,
    "aistore.native.messages:LONGEST": MIB,
    "select.bounds:SECONDS": 600.0,
    "select.bounds:GRACE": 30.0,
    "select.columns:MAX_COLUMNS": 5_000,
    "select.engine:ROWS": 1000,
    "select.engine:MAX_DOCUMENT": 64 * MIB,
    "select.expression:MAX_TOKENS": 20_000,
    "select.output:_MOST_EXACT": 9007199254740992,  # a double's whole numbers end here
    "select.expression:MAX_DEPTH": 48,
    "select.frames:MOST": 64 * MIB,
    "select.inside:SPARE_MEMORY": 3 * GIB // 2,
    "select.inside:CPU": 660,
    "select.inside:FILES": 64,
    "select.inside:BATCH": 64 * KIB,
    "select.intake:MAX_BYTES": 2 * GIB,
    "select.translate:_SPARE_SQL": 64 * KIB,
    "select.translate:_SQL_A_CHARACTER": 8,
    "select.translate:_DEEPEST": 64,
    "operations.select_content:AT_ONCE": 8,
    "operations.select_content:QUIET": 5.0,
}


@pytest.mark.parametrize(("place", "is_"), [*S3.items(), *AISTORE.items(), *BOUNDS.items()])
def test_a_figure(place: str, is_: Any) -> None:
    found = figure(f"server_ref.{place}")

    assert (type(found), found) == (type(is_), is_)


def test_settings_that_nobody_gave() -> None:
    given = Settings()

    assert (given.region, given.further_regions, given.domain) == ("us-east-1", (), "")
    assert (given.anonymous, given.durability, given.base_path) == (False, "full", "")
    assert (given.customer_keys, given.keys_over_http) == (True, True)
    assert (given.targets, given.features, given.upstream) == (0, (), "")
    assert (given.access_log_seconds, given.restore_seconds) == (10.0, 10.0)


def test_everything_is_verified_of_a_request_unless_a_deviation_says_otherwise() -> None:
    assert len(asdict(Strictness())) == 28
    assert all(one is True for one in asdict(Strictness()).values())


def test_the_status_of_an_error_of_select() -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#SelectObjectContentErrorCodeList"""
    statuses = {code: status for code, (status, _) in SELECT_CODES.items()}

    assert {code: status for code, status in statuses.items() if status != 400} == {"Busy": 503}


def test_what_a_transport_takes_of_a_connection() -> None:
    """Sizes in bytes (headers alone are S3's own limit), times in seconds; strict."""
    assert asdict(Limits()) == {
        "head": 32 * KIB,
        "header_section": 8 * KIB,
        "target": 16 * KIB,
        "head_time": 20.0,
        "idle_time": 60.0,
        "body_patience": 60.0,
        "body_pace": KIB,
        "answer_patience": 60.0,
        "answer_pace": KIB,
        "drain": MIB,
        "keep_alive": True,
        "expect_continue": True,
        "http_1_0": True,
        "host_required": True,
        "strict_framing": True,
        "chunked_wins": False,
    }


def test_a_setting_is_given_once() -> None:
    with pytest.raises(AttributeError):
        Settings().region = "eu-west-1"
    with pytest.raises(AttributeError):
        Limits().head = 1


# https://docs.aws.amazon.com/general/latest/gr/s3.html
REGIONS = """
af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2
ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6
ap-southeast-7 ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2
eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1
us-east-1 us-east-2 us-gov-east-1 us-gov-west-1 us-west-1 us-west-2 cn-north-1 cn-northwest-1
"""


def test_every_region_of_amazon_is_one() -> None:
    assert set(REGIONS.split()) == names.REGIONS
