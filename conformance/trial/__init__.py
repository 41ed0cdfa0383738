"""The Trial, with which a check calls and expects. A check needs no other import."""

from conformance.clients.base import Answer, ClientCannotError
from conformance.endpoint.endpoint import Credentials
from conformance.trial.check import DATA_LOSS, OTHER_ACCOUNT, check
from conformance.trial.expect import that
from conformance.trial.given import NotTriedError, Stored
from conformance.trial.party import Party
from conformance.trial.trial import Answers, Trial

__all__ = [
    "DATA_LOSS",
    "OTHER_ACCOUNT",
    "Answer",
    "Answers",
    "ClientCannotError",
    "Credentials",
    "NotTriedError",
    "Party",
    "Stored",
    "Trial",
    "check",
    "that",
]
