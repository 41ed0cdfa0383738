"""A certificate authority of this process's own, so that a recording proxy can be spoken to by TLS.

Its key stays in memory, its certificates are good for a day, and only who is given its file
trusts it. The proxy itself verifies the endpoint as the run says.
"""

from __future__ import annotations

import datetime
import functools
import ipaddress
import ssl
import tempfile
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_LIFE = datetime.timedelta(days=1)


class Authority:
    """Makes a server's certificate for any host name, on demand."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "s3compat recorder")])
        self._own = (
            _begun(self._name, self._name, self._key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(self._key, hashes.SHA256())
        )

    @property
    def pem(self) -> bytes:
        """The authority's own certificate, for the client to trust."""
        return self._own.public_bytes(serialization.Encoding.PEM)

    @functools.lru_cache(maxsize=256)  # noqa: B019 -- one authority a process
    def context(self, host: str) -> ssl.SSLContext:
        """A server's TLS context whose certificate is for ``host``, a name or an address."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:64])])
        made = (
            _begun(subject, self._name, key)
            .add_extension(x509.SubjectAlternativeName([_alternative(host)]), critical=False)
            .add_extension(x509.ExtendedKeyUsage([_SERVER]), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        plain = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.TemporaryDirectory(prefix="s3compat-tls-") as place:
            file = Path(place) / "both.pem"
            file.touch(mode=0o600)
            file.write_bytes(plain + made.public_bytes(serialization.Encoding.PEM))
            context.load_cert_chain(file)
        return context


_SERVER = x509.oid.ExtendedKeyUsageOID.SERVER_AUTH


@functools.cache
def authority() -> Authority:
    """The one of this process, made at first use."""
    return Authority()


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _LIFE)
        .not_valid_after(now + _LIFE)
    )


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
