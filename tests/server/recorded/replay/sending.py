"""One scenario, sent to a server of its own."""

from __future__ import annotations

import hashlib
import http.client
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from server_ref.auth.credentials import make_account
from server_ref.identity import Credential
from server_ref.rules.names import REGIONS
from server_ref.server import S3Server
from tests.server.recorded.replay.bodies import body_of, digests
from tests.server.recorded.replay.comparing import Answer, Comparison
from tests.server.recorded.replay.names import operation_of
from tests.server.recorded.replay.placing import Places
from tests.server.recorded.replay.scenarios import Scenario, Sent, Step
from tests.server.recorded.replay.signing import Signer

OWNER = Credential("AKIAOWNEROWNEROWNERA", "owner" * 8, make_account("111122223333"))
HOME, ELSEWHERE = "us-east-1", "us-west-2"
_WEBSITE = "StaticWebsite"
_LOCATION = re.compile("<LocationConstraint>([^<]+)")
_WRITTEN_DOWN = 26  # the day of November; tests send the day before and the day after, too
_DATE = re.compile(r"2026-11-2[5-7]T2[0-9]:\d\d:\d\d|2[5-7] Nov 2026 2[0-9]:\d\d:\d\d")


@dataclass(frozen=True)
class Difference:
    """What one step's answers do not have in common."""

    scenario: str
    step: str
    request: str
    lines: tuple[str, ...]


def replay(scenario: Scenario) -> list[Difference]:
    """The differences of the reading of ids and dates that leaves fewest."""
    best: list[Difference] | None = None
    for moment in _moments(scenario):
        for newest in (False, True):
            found = _Run(scenario, newest=newest, moment=moment).differences()
            if best is None or len(found) < len(best):
                best = found
            if not best:
                return best
    return best or []


def _moments(scenario: Scenario) -> list[datetime | None]:
    """When the scenario may have begun: the dates in its requests tell, nothing else does."""
    text = "".join(f"{sent.headers}{sent.body}" for sent in scenario.requests)
    found = sorted({_moment(one) for one in _DATE.findall(text)})
    if not found:
        return [None]
    steps = (0, -1, -3, 60, -60, 3600, -3600, -10, -5, -20, -600)
    return [None, *(one + timedelta(seconds=by) for one in found[:4] for by in steps)]


def _moment(text: str) -> datetime:
    form = "%Y-%m-%dT%H:%M:%S" if text[0] == "2" and text[4] == "-" else "%d %b %Y %H:%M:%S"
    return datetime.strptime(text, form).replace(day=_WRITTEN_DOWN, tzinfo=UTC)


def _once(requests: tuple[Sent, ...]) -> list[Sent]:
    """Without the repetitions of what was refused for its region: the first keeps that mark."""
    found: list[Sent] = []
    for sent in requests:
        before = found[-1] if found else None
        again = before is not None and before.refused and before.headers == sent.headers
        if (
            again
            and before is not None
            and (before.target, before.body) == (sent.target, sent.body)
        ):
            continue
        found.append(sent)
    return found


class _Run:
    def __init__(self, scenario: Scenario, *, newest: bool, moment: datetime | None) -> None:
        self._scenario = scenario
        self._places = Places(newest=newest)
        self._comparison = Comparison()
        self._regions: dict[str, str] = {}
        self._made: list[str] = []
        self._moved = moment is not None
        self._swapped: dict[str, str] = {}  # MD5s of bodies that are only described, and of ours
        begin = datetime.now(UTC)
        ahead = (moment - begin) if moment is not None else timedelta()
        self._server = S3Server(
            accounts=(OWNER,),
            durability="relaxed",
            region=[HOME, *sorted(REGIONS - {HOME})],
            clock=lambda: datetime.now(UTC) + ahead,
        )
        self._signer = Signer(OWNER.access_key, OWNER.secret_key)

    def differences(self) -> list[Difference]:
        found = []
        answer: Answer | None = None
        with self._server:
            for step in self._scenario.steps:
                if "expiration" in step.name and "after" in step.name:
                    self._server.move_clock(timedelta(minutes=1))  # a test waited here
                for sent in _once(step.requests):
                    last = sent.target == step.requests[-1].target
                    answer = self._send(sent, step.answer if last else None)
                if step.answer is None or answer is None:
                    continue
                if isinstance(step.answer, dict) and set(step.answer) in _GATHERED:
                    self._places.order(step.answer, self._comparison.seen)
                lines = self._comparison.differences(step.answer, answer)
                if lines:
                    found.append(self._difference(step, lines))
        return found

    def _difference(self, step: Step, lines: list[str]) -> Difference:
        last = step.requests[-1] if step.requests else None
        request = f"{last.method} {last.target}" if last else "(the request before)"
        return Difference(self._scenario.name, step.name, request, tuple(lines))

    def _send(self, sent: Sent, recorded: Any) -> Answer:
        path, mark, query = sent.target.partition("?")
        host, bucket, key = self._where(sent, path, recorded)
        place = f"{bucket}/{key}" if key else bucket
        length = int(
            next(
                (
                    v
                    for n, v in sent.headers.items()
                    if n.lower() == "content-length" and v.isdigit()
                ),
                -1,
            )
        )
        decoded_length = sent.headers.get("X-Amz-Decoded-Content-Length", "")
        if length < 0 and decoded_length.isdigit():
            length = int(decoded_length)
        body, sure = body_of(sent.body, length)
        headers = {name: _text(value) for name, value in sent.headers.items()}
        if not sure:
            self._comparison.sure = False
            self._swapped[sent.body.get("md5", "")] = hashlib.md5(body).hexdigest()
            made = digests(body)
            headers = {n: made.get(n.lower(), v) for n, v in headers.items()}
        for theirs, ours in self._swapped.items():
            if theirs:
                headers = {name: value.replace(theirs, ours) for name, value in headers.items()}
        signed = headers.pop("Authorization", "")
        for named, left_out in _LEFT_OUT.items():
            if named in self._scenario.name:
                headers.update(left_out)
        for name in [name for name in headers if name.lower() == "expect"]:
            del headers[name]  # it changes when a body is sent, not what is answered
        if "stream" in (sent.body if isinstance(sent.body, dict) else ()):
            headers = {n: v for n, v in headers.items() if n.lower() not in _FRAMING}
            headers["Content-Length"] = str(len(body))
            headers["x-amz-checksum-crc32"] = digests(body)["x-amz-checksum-crc32"]
        self._places.hint(recorded, self._comparison.seen)
        target = self._places.target(place, sent.target)
        path, mark, query = target.partition("?")
        if "x-amz-copy-source" in headers:
            headers["x-amz-copy-source"] = self._places.source(headers["x-amz-copy-source"])
        if b"<VersionId>" in body:
            body = self._renewed(headers, body, self._places.body(bucket, body.decode()).encode())
        if b"<CompleteMultipartUpload" in body and "sse_c" in self._scenario.name:
            body = self._renewed(headers, body, self._places.parts(body.decode()).encode())
        code = _code(recorded)
        expired = "expired" in str(recorded).lower()
        if "multipart/form-data" in headers.get("Content-Type", "") and not signed:
            text = self._signer.form(
                body.decode("utf-8", "surrogateescape"),
                expired=expired,
                valid=code != "SignatureDoesNotMatch",
            )
            body = text.encode("utf-8", "surrogateescape")
            headers["Content-Length"] = str(len(body))
        constraint = _LOCATION.search(body.decode("utf-8", "replace"))
        region = self._regions.get(bucket, HOME)
        if place == bucket and sent.method == "PUT" and not query:
            region = self._chosen(sent, constraint and constraint[1], recorded)
        if code == "AuthorizationHeaderMalformed":
            found = re.search("the region '([a-z0-9-]+)' is wrong", str(recorded))
            region = found[1] if found else region
        if "Signature=..." in query and "X-Amz-" in query:
            method = (
                sent.method
                if "X-Amz-Expires" not in query.partition("X-Amz-SignedHeaders")[0]
                else "POST"
            )
            query = self._signer.query(
                method,
                path,
                query,
                {**self._first_headers(sent), "Host": host},
                region,
                expired=expired,
                twice="X-Amz-Credential" in str(recorded),
            )
        elif "Signature=..." in query:
            resource = path if bucket and path.startswith(f"/{bucket}") else f"/{bucket}{path}"
            query = self._signer.query_version_2(sent.method, resource, query, expired=expired)
        answer = self._exchange(sent, path, mark + query, host, headers, body, signed, region)
        if signed and code != "AuthorizationHeaderMalformed" and answer.status in (400, 301):
            other = answer.headers.get("x-amz-bucket-region")
            if other and other != region:
                answer = self._exchange(
                    sent, path, mark + query, host, headers, body, signed, other
                )
        if sent.method == "PUT" and not key and not query and answer.status == 200 and bucket:
            self._made.append(bucket)
            if constraint is not None:
                self._regions[bucket] = "eu-west-1" if constraint[1] == "EU" else constraint[1]
        text = answer.body.decode("utf-8", "replace")
        number = re.search(r"[?&]partNumber=(\d+)", target)
        if number and answer.status == 200:
            self._places.part(number[1], answer.headers.get("ETag", ""))
        if sent.method == "HEAD" and self._moved:
            self._server.move_clock(timedelta(seconds=4))  # a test may have waited here
        self._places.learn(place, {n.lower(): v for n, v in answer.headers.items()}, text)
        operation = operation_of(sent.method, key, bucket, query, headers)
        return Answer(answer.status, answer.headers, answer.body, operation)

    def _where(self, sent: Sent, path: str, recorded: Any) -> tuple[str, str, str]:
        """Host, bucket and key; a host that was not kept is the one that makes sense."""
        bucket, _, key = path[1:].partition("/")
        own = self._server.url.partition("//")[2]
        if sent.host:
            if sent.host.endswith(".s3.amazonaws.com"):
                return sent.host, sent.host.removesuffix(".s3.amazonaws.com"), path[1:]
            return sent.host, bucket, key
        unsigned = "Authorization" not in sent.headers
        made = self._made[-1] if self._made else ""
        if any(said in str(recorded) for said in ("NoSuchBucket", "Bucket not found")):
            made += "-of-nobody"
        if unsigned and _WEBSITE in self._scenario.name and sent.method != "OPTIONS":
            return f"{made}.s3-website-{HOME}.amazonaws.com", made, path[1:]
        if unsigned and made and bucket not in self._made:
            return f"{made}.s3.amazonaws.com", made, path[1:]
        return own, bucket, key

    def _chosen(self, sent: Sent, constraint: str | None, recorded: Any) -> str:
        """The region of the client that makes a bucket, which only the answers tell."""
        named = re.search(r"\[([a-z]{2}-[a-z]+-\d)", self._scenario.name)
        if named is not None:
            return named[1]
        if constraint not in REGIONS:
            return ELSEWHERE if "IllegalLocation" in str(recorded) else HOME
        if "IllegalLocation" in str(recorded):
            return next(one for one in (ELSEWHERE, "us-west-1") if one != constraint)
        return constraint if sent.refused else HOME

    def _first_headers(self, sent: Sent) -> dict[str, str]:
        """What was signed: the headers of the first request with this target that has any."""
        found: dict[str, str] = {}
        for one in self._scenario.requests:
            if one.target == sent.target:
                found = {**one.headers, **found}
        return found

    def _renewed(self, headers: dict[str, str], old: bytes, new: bytes) -> bytes:
        before, after = digests(old), digests(new)
        for name, value in headers.items():
            if before.get(name.lower()) == value:
                headers[name] = after[name.lower()]
        for name in headers:
            if name.lower() == "content-length":
                headers[name] = str(len(new))
        return new

    def _exchange(
        self,
        sent: Sent,
        path: str,
        query: str,
        host: str,
        headers: dict[str, str],
        body: bytes,
        signed: str,
        region: str,
    ) -> Answer:
        everything = {"Host": host, **headers}
        if signed:
            everything = self._signer.header(
                sent.method, f"http://{host}{path}{query}", everything, body, region
            )
        address = self._server.url.partition("//")[2]
        connection = http.client.HTTPConnection(address, timeout=60)
        try:
            connection.putrequest(
                sent.method, path + query, skip_host=True, skip_accept_encoding=True
            )
            for name, value in everything.items():
                connection.putheader(name, value.encode("utf-8", "surrogateescape"))
            connection.endheaders(body or None)
            got = connection.getresponse()
            return Answer(got.status, dict(got.getheaders()), got.read(), "")
        finally:
            connection.close()


# Headers that were sent and are not in the requests, for dates are left out; the answers name them
_LEFT_OUT = {"md5_and_chunk_signature_bad_headers": {"X-Amz-Date": "20260221T000000Z"}}
# Steps that name ids of several answers, in the order they were given
_GATHERED = ({"UploadIds"}, {"Versions"})
_FRAMING = frozenset(
    (
        "transfer-encoding",
        "x-amz-trailer",
        "x-amz-decoded-content-length",
        "content-encoding",
        "x-amz-sdk-checksum-algorithm",
    )
)


def _text(value: str) -> str:
    """A value whose bytes were written down one by one, as the text they are in UTF-8."""
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value


def _code(recorded: Any) -> str:
    error = recorded.get("Error") if isinstance(recorded, dict) else None
    return str(error.get("Code", "")) if isinstance(error, dict) else ""
