"""A version as the store keeps it: where its bytes are, and what a copy of it has."""

from __future__ import annotations

from server_ref.storage.records import Details, Lock, Restore, Segment, pack
from tests.server.at_noon import version
from tests.structs import structs


def test_where_the_bytes_of_a_version_are() -> None:
    assert version().read_segments() == [Segment(7, 0, 10)]
    assert version(blob=None).read_segments() == []
    several = [Segment(1, 2, 3), Segment(4, 0, 5)]
    assert version(segments=pack(several)).read_segments() == several
    assert version().read_details() == Details()
    assert version().read_tags() == version().read_parts() == []
    assert version().read_lock() == Lock()
    assert version().read_sealed() is None


def test_a_copy_has_not_what_is_the_versions_own() -> None:
    restore = Restore(ready=1, until=2, days=1, tier="Bulk")
    details = Details({"a": "b"}, {"c": "d"}, {"e": "f"}, restore, 9)

    assert details.of_a_copy() == Details({"a": "b"}, {"c": "d"}, {"e": "f"})


KEPT = structs(["server_ref.storage.records", "server_ref.storage.keystore"])


def test_how_records_are_kept() -> None:
    """Without what has its usual value; only the details of a version that is made are changed."""
    ways = {name.partition(":")[2]: kind.__struct_config__ for name, kind in KEPT.items()}

    assert {name for name, way in ways.items() if way.omit_defaults} == {
        "Key", "Lock", "Sealed", "Details",
    }  # fmt: skip
    assert {name for name, way in ways.items() if not way.frozen} == {"Details"}
    assert set(ways) == {"Key", "Lock", "Sealed", "Details", "Restore"}
