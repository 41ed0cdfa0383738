"""A party to a check: the run's own account, the other account, or somebody anonymous.

It asks through the check's own client, with its own credentials, and can set things up as itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from conformance.clients.base import Answer, Client
from conformance.endpoint.endpoint import Credentials, Endpoint, Who
from conformance.trial.given import Given, NotTriedError

NO_SECOND = "needs a second account; give its credentials with --other-credentials"
WORDS: Mapping[Who, str] = {"own": "", "other": "the other account", "anonymous": "anonymous"}


@dataclass(frozen=True)
class Identity:
    """What an endpoint calls an account: ListBuckets names the owner's canonical id."""

    canonical_id: str


class Askers(Protocol):
    """What a party needs of the worker: clients with the credentials of somebody."""

    endpoint: Endpoint

    def client(self, name: str, who: Who = "own") -> Client:
        """The client called ``name``, with the credentials of ``who``."""
        ...

    def identity(self, who: Who) -> Identity:
        """Who the endpoint says ``who`` is; raises SetupError where it does not say."""
        ...


class Scene(Protocol):
    """What a party needs of the trial it is in."""

    client: str

    def call_through(
        self, client: Client, operation: str, members: Mapping[str, Any], *, by: str = ""
    ) -> Answer:
        """One call of the check's own, through this client."""
        ...

    def setup_call(self, operation: str, members: Mapping[str, Any], who: Who = "own") -> Answer:
        """One call of the setup."""
        ...

    def presign_through(
        self, client: Client, operation: str, members: Mapping[str, Any], expires: int
    ) -> str:
        """A URL that this client presigns."""
        ...

    def placed(self, operation: str, members: Mapping[str, Any]) -> dict[str, Any]:
        """``members`` with the shared bucket and the check's prefix, where Bucket is left out."""
        ...

    def located(self, members: Mapping[str, Any]) -> dict[str, Any]:
        """``members`` of CreateBucket with the region the endpoint is in."""
        ...

    def bucket_name(self) -> str:
        """A fresh, journalled bucket name."""
        ...


class Party:
    """Somebody who asks. ``credentials`` is None for somebody anonymous."""

    def __init__(self, scene: Scene, house: Askers, who: Who) -> None:
        self.who = who
        self.credentials: Credentials | None = house.endpoint.seen_by(who).credentials
        self.given = Given(self)
        self._scene = scene
        self._house = house

    @property
    def canonical_id(self) -> str:
        """The account's canonical user id; raises SetupError where the endpoint says none."""
        return self._house.identity(self.who).canonical_id

    @property
    def account_id(self) -> str:
        """The account's twelve digits, as the credentials' source gives them.

        Raises NotTriedError without: no answer of S3 tells them.
        """
        if self.credentials is None or self.credentials.account_id is None:
            raise NotTriedError(
                "needs the account id; give it beside the access key, as AWS_ACCOUNT_ID (with the "
                "prefix of the others) or aws_account_id"
            )
        return self.credentials.account_id

    def call(self, operation: str, **members: Any) -> Answer:
        """``Trial.call`` as this party, through the client the check is run with."""
        client = self._house.client(self._scene.client, self.who)
        return self._scene.call_through(client, operation, members, by=WORDS[self.who])

    def presign(self, operation: str, *, expires: int = 300, **members: Any) -> str:
        """``Trial.presign`` as this party."""
        client = self._house.client(self._scene.client, self.who)
        return self._scene.presign_through(client, operation, members, expires)

    def look(self, operation: str, **members: Any) -> Answer:
        """``Trial.look`` as this party: what it sees, asked for by raw."""
        return self.setup_call(operation, self.placed(operation, members))

    # the ground its setup stands on

    def setup_call(self, operation: str, members: Mapping[str, Any]) -> Answer:
        """Do ``operation`` by the raw client and record it as setup."""
        return self._scene.setup_call(operation, members, self.who)

    def placed(self, operation: str, members: Mapping[str, Any]) -> dict[str, Any]:
        """As the trial places them."""
        return self._scene.placed(operation, members)

    def located(self, members: Mapping[str, Any]) -> dict[str, Any]:
        """As the trial locates them."""
        return self._scene.located(members)

    def bucket_name(self) -> str:
        """A fresh, journalled bucket name."""
        return self._scene.bucket_name()


def second_account(scene: Scene, house: Askers) -> Party:
    """The other account; raises NotTriedError where the run has none, or one under two names."""
    if house.endpoint.other_credentials is None:
        raise NotTriedError(NO_SECOND)
    other = Party(scene, house, "other")
    if other.canonical_id == house.identity("own").canonical_id:
        raise NotTriedError(
            "needs a second account; the endpoint names one owner for both credentials "
            f"({other.canonical_id})"
        )
    return other
