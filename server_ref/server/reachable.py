"""How a client reaches a server: the arguments, variables and clients that lead to it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from server_ref.identity import Credential


class Reachable:
    """A server that has a URL, a region and credentials. boto3 is needed for its clients only."""

    credentials: Sequence[Credential]
    certificate: Path | None  # PEM, to be trusted by clients

    @property
    def url(self) -> str:
        """Where S3 is."""
        raise NotImplementedError

    @property
    def region(self) -> str:
        """What requests are signed for."""
        raise NotImplementedError

    @property
    def access_key(self) -> str:
        """Access key id of the first account."""
        return self.credentials[0].access_key

    @property
    def secret_key(self) -> str:
        """Secret access key of the first account."""
        return self.credentials[0].secret_key

    @property
    def client_kwargs(self) -> dict[str, Any]:
        """Keyword arguments for ``boto3.client("s3", …)``."""
        kwargs: dict[str, Any] = {
            "endpoint_url": self.url,
            "aws_access_key_id": self.access_key,
            "aws_secret_access_key": self.secret_key,
            "region_name": self.region,
        }
        if self.certificate is not None:
            kwargs["verify"] = str(self.certificate)
        return kwargs

    def kwargs_for(self, credential: Credential) -> dict[str, Any]:
        """``client_kwargs`` with another credential of this server: another account, a session."""
        kwargs = self.client_kwargs
        kwargs["aws_access_key_id"] = credential.access_key
        kwargs["aws_secret_access_key"] = credential.secret_key
        if credential.token is not None:
            kwargs["aws_session_token"] = credential.token
        return kwargs

    def client(self, credential: Credential | None = None, **more: Any) -> Any:
        """A boto3 client of this server, for the first account or for another credential of it.

        ``more`` are further arguments of ``boto3.client``, such as ``config``. Needs boto3.
        """
        return self._session().client("s3", **{**self._kwargs(credential), **more})

    def resource(self, credential: Credential | None = None, **more: Any) -> Any:
        """The same as boto3's resource."""
        return self._session().resource("s3", **{**self._kwargs(credential), **more})

    def environment(self, credential: Credential | None = None) -> dict[str, str]:
        """Variables that lead any AWS SDK or CLI to this server, for ``os.environ`` or a child."""
        kwargs = self._kwargs(credential)
        variables = {
            "AWS_ENDPOINT_URL_S3": kwargs["endpoint_url"],
            "AWS_ACCESS_KEY_ID": kwargs["aws_access_key_id"],
            "AWS_SECRET_ACCESS_KEY": kwargs["aws_secret_access_key"],
            "AWS_SESSION_TOKEN": kwargs.get("aws_session_token", ""),
            "AWS_DEFAULT_REGION": kwargs["region_name"],
        }
        return {**variables, **({"AWS_CA_BUNDLE": kwargs["verify"]} if "verify" in kwargs else {})}

    def _kwargs(self, credential: Credential | None) -> dict[str, Any]:
        return self.client_kwargs if credential is None else self.kwargs_for(credential)

    def _session(self) -> Any:
        import boto3  # what only clients of this server need

        return boto3.session.Session()
