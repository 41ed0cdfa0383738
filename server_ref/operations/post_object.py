"""POST of an HTML form to a bucket: its file becomes an object, by the way of PutObject.

https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
"""

from __future__ import annotations

from urllib.parse import quote

from server_ref.auth.form import missing_field
from server_ref.context import Context, Members
from server_ref.errors import S3Error
from server_ref.gate.form_data import Form, boundary_of, read_form
from server_ref.model.routes import POST_OBJECT
from server_ref.model.serialise import XML
from server_ref.operations import operation
from server_ref.operations.objects import put_object
from server_ref.request import BodyReader
from server_ref.rules import forms
from server_ref.rules.names import climbs
from server_ref.storage.changes import Cause, caused_by
from server_ref.storage.hashing import ALGORITHMS

_STATUSES = {"200": 200, "201": 201, "204": 204}
_ANSWERED = {  # members of PutObject's answer -> headers of this one
    "VersionId": "x-amz-version-id",
    "ServerSideEncryption": "x-amz-server-side-encryption",
    "SSEKMSKeyId": "x-amz-server-side-encryption-aws-kms-key-id",
    "SSEKMSEncryptionContext": "x-amz-server-side-encryption-context",
    "SSECustomerAlgorithm": "x-amz-server-side-encryption-customer-algorithm",
    "SSECustomerKeyMD5": "x-amz-server-side-encryption-customer-key-MD5",
}


@operation(POST_OBJECT)
def post_object(ctx: Context, members: Members) -> Members:
    """Who asks is known from the form, so identity and access are decided here."""
    form = _read(ctx)
    bucket = ctx.store.bucket(members["Bucket"]).name
    fields = forms.expand(form.fields, form.file_name)
    key = fields.get("key")
    if not key:
        raise missing_field("key")
    if climbs(key):
        raise S3Error("InvalidURI", URI=key)  # what no path can name is not made by a form either
    if form.file is None:
        # rowanwins/vue-dropzone#303 and boto/boto3#934 show S3's own words for it
        raise S3Error(
            "InvalidArgument",
            "POST requires exactly one file upload per request.",
            ArgumentName="file",
            ArgumentValue="0",
        )
    admission = ctx.admit(bucket, fields)
    ctx.account, ctx.access_key = admission.account, admission.access_key
    if ctx.account is not None:
        ctx.request.trace["requester"] = ctx.account.canonical_id
    file: BodyReader = form.file
    if admission.sizes is not None:
        file = forms.Measured(file, *admission.sizes)
    _describe(ctx, members, fields, key, file)
    ctx.authorize("PutObject", bucket, key, None)
    with caused_by(Cause(POST_OBJECT, ctx.request, ctx.account, ctx.clock)):  # known only now
        written = put_object(ctx, members)
    return _answer(ctx, fields, bucket, key, written)


def _read(ctx: Context) -> Form:
    """Raises S3Error PreconditionFailed for what is not a form, MissingContentLength."""
    request = ctx.request
    boundary = boundary_of(request.headers.get("content-type", ""))
    if boundary is None:
        raise S3Error(
            "PreconditionFailed",
            Condition="Bucket POST must be of the enclosure-type multipart/form-data",
        )
    if not boundary:
        raise S3Error("MalformedPOSTRequest")
    if request.body.length is None or "content-length" not in request.headers:
        raise S3Error("MissingContentLength")
    return read_form(request.body, boundary)


def _describe(
    ctx: Context, members: Members, fields: dict[str, str], key: str, file: BodyReader
) -> None:
    """The request and its members become those of a PutObject with the same content."""
    request = ctx.request
    request.headers = forms.headers_of(fields, request.headers)
    request.encoding = "latin-1"
    if "tagging" in fields:
        request.headers["x-amz-tagging"] = forms.tagging_header(fields["tagging"])
    request.key, request.body = key, file
    members.update(ctx.parse(request, "PutObject"))


def _answer(
    ctx: Context, fields: dict[str, str], bucket: str, key: str, written: Members
) -> Members:
    request, etag = ctx.request, written["ETag"]
    scheme = "https" if request.secure else "http"
    folder = request.target.partition("?")[0].rstrip("/")
    # boto/boto3#2851 and jamhall/s3rver#504 show the Location of keys; a slash is %2F
    location = f"{scheme}://{request.host}{folder}/{quote(key, safe='')}"
    headers = ctx.response_headers
    headers.update({name: written[m] for m, name in _ANSWERED.items() if m in written})
    if written.get("BucketKeyEnabled"):
        headers["x-amz-server-side-encryption-bucket-key-enabled"] = "true"
    for member in (f"Checksum{name}" for name in ALGORITHMS):
        if member in written:
            headers[f"x-amz-checksum-{member.removeprefix('Checksum').lower()}"] = written[member]
            headers["x-amz-checksum-type"] = written["ChecksumType"]
    headers["ETag"] = etag
    target = forms.redirect(fields, bucket, key, etag)
    headers["Location"] = target or location
    if target is not None:
        ctx.status = 303
        return {}
    ctx.status = _STATUSES.get(fields.get("success_action_status", ""), 204)
    if ctx.status != 201:
        return {}
    headers["Content-Type"] = XML
    return {"Body": forms.post_response(location, bucket, key, etag)}
