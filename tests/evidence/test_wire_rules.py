"""What a client may reach: names, ports, and the addresses that an allowed name has led to."""

from __future__ import annotations

import pytest

from conformance.evidence.tripwire import REFUSED, ForeignHostError, Hosts, Wire


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def wire(told: list[str]) -> Wire:
    return Wire(Hosts(["s3.example.com:443", "data.example.com:*"]), told.append)


def refused(wire: Wire, host: str, port: int = 443) -> str:
    with pytest.raises(ForeignHostError) as error:
        wire.connects((host, port))
    return str(error.value)


def test_an_address_is_reached_once_a_name_has_led_to_it(wire: Wire, told: list[str]) -> None:
    said = refused(wire, "192.0.2.1")
    assert said == f"{REFUSED}192.0.2.1:443 is not the endpoint's, nor declared"
    wire.looks_up("s3.example.com", 443)
    wire.connects(("192.0.2.1", 443))
    wire.connects(("192.0.2.1", 9))  # whatever came of the name; only the machine's own are kept
    assert told == ["192.0.2.1:443"]


@pytest.mark.parametrize(
    "host", ["169.254.169.254", "127.0.0.1", "::1", "fe80::1%eth0", "fd00:ec2::254"]
)
def test_addresses_of_the_machine_are_kept_at_other_ports(host: str, told: list[str]) -> None:
    wire = Wire(Hosts(["s3.example.com:443"]), told.append)
    wire.looks_up(b"s3.example.com", "443")
    wire.connects((host, 443))
    refused(wire, host, 80)
    assert told == [f"{host}:80"]


def test_a_host_whose_port_is_any_frees_every_port(wire: Wire) -> None:
    wire.looks_up("data.example.com", 80)
    wire.connects(("127.0.0.1", 80))


def test_a_name_that_is_not_found_is_no_address_of_the_machine(told: list[str]) -> None:
    wire = Wire(Hosts(["s3.example.com:443"]), told.append)
    wire.looks_up("s3.example.com", None)
    wire.connects(("no address", 80))
    assert told == []


def test_sockets_that_have_no_host_are_left_alone(wire: Wire, told: list[str]) -> None:
    for address in ("/run/socket", b"\0name", ("alone",)):
        wire.connects(address)
    assert told == []


@pytest.mark.parametrize(
    ("host", "port", "where"),
    [
        ("other.example.com", 443, "other.example.com:443"),
        (b"other.example.com", "443", "other.example.com:443"),
        ("other.example.com", "https", "other.example.com"),
        ("s3.example.com", 80, "s3.example.com:80"),
        (None, None, ""),
    ],
)
def test_a_name_that_is_not_allowed(
    wire: Wire, told: list[str], host: object, port: object, where: str
) -> None:
    with pytest.raises(ForeignHostError):
        wire.looks_up(host, port)
    assert told == [where]
    refused(wire, "192.0.2.1")


@pytest.mark.parametrize(
    ("port", "may"), [(443, True), ("443", True), (None, True), (80, False), ("https", False)]
)
def test_a_port(port: object, may: bool) -> None:
    hosts = Hosts(["s3.example.com:443", "[::1]:8443"])
    assert hosts.at(port) is may
    assert hosts.allows("S3.Example.com.", port) is may
    assert hosts.allows("b.s3.example.com", port) is may
    assert hosts.allows("bs3.example.com", port) is False
    assert hosts.at(8443)
    assert hosts.allows("::1", 8443) and hosts.allows("[::1]", 8443)
