"""A check: one executable expectation under a row. Declared by decorator, found by discovery."""

from __future__ import annotations

import fnmatch
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.model.verdict import MUST_LEVEL, OBSERVED, REPORTED
from matrix import MatrixError, Profile, unknown

if TYPE_CHECKING:
    from conformance.trial.trial import Trial

DATA_LOSS = "data loss"
OTHER_ACCOUNT = "other account"  # what a check may need of a run
CheckFunction = Callable[["Trial"], None]


class CheckError(ValueError):
    """A check that is declared wrongly; the message names it and says what to change."""


@dataclass(frozen=True)
class Check:
    """One check. ``spec`` and ``level`` are None where the row's own hold."""

    id: str  # "get-object-range.suffix_range_returns_the_tail"
    row: str
    function: CheckFunction
    title: str
    explanation: str
    proved_by: tuple[str, ...]
    only: tuple[str, ...]  # the clients it makes sense for; empty: all
    spec: str | None
    level: str | None
    verified: str
    source: str  # the module it is in
    severity: str = ""  # or DATA_LOSS
    needs: str = ""  # or OTHER_ACCOUNT
    requests: int = 0  # about how many it makes, where its code does not show it


_registry: dict[str, Check] = {}


def check(
    row: str,
    *,
    proved_by: Sequence[str] = (),
    only: Sequence[str] = (),
    spec: str | None = None,
    level: str | None = None,
    verified: str = "documented",
    severity: str = "",
    needs: str = "",
    requests: int = 0,
) -> Callable[[CheckFunction], CheckFunction]:
    """Declare a check under ``row``.

    ``proved_by`` names the deviations of the reference server that turn it red. ``only`` limits
    it to clients it makes sense for (``("raw",)`` for byte-exact requests). ``spec`` and
    ``level`` override the row's. ``verified`` says what the expectation rests on:
    ``"aws-recorded 2026-02"``, ``"documented"``, ``"reported"`` for what several people measured
    independently (a comment names them; its level is ``should`` unless ``level`` says ``may``), or
    ``"observed"`` for what is shown and never scored.

    ``severity`` is DATA_LOSS for a check that looks whether data survives what it sends: it is held
    to buckets of its own (``conformance.trial.sacrifice``) and says with ``t.kept`` what must still
    be there. ``needs`` is OTHER_ACCOUNT for a check that uses ``t.other``: in a run without another
    account it is not tried. ``requests`` says about how many it makes, where that is in
    a loop over the model. Raises CheckError for a check with no docstring, with a taken id, with
    a severity or need that is none, or reported only and of level must.
    """

    def declare(function: CheckFunction) -> CheckFunction:
        identity = f"{row}.{function.__name__}"
        text = inspect.getdoc(function)
        if not text:
            raise CheckError(f"{identity}: a check's docstring is what the report shows; write one")
        if identity in _registry and _registry[identity].function is not function:
            raise CheckError(f"{identity}: two checks have this id; rename one function")
        if severity not in ("", DATA_LOSS) or (severity and verified == OBSERVED):
            raise CheckError(f"{identity}: severity is {DATA_LOSS!r} or nothing, and always scored")
        if needs not in ("", OTHER_ACCOUNT):
            raise CheckError(f"{identity}: needs is {OTHER_ACCOUNT!r} or nothing, not {needs!r}")
        if verified == REPORTED and level == MUST_LEVEL:
            raise CheckError(f"{identity}: what is reported only is of level should, or may")
        title, _, explanation = text.partition("\n")
        _registry[identity] = Check(
            id=identity,
            row=row,
            function=function,
            title=title.strip(),
            explanation=explanation.strip(),
            proved_by=tuple(proved_by),
            only=tuple(only),
            spec=spec,
            level=level or ("should" if verified == REPORTED else None),
            verified=verified,
            source=function.__module__,
            severity=severity,
            needs=needs,
            requests=requests,
        )
        return function

    return declare


def hold_to_checks(profile: Profile, checks: Mapping[str, Check]) -> None:
    """Raise MatrixError where the profile speaks of a check that does not exist."""
    for said in profile.says:
        for pattern in said.shown_by:
            if not fnmatch.filter(checks, pattern):
                problem = unknown("check", pattern, checks, "s3compat run --list")
                raise MatrixError(f"profile {profile.name}: says {said.words[:40]!r}: {problem}")
    for row, claim in profile.claims.items():
        for declared in claim.declared:
            if declared.check is not None and f"{row}.{declared.check}" not in checks:
                name = f"{row}.{declared.check}"
                problem = unknown("check", name, checks, "s3compat run --list")
                raise MatrixError(f"profile {profile.name}: claims.{row}.declared: {problem}")


def hold_to_clients(
    profile: Profile, checks: Mapping[str, Check], clients: Collection[str]
) -> None:
    """Raise MatrixError where the profile, or a check, names a client that does not exist."""
    for name in profile.clients:
        if name not in clients:
            problem = unknown("client", name, clients, "s3compat clients")
            raise MatrixError(f"profile {profile.name}: clients: {problem}")
    for one in checks.values():
        for name in one.only:
            if name not in clients:
                problem = unknown("client", name, clients, "s3compat clients")
                raise MatrixError(f"the check {one.id} has only={name!r}: {problem}")


def hold_rows_to_checks(rows: Collection[str], checks: Mapping[str, Check]) -> None:
    """Raise MatrixError where a row has no check: nothing would be said of it."""
    tried = {one.row for one in checks.values()}
    empty = sorted(set(rows) - tried)
    if empty:
        raise MatrixError(
            f"no check tries {', '.join(empty)}; write one in conformance/checks, or remove the row"
        )


def discover() -> dict[str, Check]:
    """Every check of every module in ``conformance.checks``, by id, in a stable order."""
    package = importlib.import_module("conformance.checks")
    for module in sorted(
        pkgutil.walk_packages(package.__path__, "conformance.checks."), key=lambda found: found.name
    ):
        importlib.import_module(module.name)
    return dict(sorted(_registry.items()))
