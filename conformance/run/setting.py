"""What a run was told and what follows: its endpoint, profile, checks, plan, id and log.

It is made in each process of a run from the same options of pytest, so all of them agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

import matrix
from conformance.endpoint.credentials import CredentialsError
from conformance.endpoint.endpoint import Endpoint
from conformance.endpoint.target import Target, TargetError
from conformance.model import Outcome, Result, RunHeader
from conformance.model.runlog import RunLogError
from conformance.roster import client_classes, families, usual_clients, versions
from conformance.run.journal import FILE_NAME, RUN_ID, JournalHeader, new_run_id
from conformance.run.made_result import make_result
from conformance.run.plan import Plan, Selection, SelectionError, digest, make_plan
from conformance.run.recorder import now, our_version, python_version
from conformance.run.sharding import ShardError, durations, parse
from conformance.trial.check import Check, discover, hold_to_checks, hold_to_clients
from conformance.trial.outcome import Decision
from conformance.trial.own_checks import OwnChecksError, include

CHECKS = Path(__file__).parent.parent / "checks"
OUTPUT = "s3compat-out"
RUN_LOG = "run.jsonl"
SECONDS = pytest.StashKey[Mapping[str, float]]()  # what whoever began the run knows of outcomes


def is_worker(config: pytest.Config) -> bool:
    """Whether this process is an xdist worker."""
    return hasattr(config, "workerinput")


def is_controller(config: pytest.Config) -> bool:
    """Whether this process hands the work to xdist workers and runs nothing itself."""
    return not is_worker(config) and config.getoption("dist", "no") != "no"


class Setting:
    """The set-up of a run, in one process. Raises UsageError for options that cannot be."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.target = _target(config)
        self.strict = bool(config.getoption("strict_wording"))
        self.shuffled: int | None = config.getoption("shuffle")
        try:
            self.endpoint: Endpoint = self.target.endpoint()
            self.own_checks = tuple(include(path) for path in config.getoption("checks"))
            self.matrix = matrix.load_matrix()
            self.profile = matrix.load_profile(self.target.profile)
            self.checks = discover()
            hold_to_checks(self.profile, self.checks)
            hold_to_clients(self.profile, self.checks, client_classes())
            self.selection = Selection(
                rows=_words(config.getoption("rows")),
                checks=tuple(config.getoption("check")),
                clients=_words(config.getoption("client")),
                skipped=tuple(config.getoption("skip")),
                level=config.getoption("level"),
                large=config.getoption("large"),
                sample=config.getoption("sample"),
                budget=config.getoption("budget_requests"),
                seed=config.getoption("seed"),
                share=parse(config.getoption("shard"), config.getoption("shards_of")),
            )
            self.seconds = self._seconds()
            self.versions = self._versions()
            self.plan: Plan = make_plan(
                self.checks,
                self.matrix,
                installed=self.versions,
                available=client_classes(),
                selection=self.selection,
                usual=usual_clients(self.profile),
                seconds=self.seconds,
            )
        except (
            TargetError,
            CredentialsError,
            SelectionError,
            ShardError,
            RunLogError,
            OSError,
            OwnChecksError,
            matrix.MatrixError,
        ) as problem:
            raise pytest.UsageError(str(problem)) from problem
        self.run_id, self.run_log = self._run_place()

    def _versions(self) -> dict[str, str]:
        """Client versions; a worker is told them, so they are asked for once a run."""
        if is_worker(self.config):
            told: dict[str, str] = self.config.workerinput["s3compat_versions"]  # type: ignore[attr-defined]
            return told
        return versions(list(self.selection.clients or usual_clients(self.profile)))

    def _seconds(self) -> Mapping[str, float]:
        """What outcomes took before; a worker is told, since it may be on another machine."""
        if is_worker(self.config):
            told: dict[str, float] = self.config.workerinput["s3compat_seconds"]  # type: ignore[attr-defined]
            return told
        if SECONDS in self.config.stash:
            return self.config.stash[SECONDS]
        return durations(Path(name) for name in self.config.getoption("shard_by"))

    def _run_place(self) -> tuple[str, Path]:
        if is_worker(self.config):
            told = self.config.workerinput  # type: ignore[attr-defined]
            return told["s3compat_run_id"], Path(told["s3compat_run_log"])
        run_id = self.config.getoption("run_id") or new_run_id()
        if not RUN_ID.fullmatch(run_id):
            raise pytest.UsageError(f"--run-id {run_id!r}: expected twelve digits, -, four hex")
        given = self.config.getoption("run_log")
        path = Path(given) if given else Path(OUTPUT) / run_id / RUN_LOG
        return run_id, path.absolute()

    @property
    def keep(self) -> bool:
        """Whether buckets are left as the checks left them."""
        kept: bool = self.config.getoption("keep")
        return kept

    @property
    def journal_path(self) -> Path:
        """The journal lies beside the run log."""
        return self.run_log.with_name(FILE_NAME)

    def header(self, planned: int) -> RunHeader:
        """The head of the run log."""
        return RunHeader(
            run_id=self.run_id,
            started=now(),
            endpoint=self.endpoint.name,
            url=self.endpoint.url,
            region=self.endpoint.region,
            addressing=self.endpoint.addressing,
            profile=self.profile.name,
            s3compat=our_version(),
            matrix=digest(self.matrix, self.checks),
            clients={name: self.versions[name] for name in self.plan.clients},
            families=families(self.plan.clients),
            python=python_version(),
            selection=self._filters(),
            planned=planned,
            strict=self.strict,
            generation=self.target.generation,
            server=self.target.server,
            keep=self.keep,
            again=self.again,
            shard=self.plan.shard,
            shuffled=self.shuffled,
        )

    @property
    def ephemeral(self) -> bool:
        """Whether the endpoint goes away with the run."""
        own_server: bool = self.config.getoption("ephemeral")
        return own_server

    @property
    def again(self) -> tuple[str, ...]:
        """The options of ``s3compat run`` that choose this endpoint in another run."""
        told: list[str] = self.config.getoption("again")
        # the port of one that goes away is gone by then
        return tuple(told) if told or self.ephemeral else self.target.options()

    @property
    def arguments(self) -> list[str]:
        """What pytest collects where it was told nothing else: our checks and the user's own."""
        return [str(CHECKS), *map(str, self.own_checks)]

    def _filters(self) -> dict[str, str]:
        filters = self.selection.as_filters()
        if self.config.option.keyword:
            filters["keyword"] = self.config.option.keyword
        if self.config.args != self.arguments:
            filters["arguments"] = " ".join(self.config.args)
        return filters

    def broken(self, check: Check, client: str, reason: str) -> Result:
        """The result of a check that came to no result of its own: our error."""
        return make_result(
            check,
            client,
            self.matrix.rows.get(check.row),
            self.profile.claim(check.row).support,
            Decision(Outcome.ERROR, reason),
        )

    def journal_header(self) -> JournalHeader:
        """What cleaning up later needs to know."""
        return JournalHeader(
            run_id=self.run_id,
            url=self.endpoint.url,
            region=self.endpoint.region,
            addressing=self.endpoint.addressing,
            profile=self.target.profile,
            ca_bundle=self.endpoint.ca_bundle,
            insecure=self.endpoint.insecure,
            credentials=self.target.credentials,
            other_credentials=self.target.other_credentials or "",
            ephemeral=self.ephemeral,
        )


def _words(given: list[str]) -> tuple[str, ...]:
    return tuple(word.strip() for part in given for word in part.split(",") if word.strip())


def _target(config: pytest.Config) -> Target:
    option = config.getoption
    return Target(
        url=option("s3_endpoint"),
        label=option("endpoint_label"),
        region=option("region"),
        addressing=option("addressing"),
        profile=option("profile"),
        ca_bundle=option("ca_bundle"),
        insecure=option("insecure"),
        aws_profile=option("aws_profile"),
        credentials_file=option("credentials_file"),
        credentials_env=option("credentials_env"),
        anonymous=option("anonymous"),
        other_credentials=option("other_credentials"),
        generation=option("generation"),
        server=dict(fact.split("=", 1) for fact in option("server_fact")),
    )
