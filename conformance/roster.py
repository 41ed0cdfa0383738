"""The roster: finds all clients, and which of them are installed here."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from conformance.clients import discover
from conformance.clients.base import Client, ClientCannotError
from matrix import Profile

GROUPS: Mapping[str, frozenset[str]] = {
    "usual": frozenset(),
    "all": frozenset(),
    "sdks": frozenset({"Python", "JVM", "Go", "JavaScript", "Rust"}),
    "tools": frozenset({"CLI", "tools"}),
}  # a word for several clients -> the families it means

RENAMED = {"tensorflow": "pyarrow"}  # names that runs and profiles of before may have
PRODUCT = "AIStore"  # the family of clients that need one product; no word means them


@cache
def client_classes() -> dict[str, type[Client]]:
    """Every client by its name, found once."""
    return discover()


def usual_clients(profile: Profile | None = None) -> tuple[str, ...]:
    """The clients of a run that names none: the profile's, or the usual ones."""
    if profile is not None and profile.clients:
        return profile.clients
    return tuple(name for name, client in client_classes().items() if client.usual)


def named(words: Collection[str], profile: Profile | None = None) -> tuple[str, ...]:
    """Clients by what was said of them: names as they stand, and the words of GROUPS.

    `all`, `sdks` and `tools` are of those that are installed here; `usual` is as a run has it that
    names none. No client is named twice.
    """
    found: dict[str, None] = {}
    for word in words:
        if word == "usual":
            found |= dict.fromkeys(usual_clients(profile))
        elif word in GROUPS:
            chosen = [
                name
                for name, client in client_classes().items()
                if client.family in GROUPS[word] or (word == "all" and client.family != PRODUCT)
            ]
            found |= dict.fromkeys(versions(chosen))
        else:
            found[RENAMED.get(word, word)] = None
    return tuple(found)


def families(names: Collection[str]) -> dict[str, str]:
    """The family of each of these clients, those that are known."""
    known = client_classes()
    return {name: known[name].family for name in names if name in known}


def meant_for(client: str, only: Collection[str]) -> bool:
    """Whether a check that names the clients it is ``only`` for (none: all) is for this one."""
    if not only or client in only:
        return True
    known = client_classes().get(client)
    return known is not None and known.like in only


def why_missing(name: str) -> str:
    """Why a client cannot be used here, with what to do about it."""
    try:
        client_classes()[name].version()
    except ClientCannotError as reason:
        return str(reason)
    return "it was not there when it was asked for"


def versions(names: list[str]) -> dict[str, str]:
    """The version line of each of these clients that is installed; all others are left out."""
    classes = client_classes()
    names = [name for name in names if name in classes]
    with ThreadPoolExecutor(max_workers=max(1, len(names))) as pool:
        asked = {name: pool.submit(classes[name].version) for name in names}
    found: dict[str, str] = {}
    for name, answer in asked.items():
        try:
            found[name] = answer.result()
        except ClientCannotError:
            continue
    return found
