"""How checks make HTML forms, with a policy signed by Signature Version 4. No check is here."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from conformance.trial import Answer, Credentials, Trial

BOUNDARY = "form-boundary-7f1d"
POLICY = "https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html"
FORM = "https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html"


def form_fields(
    t: Trial,
    name: str,
    *conditions: Any,
    lifetime: int = 600,
    bucket: bool | str = True,
    credentials: Credentials | None = None,
    expiration: str = "%Y-%m-%dT%H:%M:%S.000Z",
    policy: dict[str, Any] | None = None,
    free: Sequence[str] = (),
    more: Mapping[str, str] | None = None,
    written_as: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The fields of a form that may write the key ``name``, signed.

    ``more`` are further fields, each with a condition of its own but for those in ``free``.
    ``bucket`` is the shared one, the one named, or not in the policy.
    ``policy`` has members of the policy that take the place of the right ones; None leaves one out.
    ``written_as`` are texts of the policy's JSON that others take the place of.
    """
    known = credentials or t.endpoint.credentials
    now = datetime.now(UTC)
    day = now.strftime("%Y%m%d")
    credential = f"{known.access_key if known else ''}/{day}/{t.endpoint.region}/s3/aws4_request"
    fields = {
        "key": t.key(name),
        **(more or {}),
        "x-amz-algorithm": "AWS4-HMAC-SHA256",
        "x-amz-credential": credential,
        "x-amz-date": now.strftime("%Y%m%dT%H%M%SZ"),
    }
    if known is not None and known.session_token is not None:
        fields["x-amz-security-token"] = known.session_token  # and so a condition of the policy
    exact = [field for field in fields if field != "key" and field not in free]
    document = {
        "expiration": (now + timedelta(seconds=lifetime)).strftime(expiration),
        "conditions": [
            *([{"bucket": t.bucket if bucket is True else bucket}] if bucket else []),
            ["starts-with", "$key", t.prefix],
            *conditions,
            *({field: fields[field]} for field in exact),
        ],
        **(policy or {}),
    }
    written = json.dumps({name: said for name, said in document.items() if said is not None})
    for text, other in (written_as or {}).items():
        written = written.replace(text, other)
    fields["policy"] = base64.b64encode(written.encode()).decode()
    key = f"AWS4{known.secret_key if known else ''}".encode()
    for part in (day, t.endpoint.region, "s3", "aws4_request", fields["policy"]):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return fields | {"x-amz-signature": key.hex()}


def form_body(fields: dict[str, str], file: bytes | None, file_name: str | None, end: str) -> bytes:
    """The bytes of a form. ``file`` None: it has none; ``end`` are parts that follow the file."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    body = "".join(parts).encode()
    if file is not None:
        named = "" if file_name is None else f'; filename="{file_name}"\r\nContent-Type: image/jpeg'
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"{named}\r\n\r\n'
        body += head.encode() + file + b"\r\n"
    return body + f"{end}--{BOUNDARY}--\r\n".encode()


def post_form(
    t: Trial,
    fields: dict[str, str],
    file: bytes | None = b"abcdef",
    content_type: str = f"multipart/form-data; boundary={BOUNDARY}",
    *,
    file_name: str | None = "photo.jpg",
    end: str = "",
    bucket: str | None = None,
) -> Answer:
    """The form, sent to the shared bucket (or ``bucket``) as a browser sends it, unsigned."""
    return t.raw(
        "POST",
        f"/{bucket or t.bucket}",
        sign="none",
        body=form_body(fields, file, file_name, end),
        headers={"Content-Type": content_type},
    )


def expect_forms_taken(t: Trial) -> None:
    """The control of a form that is refused: one with nothing wrong in it is taken.

    Without this an endpoint that takes no form at all would pass.
    """
    t.expect.success(post_form(t, form_fields(t, "control")), 204)
