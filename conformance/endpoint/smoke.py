"""The look at an endpoint before the run: tells its troubles apart, one clear sentence each.

Each sentence ends with what to do. Nothing is created; it is one or two requests with no client
between, so that what is wrong is the endpoint, the network or the options and not a client.
"""

from __future__ import annotations

import contextlib
import email.utils
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import defusedxml.ElementTree
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotocoreCredentials

from conformance.endpoint.endpoint import Endpoint

TIMEOUT = 10.0  # seconds, for connecting and for each read
LONGEST_LOOK = 30.0  # seconds for one whole answer
LARGEST_SKEW = 15 * 60  # seconds; S3 refuses a request that is further off
READ_AT_MOST = 256 * 1024  # bytes of an answer
OTHER_PATHS = ("/s3",)  # where some servers have S3 beside something else


class SmokeError(Exception):
    """The endpoint cannot be tried; the message says why and what to do."""


@dataclass(frozen=True)
class Answered:
    """What came back for one request."""

    status: int
    headers: Mapping[str, str]  # lower-case names
    body: bytes
    skew: float | None  # seconds the endpoint's Date is ahead of this host's clock

    @property
    def root(self) -> str | None:
        """The name of the XML root element without namespace, None where it is not XML."""
        return next(_names(self.body), None)

    def element(self, name: str) -> str | None:
        """The text of the first element of this name in an XML body."""
        try:
            tree = defusedxml.ElementTree.fromstring(self.body)
        except Exception:  # noqa: BLE001 - whatever is wrong with it: it is not XML to believe
            return None
        for found in tree.iter():
            if found.tag.rpartition("}")[2] == name:
                return (found.text or "").strip()
        return None

    @property
    def speaks_s3(self) -> bool:
        """Whether this is an answer only S3 gives: a list of buckets or an S3 error."""
        if self.root == "Error":
            return bool(self.element("Code"))
        if self.root == "ListAllMyBucketsResult":
            return True
        # AIStore 3.x calls its root otherwise; a listing of objects has no Buckets
        return self.root == "ListBucketResult" and self.element("Buckets") is not None


def smoke_test(endpoint: Endpoint) -> list[str]:
    """Look at the endpoint; notes for the user, empty when there is nothing to say.

    Raises SmokeError where a run would show nothing about S3.
    """
    _check_port(endpoint)
    answered = _ask(endpoint, endpoint.base_path + "/")
    if answered.status in (301, 302, 307, 308) or answered.element("Region"):
        _moved(endpoint, answered)
    if not answered.speaks_s3:
        _not_s3(endpoint, answered)
    code = answered.element("Code") or ""
    _refused(endpoint, answered, code)
    notes = []
    if answered.skew is not None and abs(answered.skew) > LARGEST_SKEW:
        notes.append(
            f"the endpoint's clock is {_minutes(answered.skew)} this host's; it accepts requests "
            "all the same, but presigned URLs may expire early or late"
        )
    if code == "AccessDenied":
        notes.append("these credentials may not list buckets; checks that need it will be blocked")
    return [*notes, *_second_account(endpoint)]


def _second_account(endpoint: Endpoint) -> list[str]:
    """The same look as the second account, where there is one; what it may not do is a note."""
    if endpoint.other_credentials is None:
        return []
    answered = _ask(endpoint.seen_by("other"), endpoint.base_path + "/")
    code = answered.element("Code") or ""
    if code == "AccessDenied":
        return [
            "the second account may not list buckets, so its canonical id is not known; checks "
            "between accounts will be blocked"
        ]
    try:
        _refused(endpoint, answered, code)
    except SmokeError as problem:
        raise SmokeError(f"the second account (--other-credentials): {problem}") from problem
    return []


def _check_port(endpoint: Endpoint) -> None:
    """Resolve and connect; raises SmokeError saying which of the two did not work."""
    parts = urlsplit(endpoint.url)
    host = parts.hostname or ""
    port = parts.port or (443 if endpoint.secure else 80)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as problem:
        raise SmokeError(
            f"the host name {host} cannot be resolved ({problem}); check the URL's spelling and "
            "this host's DNS"
        ) from problem
    try:
        socket.create_connection((host, port), TIMEOUT).close()
    except ConnectionRefusedError as problem:
        raise SmokeError(
            f"{host} port {port} refuses connections; is the server running, and is this its port?"
        ) from problem
    except TimeoutError as problem:
        raise SmokeError(
            f"{host} port {port} ({found[0][4][0]}) does not answer within {TIMEOUT:.0f} s; check "
            "the address, firewalls and proxies between here and there"
        ) from problem
    except OSError as problem:
        raise SmokeError(
            f"{host} port {port} cannot be reached: {problem.strerror or problem}; check the "
            "address and the network"
        ) from problem


def _ask(endpoint: Endpoint, path: str) -> Answered:
    """One signed GET. Raises SmokeError for TLS trouble and answers that are not HTTP."""
    parts = urlsplit(endpoint.url)
    host = parts.hostname or ""
    connection: http.client.HTTPConnection
    if endpoint.secure:
        connection = http.client.HTTPSConnection(
            host, parts.port, timeout=TIMEOUT, context=_tls(endpoint)
        )
    else:
        connection = http.client.HTTPConnection(host, parts.port, timeout=TIMEOUT)
    spoken = False  # whether the connection, TLS included, stood
    began = time.monotonic()
    timer = threading.Timer(LONGEST_LOOK, _end, [connection])
    timer.daemon = True
    try:
        timer.start()
        connection.connect()
        spoken = True
        connection.request("GET", path, headers=_signed(endpoint, path))
        response = connection.getresponse()
        body = response.read(READ_AT_MOST)
    except ssl.SSLCertVerificationError as problem:
        raise SmokeError(
            f"the TLS certificate of {host} cannot be verified ({problem.verify_message}); give "
            "its authority with --ca-bundle FILE, or --insecure to do without"
        ) from problem
    except ssl.SSLError as problem:
        hint = "does it speak plain HTTP? then the URL starts with http://"
        raise SmokeError(f"no TLS with {endpoint.host}: {problem.reason or problem}; {hint}") from (
            problem
        )
    except TimeoutError as problem:
        if endpoint.secure and not spoken:
            raise SmokeError(
                f"no TLS with {endpoint.host}: no answer to the handshake within {TIMEOUT:.0f} s; "
                "does it speak plain HTTP? then the URL starts with http://"
            ) from problem
        raise SmokeError(
            f"{endpoint.url} accepts the connection and then answers nothing for {TIMEOUT:.0f} s; "
            "is it overloaded, or does the port speak something else?"
        ) from problem
    except (http.client.HTTPException, OSError) as problem:
        if time.monotonic() - began >= LONGEST_LOOK:
            raise SmokeError(
                f"{endpoint.url} does not come to the end of an answer in {LONGEST_LOOK:.0f} s; is "
                "it overloaded?"
            ) from problem
        hint = "" if endpoint.secure else "; does it speak TLS? then the URL starts with https://"
        raise SmokeError(
            f"{endpoint.url} does not answer HTTP ({type(problem).__name__}){hint}"
        ) from problem
    finally:
        timer.cancel()
        connection.close()
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Answered(response.status, headers, body, _skew(headers.get("date")))


def _end(connection: http.client.HTTPConnection) -> None:
    """End a connection that another thread waits at, however much trickles in there."""
    if connection.sock is not None:
        with contextlib.suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)


def _tls(endpoint: Endpoint) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=endpoint.ca_bundle)
    if endpoint.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _signed(endpoint: Endpoint, path: str) -> dict[str, str]:
    """Headers of a GET without a body, signed by botocore where there are credentials."""
    parts = urlsplit(endpoint.url)
    request = AWSRequest("GET", f"{parts.scheme}://{parts.netloc}{path}")
    request.headers["Host"] = parts.netloc
    keys = endpoint.credentials
    if keys is not None:
        signer = S3SigV4Auth(
            BotocoreCredentials(keys.access_key, keys.secret_key, keys.session_token),
            "s3",
            endpoint.region,
        )
        signer.add_auth(request)
    return dict(request.headers.items())


def _moved(endpoint: Endpoint, answered: Answered) -> None:
    """An answer that names another region or address."""
    region = answered.headers.get("x-amz-bucket-region") or answered.element("Region")
    if region and region != endpoint.region:
        raise SmokeError(
            f"{endpoint.url} is in the region {region}, requests were signed for "
            f"{endpoint.region}; give --region {region}"
        )
    place = answered.headers.get("location") or answered.element("Endpoint")
    if place and answered.status in (302, 307) and endpoint.credentials is None:
        raise SmokeError(
            f"{endpoint.url} redirects unsigned requests to {place[:200]!r}. If that is a web "
            "page, as at Amazon, give credentials instead of --anonymous; if it is S3, give "
            "its address as the endpoint"
        )
    if place and answered.status in (301, 302, 307, 308):
        raise SmokeError(
            f"{endpoint.url} redirects to {place[:200]!r}; give that address as the endpoint, or "
            "its --region"
        )


def _not_s3(endpoint: Endpoint, answered: Answered) -> None:
    """An answer that is not S3's: say what it looks like, and where S3 may be."""
    if answered.status == 400 and not endpoint.secure and b"HTTPS" in answered.body.upper():
        raise SmokeError(f"{endpoint.url} speaks TLS; the URL starts with https://")
    if answered.status >= 500:
        raise SmokeError(
            f"{endpoint.url} answers {answered.status} and nothing of S3; is it still starting, or "
            "is this a proxy whose server is down?"
        )
    kind = answered.headers.get("content-type", "").partition(";")[0] or "no content type"
    elsewhere = _elsewhere(endpoint)
    if elsewhere is not None:
        raise SmokeError(
            f"{endpoint.url} is not S3 (it answers {answered.status} {kind}), but "
            f"{elsewhere} is; give that URL"
        )
    raise SmokeError(
        f"{endpoint.url} is not S3: it answers ListBuckets with {answered.status} {kind} instead "
        "of a list of buckets; is the port right, and is S3 below a path there (http://host:port/path)?"
    )


def _elsewhere(endpoint: Endpoint) -> str | None:
    """The URL of S3 under another usual path of the same server, if it is there."""
    parts = urlsplit(endpoint.url)
    root = f"{parts.scheme}://{parts.netloc}"
    for path in ("", *OTHER_PATHS):
        if path == endpoint.base_path:
            continue
        try:
            if _ask(endpoint, f"{path}/").speaks_s3:
                return root + path
        except SmokeError:
            continue
    return None


def _refused(endpoint: Endpoint, answered: Answered, code: str) -> None:
    """S3's own refusals of who we are, and when."""
    called = _called(endpoint)
    skewed = answered.skew is not None and abs(answered.skew) > LARGEST_SKEW
    if code == "RequestTimeTooSkewed" or (answered.status == 403 and skewed):
        by = f" ({_minutes(answered.skew)} this host's)" if answered.skew is not None else ""
        raise SmokeError(
            f"the clocks of {called} and of this host are too far apart{by}; correct them: S3 "
            "refuses requests that are more than 15 minutes off"
        )
    match code:
        case "InvalidAccessKeyId":
            raise SmokeError(
                f"{called} does not know this access key (InvalidAccessKeyId); "
                f"{_check_them(endpoint)}"
            )
        case "SignatureDoesNotMatch":
            raise SmokeError(
                f"{called} says that the secret key does not belong to this access key "
                f"(SignatureDoesNotMatch); {_check_them(endpoint)}. The region may be wrong, too: "
                f"the request was signed for {endpoint.region}"
            )
        case "InvalidToken" | "ExpiredToken" | "TokenRefreshRequired":
            raise SmokeError(
                f"{called} does not accept the session token ({code}); get fresh temporary "
                "credentials"
            )
    if code == "NoSuchBucket" and endpoint.base_path:
        raise SmokeError(
            f"{endpoint.url}: the server takes the path {endpoint.base_path} for the name of a "
            "bucket; give the URL without it"
        )
    if answered.status == 403 and code == "AccessDenied" and endpoint.credentials is None:
        raise SmokeError(
            f"{called} refuses anonymous requests (AccessDenied); give credentials instead of "
            "--anonymous"
        )
    if answered.status == 403 and code != "AccessDenied":
        raise SmokeError(
            f"{called} refuses these credentials ({code or '403'}); {_check_them(endpoint)}"
        )
    if answered.status == 403 and not _may_look(endpoint):
        raise SmokeError(
            f"these credentials have no permissions at {called}: it answers AccessDenied to "
            "ListBuckets and to HeadBucket of a bucket of the run; give credentials that may "
            "create buckets"
        )
    if answered.status >= 500 and answered.status != 501:
        raise SmokeError(
            f"{endpoint.url} is an S3 server, but fails: it answers ListBuckets with "
            f"{answered.status} {code}; look at the server's log, then run again"
        )


def _called(endpoint: Endpoint) -> str:
    """Its URL, and its label where it has one: which of several endpoints it is."""
    return f"{endpoint.label} ({endpoint.url})" if endpoint.label else endpoint.url


def _check_them(endpoint: Endpoint) -> str:
    """What to do about credentials that do not fit: where they were taken from."""
    source = endpoint.sources.get(endpoint.who)
    return f"check the credentials: they come from {source}" if source else "check the credentials"


def _may_look(endpoint: Endpoint) -> bool:
    """Whether a bucket that is not there is seen to be not there."""
    name = f"s3compat-smoke-{int(time.time())}"
    answered = _ask(endpoint, f"{endpoint.base_path}/{name}/")
    return answered.status != 403


def _skew(date: str | None) -> float | None:
    """Seconds the Date header is ahead of this host's clock; None without a readable one."""
    if not date:
        return None
    try:
        return email.utils.parsedate_to_datetime(date).timestamp() - time.time()
    except (TypeError, ValueError):
        return None


def _minutes(skew: float | None) -> str:
    skew = skew or 0.0
    return f"{abs(skew) / 60:.0f} minutes {'ahead of' if skew > 0 else 'behind'}"


def _names(body: bytes) -> Iterator[str]:
    try:
        tree = defusedxml.ElementTree.fromstring(body)
    except Exception:  # noqa: BLE001 - whatever is wrong with it: it is not XML to believe
        return
    for element in tree.iter():
        yield element.tag.rpartition("}")[2]
