"""What the authentication insists on: all of it, unless a deviation lets something slip."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Strictness:
    """Each flag is one thing that is verified; False lets it pass unverified."""

    signature: bool = True  # the request's own signature
    access_key: bool = True  # an unknown access key is refused (else: it is the first account)
    session_token: bool = True  # a token is its access key's own (a permanent key has none)
    session_expiry: bool = True  # temporary credentials end
    clock_skew: bool = True  # 15 minutes, for signed headers
    expiry: bool = True  # presigned requests end
    not_before: bool = True  # presigned requests begin
    expiry_limit: bool = True  # seven days at most
    region: bool = True  # of the credential scope
    signed_headers: bool = True  # every x-amz-* header that came has to be signed
    payload_hash: bool = True  # x-amz-content-sha256 against the body
    payload_hash_required: bool = True  # x-amz-content-sha256 has to be there
    chunk_signatures: bool = True
    trailer_signature: bool = True
    trailers: bool = True  # those that x-amz-trailer announces come, and no others
    length_required: bool = True  # an upload says how long it is
    decoded_length: bool = True  # x-amz-decoded-content-length against the body
    chunk_sizes: bool = True  # 8192 bytes at least, except the last chunk
    one_mechanism: bool = True  # an Authorization header beside presigned parameters is refused
    form_fields: bool = True  # every field of a form's signature has to be there
    form_signature: bool = True  # over a form's policy
    form_expiry: bool = True  # a form's policy ends
    form_conditions: bool = True  # of a form's policy
    form_bucket: bool = True  # a form's policy has a condition on the bucket
    form_dates: bool = True  # a form's policy ends at a time as S3 writes it
    form_sizes: bool = True  # content-length-range of a form's policy
    document_digests: bool = True  # Content-MD5 or a checksum of a request's XML
    mechanism: bool = True  # Signature Version 2 is refused in the regions that do not know it
