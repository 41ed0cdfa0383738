"""The data of known servers: each file is one, its profile exists, its port is said."""

from __future__ import annotations

import msgspec
import pytest

from matrix import MatrixError, load_profile, load_server, server_names
from matrix.known_servers import KnownServer


@pytest.mark.parametrize("name", server_names())
def test_a_known_server_is_whole(name: str) -> None:
    server = load_server(name)
    assert server.name == name
    assert load_profile(server.profile).name == server.profile
    assert server.said, "a reader of its results is told which options were chosen"


def test_no_two_have_one_title() -> None:
    titles = [load_server(name).title for name in server_names()]
    assert len(set(titles)) == len(titles)


def test_a_name_that_is_not_known_is_answered_with_those_that_are() -> None:
    with pytest.raises(
        MatrixError, match=r"no known server 'mote'; did you mean 'moto'\? there are .*moto"
    ):
        load_server("mote")


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (["server", "--port", "{prot}"], "{prot} is no place"),
        (["server"], "no text has {port}"),
    ],
)
def test_a_command_that_could_not_be_tried_is_refused(command: list[str], reason: str) -> None:
    document = msgspec.to_builtins(load_server("moto")) | {"command": command}
    with pytest.raises(msgspec.ValidationError) as refused:
        msgspec.convert(document, KnownServer)
    assert reason in str(refused.value)
