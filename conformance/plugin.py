"""The pytest plugin: the checks as pytest items, `pytest --s3-endpoint URL --client boto3 -k …`.

It is installed with the project, so it must cost nothing where it is not asked for: this module
imports pytest alone, and everything else waits for ``--s3-endpoint``.
"""

from __future__ import annotations

import os

import pytest

SWITCH = "--s3-endpoint"


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """The switch always; the other options, whose names are common, only beside it."""
    group = parser.getgroup("s3compat", "S3 conformance checks")
    group.addoption(
        SWITCH,
        metavar="URL",
        help=f"try this S3 endpoint; more options appear beside it: pytest {SWITCH} URL --help",
    )
    if not _asked(pluginmanager):
        return
    add = group.addoption
    add("--client", action="append", default=[], metavar="NAME,…", help="only these clients")
    add("--rows", action="append", default=[], metavar="GLOB,…", help="only these rows or groups")
    add("--check", action="append", default=[], metavar="ID", help="only this check or outcome id")
    add("--checks", action="append", default=[], metavar="PATH", help="a folder or package with "
        "checks of your own; repeatable")  # fmt: skip
    add("--skip", action="append", default=[], metavar="ID", help="leave out this check or outcome")
    add("--large", action="store_true", help="rows that are large, too")
    add("--level", default="all", choices=["must", "should", "all"], help="checks down to this")
    add("--sample", type=int, default=0, metavar="N", help="draw N checks (0: all)")
    add("--budget-requests", type=int, default=0, metavar="N", help="draw no more than N requests")
    add("--seed", type=int, default=0, metavar="S", help="of the draw")
    add("--shuffle", type=int, default=None, metavar="SEED", help="in a random order, by this seed")
    add("--shard", default="", metavar="K/N", help="only the Kth of N shards")
    add("--shard-by", action="append", default=[], metavar="LOG", help="balances shards")
    add("--shards-of", default="", metavar="NAME", help="what the shards of one run share")
    add("--restart-command", default="", metavar="COMMAND", help="starts the endpoint again")
    add("--profile", default="aws", help="what the endpoint claims: a name or a TOML file")
    add("--region", default="us-east-1", help="the region requests are signed for")
    add("--addressing", default="path", choices=["path", "virtual"])
    add("--endpoint-label", default="", help="the endpoint's name in reports")
    add("--ca-bundle", default=None, metavar="FILE", help="PEM file to verify TLS with")
    add("--insecure", action="store_true", help="do not verify TLS certificates")
    add("--aws-profile", default=None, metavar="NAME", help="credentials of this AWS profile")
    add(
        "--credentials-file", default=None, metavar="FILE", help="in the form of ~/.aws/credentials"
    )
    add("--credentials-env", default=None, metavar="PREFIX", help="from PREFIX_ACCESS_KEY_ID, …")
    add(
        "--other-credentials",
        default=None,
        metavar="NAME",
        help="of a second account: env:PREFIX_, profile:NAME or file:PATH#SECTION",
    )
    add("--anonymous", action="store_true", help="send unsigned requests")
    add("--cli", default="warm", choices=["warm", "subprocess"], help="how CLI clients are started")
    add("--strict-wording", action="store_true", help="wording that differs is a failure, too")
    add("--run-log", default=None, metavar="FILE", help="where the run log goes")
    add("--run-id", default=None, help="the run's id, as s3compat gives it")
    add("--generation", default="", metavar="LABEL", help="sets runs apart in one report")
    add("--server-fact", action="append", default=[], metavar="NAME=VALUE", help="what is known of "
        "the server that answers there, for the run log")  # fmt: skip
    add("--no-smoke", action="store_true", help="do not look at the endpoint first")
    add("--keep", action="store_true", help="leave the buckets, to look at what a check left")
    add("--again", action="append", default=[], metavar="WORD", help="of the command that this run "
        "is, for reports; repeatable")  # fmt: skip
    add("--ephemeral", action="store_true", help="the endpoint goes away with this run")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Load the suite if an endpoint was given, unless only the options are to be shown."""
    if config.getoption("s3_endpoint", None) and not config.getoption("help", False):
        from conformance.run.pytest_suite import register

        register(config)


def _asked(pluginmanager: pytest.PytestPluginManager) -> bool:
    config = pluginmanager.getplugin("pytestconfig")
    words = [str(word) for word in config.invocation_params.args]
    words += os.environ.get("PYTEST_ADDOPTS", "").split()
    words += [str(word) for word in config.getini("addopts")]
    return any(word == SWITCH or word.startswith(f"{SWITCH}=") for word in words)
