"""Signatures for requests whose own were left out of the recording.

https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import time
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote

import botocore.auth
import botocore.awsrequest
import botocore.credentials

_EXPIRED = 3600  # seconds ago
_SUBRESOURCES = botocore.auth.HmacV1Auth.QSAOfInterest


@dataclass(frozen=True)
class Signer:
    """Signs for one access key."""

    access_key: str
    secret_key: str

    def header(
        self, method: str, url: str, headers: dict[str, str], body: bytes, region: str
    ) -> dict[str, str]:
        """All headers, with those of Signature Version 4."""
        request = botocore.awsrequest.AWSRequest(method, url, data=body)
        for name, value in headers.items():
            request.headers[name] = value
        credentials = botocore.credentials.Credentials(self.access_key, self.secret_key)
        botocore.auth.S3SigV4Auth(credentials, "s3", region).add_auth(request)
        return dict(request.headers.items())

    def query(
        self,
        method: str,
        path: str,
        query: str,
        signed: dict[str, str],
        region: str,
        *,
        expired: bool,
        twice: bool,
    ) -> str:
        """The query of a URL presigned with Signature Version 4; ``signed`` are all headers.

        ``twice`` encodes the credential twice.
        """
        now = time.time() - (_EXPIRED if expired else 0)
        moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now))
        scope = f"{moment[:8]}/{region}/s3/aws4_request"
        credential = quote(f"{self.access_key}/{scope}", safe="")
        if twice:
            credential = quote(credential, safe="")
        query = query.replace("X-Amz-Date=...", f"X-Amz-Date={moment}")
        query = query.replace("X-Amz-Credential=...", f"X-Amz-Credential={credential}")
        own = query[query.index("X-Amz-") :] if query.startswith("x-amz-") else query
        # what stands before the signature's parameters, and is S3's own, was put there afterwards
        pairs = [p.partition("=") for p in own.split("&") if not p.startswith("X-Amz-Signature")]
        names = next((unquote(v) for n, _, v in pairs if n == "X-Amz-SignedHeaders"), "host")
        lowered = {name.lower(): value for name, value in signed.items()}
        canonical = "\n".join(
            [
                method,
                path,
                "&".join(sorted(f"{name}={value}" for name, _, value in pairs)),
                *(f"{name}:{lowered.get(name, '').strip()}" for name in names.split(";")),
                "",
                names,
                "UNSIGNED-PAYLOAD",
            ]
        )
        key = f"AWS4{self.secret_key}".encode()
        for part in scope.split("/"):
            key = hmac.digest(key, part.encode(), "sha256")
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        text = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{digest}"
        signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
        return query.replace("X-Amz-Signature=...", f"X-Amz-Signature={signature}")

    def query_version_2(self, method: str, resource: str, query: str, *, expired: bool) -> str:
        """The query of a URL presigned with Signature Version 2; ``resource`` is /bucket/key."""
        expires = str(int(time.time()) + (-_EXPIRED if expired else 900))
        query = re.sub(r"(?<=[?&])Expires=\d+|^Expires=\d+", f"Expires={expires}", query)
        query = query.replace("AWSAccessKeyId=...", f"AWSAccessKeyId={self.access_key}")
        pairs = dict(parse_qsl(query, keep_blank_values=True))
        own = {n.lower(): v for n, v in pairs.items() if n.lower().startswith("x-amz-")}
        asked = sorted((n, v) for n, v in pairs.items() if n in _SUBRESOURCES)
        mark = "?" + "&".join(f"{n}={v}" if v else n for n, v in asked) if asked else ""
        text = "\n".join(
            [
                method,
                pairs.get("content-md5", ""),
                pairs.get("content-type", ""),
                expires,
                *(f"{name}:{own[name]}" for name in sorted(own)),
                resource + mark,
            ]
        )
        signature = self._mac(text)
        return query.replace("Signature=...", f"Signature={quote(signature, safe='')}")

    def form(self, fields: str, *, expired: bool, valid: bool) -> str:
        """A form with its policy and signature made again; what it lacks it still lacks."""
        policy = _field(fields, "policy")
        day = time.strftime("%Y%m%d", time.gmtime())
        credential = _field(fields, "x-amz-credential")
        if credential:
            old = credential.split("/")
            new = credential.replace("ACCESSKEY", self.access_key)
            if len(old) == 5 and re.fullmatch(r"\d{8}", old[1]):
                new = new.replace(old[1], day)
            fields = fields.replace(credential, new)
        if (moment := _field(fields, "x-amz-date")) and re.fullmatch(r"\d{8}T\d{6}Z", moment):
            fields = _set_field(fields, "x-amz-date", f"{day}T000000Z")
        if not policy:
            return fields.replace("ACCESSKEY", self.access_key)
        try:
            text = base64.b64decode(policy, validate=True).decode()
        except ValueError:
            text = ""
        if text:
            when = time.gmtime(time.time() + (-_EXPIRED if expired else 900))
            text = re.sub(
                r'("expiration": ")\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"',
                lambda m: f'{m[1]}{time.strftime("%Y-%m-%dT%H:%M:%SZ", when)}"',
                text,
            )
            if credential:
                text = re.sub(rf"[A-Z0-9]+/{old[1]}/", f"{self.access_key}/{day}/", text)
            if moment:
                text = text.replace(moment, f"{day}T000000Z")
            fields = fields.replace(policy, base64.b64encode(text.encode()).decode())
        policy = _field(fields, "policy")
        fields = fields.replace("ACCESSKEY", self.access_key)
        if not valid:
            return fields
        fields = _set_field(fields, "signature", self._mac(policy))
        if credential and len(old) == 5:
            key = f"AWS4{self.secret_key}".encode()
            for part in (day, *old[2:]):
                key = hmac.digest(key, part.encode(), "sha256")
            made = hmac.new(key, policy.encode(), hashlib.sha256).hexdigest()
            fields = _set_field(fields, "x-amz-signature", made)
        return fields

    def _mac(self, text: str) -> str:
        return base64.b64encode(
            hmac.digest(self.secret_key.encode(), text.encode(), "sha1")
        ).decode()


def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(rf'(name="{re.escape(name)}"\r\n(?:[^\r\n]+\r\n)*\r\n)(.*?)(?=\r\n--)', re.S)


def _field(form: str, name: str) -> str:
    found = _pattern(name).search(form)
    return found[2] if found else ""


def _set_field(form: str, name: str, value: str) -> str:
    return _pattern(name).sub(lambda m: m[1] + value, form, count=1)
