"""AIStore's native API, driven by AIStore's own Python SDK, unchanged."""

from __future__ import annotations

import io
import itertools
import os
from typing import Any

import pytest
import requests

from server_ref.server import S3Server

if os.environ.get("CI") == "true":
    import aistore.sdk  # noqa: F401 - required there

sdk = pytest.importorskip(
    "aistore.sdk", reason="AIStore's SDK is not installed: pip install -e '.[aistore]'"
)

import tenacity  # noqa: E402 - after the skip
from aistore.sdk import Client  # noqa: E402 - after the skip
from aistore.sdk.errors import AISError, ErrBckAlreadyExists, ErrBckNotFound, ErrObjNotFound  # noqa: E402
from aistore.sdk.retry_config import RetryConfig  # noqa: E402 - after the skip

_numbers = itertools.count()


@pytest.fixture(scope="module")
def client(cluster: S3Server) -> Any:
    """The SDK's client of the proxy; a missing object is asked for once, not seven times."""
    once = RetryConfig.default()
    once.network_retry = tenacity.Retrying(stop=tenacity.stop_after_attempt(1), reraise=True)
    return Client(cluster.root_url, retry_config=once)


@pytest.fixture
def bucket(client: Any) -> Any:
    """A fresh bucket, as the SDK sees it."""
    return client.bucket(f"native-{next(_numbers)}").create()


def _patch(cluster: S3Server, bucket: Any, **value: Any) -> requests.Response:
    return requests.patch(
        f"{cluster.root_url}/v1/buckets/{bucket.name}",
        params={"provider": "ais"},
        json={"action": "set-bprops", "value": value},
        timeout=30,
    )


def test_buckets_are_made_listed_and_destroyed(client: Any) -> None:
    made = client.bucket("made-natively").create()

    assert "made-natively" in {one.name for one in client.cluster().list_buckets()}
    assert {one.provider for one in client.cluster().list_buckets()} == {"ais"}
    with pytest.raises(ErrBckAlreadyExists):
        made.create()
    made.create(exist_ok=True)
    made.delete()
    assert "made-natively" not in {one.name for one in client.cluster().list_buckets()}
    with pytest.raises(ErrBckNotFound):
        made.delete()
    made.delete(missing_ok=True)


def test_objects_go_with_their_bucket(bucket: Any) -> None:
    bucket.object("key").get_writer().put_content(b"data")
    bucket.delete()
    bucket.create()

    assert bucket.list_all_objects() == []


def test_an_object_is_written_read_and_deleted(bucket: Any) -> None:
    thing = bucket.object("a folder/ключ+plus")
    thing.get_writer().put_content(b"0123456789")

    assert thing.get_reader().read_all() == b"0123456789"
    assert thing.get_reader(byte_range="bytes=2-4").read_all() == b"234"
    assert thing.get_reader(byte_range="bytes=-3").read_all() == b"789"
    assert b"".join(thing.get_reader(chunk_size=4)) == b"0123456789"
    thing.delete()
    with pytest.raises(ErrObjNotFound):
        thing.get_reader().read_all()
    with pytest.raises(ErrObjNotFound):
        thing.delete()


def test_a_range_past_the_end_is_refused(bucket: Any) -> None:
    thing = bucket.object("short")
    thing.get_writer().put_content(b"abc")

    with pytest.raises(AISError) as error:
        thing.get_reader(byte_range="bytes=10-20").read_all()

    assert error.value.status_code == 416


def test_what_the_sdk_reads_directly_is_where_the_proxy_sends_it(
    cluster: S3Server, client: Any, bucket: Any
) -> None:
    smap = client.cluster().get_info()
    for number in range(20):
        thing = bucket.object(f"key-{number}")
        sent = requests.put(
            f"{cluster.url}/{bucket.name}/{thing.name}",
            data=b"data",
            allow_redirects=False,
            timeout=30,
        )
        target = smap.get_target_for_object(thing.uname)
        assert sent.headers["Location"].startswith(f"{target.public_net.direct_url}/")
    thing.get_writer().put_content(b"direct")
    assert thing.get_reader(direct=True).read_all() == b"direct"


def test_properties_of_an_object(bucket: Any) -> None:
    thing = bucket.object("key")
    thing.get_writer().put_content(b"hello")
    first = thing.props

    assert (first.size, first.name, first.bucket_name) == (5, "key", bucket.name)
    assert (first.checksum_type, first.checksum_value) == ("xxhash2", "26c7827d889f6da3")
    assert first.present
    assert int(first.access_time) > 0
    assert first.obj_version == "1"
    thing.get_writer().put_content(b"again")
    assert thing.props.obj_version == "2"


def test_head_answers_the_properties_asked_for(bucket: Any) -> None:
    thing = bucket.object("key")
    thing.get_writer().put_content(b"hello")

    few = thing.head("name,size")

    assert few.size == 5
    assert (few.checksum_value, few.access_time, few.obj_version) == ("", "", "")


def test_custom_properties_are_added_and_replaced(bucket: Any) -> None:
    thing = bucket.object("key")
    thing.get_writer().put_content(b"hello")

    thing.get_writer().set_custom_props({"a": "1", "b": "2"})
    thing.get_writer().set_custom_props({"b": "3"})
    assert thing.props.custom_metadata == {"a": "1", "b": "3"}
    thing.get_writer().set_custom_props({"c": "4"}, replace_existing=True)
    assert thing.props.custom_metadata == {"c": "4"}
    assert thing.get_reader().read_all() == b"hello"


def test_reading_moves_the_access_time(bucket: Any) -> None:
    thing = bucket.object("key")
    thing.get_writer().put_content(b"hello")
    before = int(thing.props.access_time)

    thing.get_reader().read_all()

    assert int(thing.props.access_time) > before


def test_listing_by_pages_with_properties(bucket: Any) -> None:
    names = [f"dir/{number:02}" for number in range(7)] + ["other"]
    for name in names:
        bucket.object(name).get_writer().put_content(name.encode())

    assert [one.name for one in bucket.list_all_objects(page_size=3)] == names
    page = bucket.list_objects(page_size=3)
    assert len(page.entries) == 3
    assert page.continuation_token
    assert [one.name for one in bucket.list_all_objects(prefix="dir/0")] == names[:7]
    assert [one.name for one in bucket.list_objects(start_after="dir/05").entries] == names[6:]
    (entry,) = bucket.list_objects(prefix="other", props="name,size,checksum,atime,version").entries
    assert (entry.size, entry.version) == (5, "1")
    assert entry.checksum
    assert entry.atime
    assert entry.is_cached()
    assert entry.is_ok()
    (bare,) = bucket.list_objects(prefix="other").entries
    assert (bare.size, bare.checksum, bare.atime) == (5, "", "")


def test_copies_within_and_between_buckets(client: Any, bucket: Any) -> None:
    other = client.bucket(f"native-{next(_numbers)}").create()
    thing = bucket.object("key")
    thing.get_writer().put_content(b"copied")

    thing.copy(other.object("a/copy"))
    thing.copy(bucket.object("copy"))

    assert other.object("a/copy").get_reader().read_all() == b"copied"
    assert bucket.object("copy").props.checksum_value == thing.props.checksum_value
    with pytest.raises(ErrObjNotFound):
        bucket.object("missing").copy(other.object("x"))


def test_the_checksum_type_of_a_bucket(cluster: S3Server, bucket: Any) -> None:
    bucket.object("before").get_writer().put_content(b"hello")
    assert _patch(cluster, bucket, checksum={"type": "md5"}).status_code == 200
    bucket.object("after").get_writer().put_content(b"hello")

    after = bucket.object("after").props
    assert (after.checksum_type, after.checksum_value) == (
        "md5",
        "5d41402abc4b2a76b9719d911017c592",
    )
    assert bucket.object("before").props.checksum_type == "xxhash2"
    assert '"checksum":{"type":"md5"' in bucket.head()["Ais-Bucket-Props"]
    refused = _patch(cluster, bucket, checksum={"type": "crc7"})
    assert (refused.status_code, refused.json()["status"]) == (400, 400)


def test_versioning_switched_off_counts_nothing(cluster: S3Server, bucket: Any) -> None:
    assert _patch(cluster, bucket, versioning={"enabled": False}).status_code == 200
    bucket.object("key").get_writer().put_content(b"hello")

    assert bucket.object("key").props.obj_version == ""


def test_features_and_backend_of_a_bucket(cluster: S3Server, bucket: Any) -> None:
    backend = {"name": "remote", "provider": "aws"}
    assert _patch(cluster, bucket, features="512", backend_bck=backend).status_code == 200

    shown = bucket.head()["Ais-Bucket-Props"]
    assert '"features":"512"' in shown
    assert '"backend_bck":{"name":"remote","provider":"aws"}' in shown
    cluster_wide = _patch(cluster, bucket, features="8192")
    assert "S3-Reverse-Proxy" in cluster_wide.json()["message"]


def test_properties_at_creation(cluster: S3Server, client: Any) -> None:
    answer = requests.post(
        f"{cluster.root_url}/v1/buckets/born-with-md5",
        params={"provider": "ais"},
        json={"action": "create-bck", "value": {"checksum": {"type": "md5"}}},
        timeout=30,
    )

    assert answer.status_code == 200
    assert '"type":"md5"' in client.bucket("born-with-md5").head()["Ais-Bucket-Props"]


def test_info_and_summary_count_what_is_there(bucket: Any) -> None:
    for name in ("a", "b"):
        bucket.object(name).get_writer().put_content(b"12345")

    _, info = bucket.info()
    assert info["ObjCount"]["obj_count_present"] == "2"
    assert bucket.summary()["TotalSize"]["size_all_present_objs"] == "10"


def test_the_cluster_map_is_where_the_nodes_are(cluster: S3Server, client: Any) -> None:
    smap = client.cluster().get_info()

    assert smap.proxy_si.public_net.direct_url == cluster.root_url
    assert {one.public_net.direct_url for one in smap.tmap.values()} == set(cluster.target_urls)
    assert client.cluster().is_ready()


def test_s3_and_native_see_the_same_objects(cluster: S3Server, bucket: Any) -> None:
    bucket.object("native").get_writer().put_content(b"from the SDK")
    requests.put(f"{cluster.url}/{bucket.name}/s3", data=b"from S3", timeout=30)

    assert requests.get(f"{cluster.url}/{bucket.name}/native", timeout=30).content == (
        b"from the SDK"
    )
    assert bucket.object("s3").get_reader().read_all() == b"from S3"


def test_an_s3_put_sets_the_version_back_to_1(cluster: S3Server, bucket: Any) -> None:
    thing = bucket.object("key")
    for _ in range(3):
        thing.get_writer().put_content(b"native")
    assert thing.props.obj_version == "3"

    requests.put(f"{cluster.url}/{bucket.name}/key", data=b"S3", timeout=30)

    assert thing.props.obj_version == "1"


def test_large_objects_stream(bucket: Any) -> None:
    size = 8 * 1024 * 1024
    bucket.object("large").get_writer().put_content(bytes(size))

    out = io.BytesIO()
    for block in bucket.object("large").get_reader(chunk_size=1 << 20):
        out.write(block)
    assert out.getvalue() == bytes(size)


def test_get_is_moved_permanently_and_the_others_for_once(cluster: S3Server, bucket: Any) -> None:
    url = f"{cluster.root_url}/v1/objects/{bucket.name}/key"
    statuses = {
        method: requests.request(
            method, url, params={"provider": "ais"}, allow_redirects=False, timeout=30
        ).status_code
        for method in ("GET", "HEAD", "PUT", "DELETE")
    }

    assert statuses == {"GET": 301, "HEAD": 307, "PUT": 307, "DELETE": 307}


def test_what_is_not_there_says_so(cluster: S3Server, bucket: Any) -> None:
    answer = requests.get(f"{cluster.root_url}/v1/etl", timeout=30)
    assert (answer.status_code, answer.json()["status"]) == (501, 501)
    unread = requests.put(
        f"{cluster.root_url}/v1/objects/{bucket.name}/key",
        params={"append_type": "append"},
        data=b"data",
        timeout=30,
    )
    assert unread.status_code == 501
    missing = requests.get(
        f"{cluster.root_url}/v1/objects/{bucket.name}/missing",
        params={"provider": "ais"},
        timeout=30,
    ).json()
    assert missing["message"] == f"ais://{bucket.name}/missing does not exist"
    assert (missing["status"], missing["tcode"]) == (404, "ErrNotFound")


def test_features_change_while_it_runs() -> None:
    with S3Server(behaviour="aistore", durability="relaxed") as server:
        requests.put(f"{server.url}/b", timeout=30)

        def status() -> int:
            url = f"{server.url}/b/key"
            return requests.put(url, data=b"x", allow_redirects=False, timeout=30).status_code

        def switch(bits: object) -> requests.Response:
            url = f"{server.root_url}/v1/cluster/set-config"
            return requests.put(url, params={"features": str(bits)}, timeout=30)

        assert status() == 307
        assert switch(1 << 13).status_code == 200  # S3-Reverse-Proxy
        assert status() == 200
        shown = requests.get(f"{server.root_url}/v1/cluster?what=cluster_config", timeout=30)
        assert shown.json()["features"] == "8192"
        assert switch(0).status_code == 200
        assert status() == 307
        assert switch("nonsense").status_code == 400
