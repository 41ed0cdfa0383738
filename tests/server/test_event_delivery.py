"""Event notifications: what a webhook gets, as Amazon S3 was recorded to send it to queues."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import msgspec
import pytest
import requests

from server_ref.effects import bounded
from server_ref.effects import webhooks as webhooks_module
from server_ref.effects import worker as workers
from server_ref.effects.events import QUEUE as EVENTS
from server_ref.effects.events import Delivery
from server_ref.effects.targets import parse_targets, url_of
from server_ref.effects.webhooks import Webhooks
from server_ref.effects.worker import LaterError, Worker
from server_ref.server import S3Server
from server_ref.settings import Settings
from server_ref.storage import Store
from server_ref.storage.tasks import Task
from tests.server.conftest import OWNER, refused
from tests.server.sink import Sink, listening, reserved

QUEUE = "arn:aws:sqs:us-east-1:111122223333:my-queue"
TOPIC = "arn:aws:sns:us-east-1:111122223333:my-topic"
FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:my-function"
ABSENT = "arn:aws:sqs:us-east-1:111122223333:absent"
BUCKET = "notifying"
MIN_PART = 5 * 1024**2


@pytest.fixture
def sink() -> Iterator[Sink]:
    with listening() as running:
        yield running


def targets(sink: Sink) -> list[str]:
    return [f"{arn}={sink.url}/{{name}}" for arn in (QUEUE, TOPIC, FUNCTION)]


@pytest.fixture
def s3(sink: Sink) -> Iterator[Any]:
    with S3Server(accounts=(OWNER,), durability="relaxed", event_targets=targets(sink)) as server:
        client = boto3.client("s3", **server.client_kwargs)
        client.create_bucket(Bucket=BUCKET)
        yield client


def notify(s3: Any, *events: str, **more: Any) -> None:
    """Have the queue hear of these events."""
    one = {"QueueArn": QUEUE, "Events": list(events) or ["s3:ObjectCreated:*"], **more}
    s3.put_bucket_notification_configuration(
        Bucket=BUCKET, NotificationConfiguration={"QueueConfigurations": [one]}
    )


def names(records: list[dict[str, Any]]) -> list[str]:
    return [record["eventName"] for record in records]


def test_a_put_has_every_member_of_the_recorded_event(s3: Any, sink: Sink) -> None:
    notify(s3, Id="config")
    answer = s3.put_object(Bucket=BUCKET, Key="my_key_0", Body=b"something")
    (record,) = sink.records(1)

    meta = answer["ResponseMetadata"]
    assert record.pop("eventTime").endswith("Z")
    sequencer = record["s3"]["object"].pop("sequencer")
    assert int(sequencer, 16) > 0
    owner = record["s3"]["bucket"].pop("ownerIdentity")
    assert set(owner) == {"principalId"}
    assert record == {
        "awsRegion": "us-east-1",
        "eventName": "ObjectCreated:Put",
        "eventSource": "aws:s3",
        "eventVersion": "2.1",
        "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "responseElements": {
            "x-amz-id-2": meta["HostId"],
            "x-amz-request-id": meta["RequestId"],
        },
        "s3": {
            "bucket": {"arn": f"arn:aws:s3:::{BUCKET}", "name": BUCKET},
            "configurationId": "config",
            "object": {"eTag": "437b930db84b8079c2dd804a71936b5f", "key": "my_key_0", "size": 9},
            "s3SchemaVersion": "1.0",
        },
        "userIdentity": {"principalId": "AWS:111122223333"},
    }


def test_every_way_of_creating_has_its_name(s3: Any, sink: Sink) -> None:
    notify(s3)
    s3.put_object(Bucket=BUCKET, Key="a", Body=b"1")
    s3.copy_object(Bucket=BUCKET, Key="b", CopySource=f"{BUCKET}/a")
    upload = s3.create_multipart_upload(Bucket=BUCKET, Key="c")["UploadId"]
    ids = {"Bucket": BUCKET, "Key": "c", "UploadId": upload}
    etag = s3.upload_part(**ids, PartNumber=1, Body=b"part")["ETag"]
    s3.complete_multipart_upload(
        **ids, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]}
    )
    assert sorted(names(sink.records(3))) == [
        "ObjectCreated:CompleteMultipartUpload",
        "ObjectCreated:Copy",
        "ObjectCreated:Put",
    ]


def test_a_form_is_a_post(s3: Any, sink: Sink) -> None:
    import requests

    notify(s3)
    form = s3.generate_presigned_post(BUCKET, "from-a-form")
    requests.post(form["url"], data=form["fields"], files={"file": b"x"}, timeout=30)

    (record,) = sink.records(1)
    assert record["eventName"] == "ObjectCreated:Post"
    assert record["userIdentity"] == {"principalId": "AWS:111122223333"}


def test_versions_markers_and_their_removal(s3: Any, sink: Sink) -> None:
    """The events of a versioned key, in their order, with the members that were recorded."""
    status = {"Status": "Enabled"}
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration=status)
    notify(s3, "s3:ObjectCreated:*", "s3:ObjectRemoved:*")
    first = s3.put_object(Bucket=BUCKET, Key="k", Body=b"data")["VersionId"]
    s3.delete_object(Bucket=BUCKET, Key="k", VersionId=first)
    marker = s3.delete_object(Bucket=BUCKET, Key="k")["VersionId"]
    s3.delete_object(Bucket=BUCKET, Key="k", VersionId=marker)

    records = sink.records(4)
    assert names(records) == [
        "ObjectCreated:Put",
        "ObjectRemoved:Delete",
        "ObjectRemoved:DeleteMarkerCreated",
        "ObjectRemoved:Delete",
    ]
    objects = [record["s3"]["object"] for record in records]
    assert [one["versionId"] for one in objects] == [first, first, marker, marker]
    sequencers = [one.pop("sequencer") for one in objects]
    assert sequencers == sorted(sequencers)
    assert [set(one) for one in objects] == [
        {"key", "size", "eTag", "versionId"},
        {"key", "versionId"},
        {"key", "eTag", "versionId"},
        {"key", "versionId"},
    ]
    assert objects[2]["eTag"] == "d41d8cd98f00b204e9800998ecf8427e"


def test_a_null_version_is_not_named(s3: Any, sink: Sink) -> None:
    for status in ("Enabled", "Suspended"):
        s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": status})
    notify(s3)
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"data")
    assert "versionId" not in sink.records(1)[0]["s3"]["object"]


def test_each_key_to_be_deleted_has_an_event_also_one_that_is_not_there(
    s3: Any, sink: Sink
) -> None:
    keys = ["one", "two", "three"]
    for key in keys:
        s3.put_object(Bucket=BUCKET, Key=key)
    notify(s3, "s3:ObjectRemoved:*")
    listed = [{"Key": key} for key in [*keys, "absent"]]
    s3.delete_objects(Bucket=BUCKET, Delete={"Objects": listed})
    s3.delete_object(Bucket=BUCKET, Key="absent")
    s3.put_object(Bucket=BUCKET, Key="last")
    s3.delete_object(Bucket=BUCKET, Key="last")

    records = sink.records(6)
    found = [record["s3"]["object"]["key"] for record in records]
    assert sorted(found) == sorted([*keys, "absent", "absent", "last"])
    assert set(names(records)) == {"ObjectRemoved:Delete"}


def test_tags_and_acls_have_no_sequencer(s3: Any, sink: Sink) -> None:
    s3.delete_public_access_block(Bucket=BUCKET)
    s3.put_bucket_ownership_controls(
        Bucket=BUCKET, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    )
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"something")
    notify(s3, "s3:ObjectTagging:*", "s3:ObjectAcl:Put")
    tags = {"TagSet": [{"Key": "a", "Value": "b"}]}
    s3.put_object_tagging(Bucket=BUCKET, Key="k", Tagging=tags)
    s3.delete_object_tagging(Bucket=BUCKET, Key="k")
    s3.put_object_acl(Bucket=BUCKET, Key="k", ACL="public-read")
    s3.put_object_acl(Bucket=BUCKET, Key="k", ACL="public-read")  # changes nothing: no event
    s3.put_object_acl(Bucket=BUCKET, Key="k", ACL="private")

    records = sink.records(4)
    assert names(records) == [
        "ObjectTagging:Put",
        "ObjectTagging:Delete",
        "ObjectAcl:Put",
        "ObjectAcl:Put",
    ]
    assert {record["eventVersion"] for record in records} == {"2.3"}
    thing = {"eTag": "437b930db84b8079c2dd804a71936b5f", "key": "k"}
    assert [record["s3"]["object"] for record in records] == [thing] * 4


def test_filters_and_encoded_keys(s3: Any, sink: Sink) -> None:
    rules = [{"Name": "prefix", "Value": "in/"}, {"Name": "suffix", "Value": ".txt"}]
    notify(s3, Filter={"Key": {"FilterRules": rules}})
    for key in ("in/a.png", "out/a.txt", "in/a@b c+ü.txt"):
        s3.put_object(Bucket=BUCKET, Key=key)
    (record,) = sink.records(1)
    assert record["s3"]["object"]["key"] == "in/a%40b+c%2B%C3%BC.txt"


def test_a_configuration_is_tried_at_queues_and_topics(s3: Any, sink: Sink) -> None:
    config = {
        "QueueConfigurations": [{"QueueArn": QUEUE, "Events": ["s3:ObjectCreated:*"]}],
        "TopicConfigurations": [{"TopicArn": TOPIC, "Events": ["s3:ObjectRemoved:*"]}],
        "LambdaFunctionConfigurations": [
            {"LambdaFunctionArn": FUNCTION, "Events": ["s3:ObjectTagging:*"]}
        ],
    }
    put = s3.put_bucket_notification_configuration
    put(Bucket=BUCKET, NotificationConfiguration=config)
    came = dict(sink.tests(2))
    assert set(came) == {"/my-queue", "/my-topic"}
    message = came["/my-queue"]
    assert message.pop("Time").endswith("Z")
    assert message.pop("RequestId")
    assert message.pop("HostId")
    assert message == {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": BUCKET}


def test_destinations_that_are_not_there(s3: Any) -> None:
    put = s3.put_bucket_notification_configuration
    absent = [ABSENT, f"{ABSENT}-2"]
    events = (["s3:ObjectCreated:*"], ["s3:ObjectRemoved:*"])
    two = [
        {"QueueArn": arn, "Events": list(names)} for arn, names in zip(absent, events, strict=True)
    ]
    config = {"QueueConfigurations": two}
    error = refused(put, Bucket=BUCKET, NotificationConfiguration=config)
    message = "The destination queue does not exist"
    expected = {
        "Status": 400,
        "Code": "InvalidArgument",
        "Message": "Unable to validate the following destination configurations",
        "ArgumentName1": ABSENT,
        "ArgumentName2": f"{ABSENT}-2",
        "ArgumentValue1": message,
        "ArgumentValue2": message,
    }
    assert error | expected == error

    one = two[:1]
    put(
        Bucket=BUCKET,
        NotificationConfiguration={"QueueConfigurations": one},
        SkipDestinationValidation=True,
    )
    found = s3.get_bucket_notification_configuration(Bucket=BUCKET)["QueueConfigurations"]
    assert found[0]["QueueArn"] == ABSENT


def test_a_destination_that_refuses_gets_it_again_in_order(s3: Any, sink: Sink) -> None:
    notify(s3)
    sink.tests(1)
    sink.refuse = 2
    etags = [s3.put_object(Bucket=BUCKET, Key="k", Body=b"%d" % n)["ETag"] for n in range(3)]
    records = sink.records(3)
    assert [f'"{record["s3"]["object"]["eTag"]}"' for record in records] == etags


def test_what_could_not_be_sent_is_sent_by_the_next_start(tmp_path: Path) -> None:
    """Nobody listens while the object is written; its event is in the data directory."""
    with reserved() as (sink, begin):
        serving: dict[str, Any] = {
            "accounts": (OWNER,),
            "durability": "relaxed",
            "data": tmp_path / "data",
            "event_targets": [f"arn:aws:sqs:*={sink.url}"],
        }
        with S3Server(**serving) as server:
            s3 = boto3.client("s3", **server.client_kwargs)
            s3.create_bucket(Bucket=BUCKET)
            notify(s3)
            s3.put_object(Bucket=BUCKET, Key="kept")
        begin()
        with S3Server(**serving):
            assert sink.records(1)[0]["s3"]["object"]["key"] == "kept"


@pytest.mark.slow
def test_an_event_survives_a_killed_server(tmp_path: Path) -> None:
    """The PUT is acknowledged, its event not sent yet, and the server is killed."""
    with reserved() as (sink, begin):
        data, target = tmp_path / "data", f"arn:aws:sqs:*={sink.url}"
        arguments = ["--port", "0", "--data", str(data), "--event-target", target]
        command = [sys.executable, "-m", "server_ref.commands.serve", *arguments]
        keys = ["--access-key", OWNER.access_key]
        environment = {**os.environ, "S3COMPAT_SECRET_KEY": OWNER.secret_key}
        with subprocess.Popen(
            [*command, *keys], stdout=subprocess.PIPE, text=True, env=environment
        ) as process:
            assert process.stdout is not None
            found = re.search(r"S3 at (\S+)", process.stdout.readline())
            assert found is not None
            s3 = boto3.client(
                "s3",
                endpoint_url=found[1],
                region_name="us-east-1",
                aws_access_key_id=OWNER.access_key,
                aws_secret_access_key=OWNER.secret_key,
            )
            s3.create_bucket(Bucket=BUCKET)
            notify(s3)
            s3.put_object(Bucket=BUCKET, Key="acknowledged")
            process.kill()
        begin()
        with S3Server(data=data, event_targets=[target]):
            assert sink.records(1)[0]["s3"]["object"]["key"] == "acknowledged"


@pytest.mark.parametrize(
    ("text", "what"),
    [("my-queue=http://127.0.0.1", "ARN=URL"), ("arn:aws:sqs:*=ftp://127.0.0.1", "no http")],
)
def test_a_target_that_is_none_is_said(text: str, what: str) -> None:
    with pytest.raises(ValueError, match=what):
        S3Server(event_targets=[text])


def test_the_url_of_a_webhook_is_in_no_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Its user, password and query are the operator's; nobody listens at port 1."""
    monkeypatch.setattr(workers, "GIVE_UP", -1)
    webhooks = Webhooks(((QUEUE, "http://me:hush-hush@127.0.0.1:1/?token=hush-hush"),))
    store = Store(tmp_path, Settings(durability="relaxed"))
    for _ in range(2):
        work = msgspec.json.encode(Delivery(QUEUE, {}))
        store.write(lambda tx, work=work: store.tasks.put(tx, EVENTS, "lane", work))
    worker = Worker(store, EVENTS, webhooks.deliver)
    worker.start()
    for _ in range(1000):
        if not store.tasks.waiting(EVENTS):
            break
        time.sleep(0.05)
    worker.close()
    store.close()
    assert caplog.text.count(f"given up: the webhook of {QUEUE} is down") == 2
    assert "hush" not in caplog.text


def test_what_lifecycle_rules_do_is_told(sink: Sink) -> None:
    with S3Server(accounts=(OWNER,), durability="relaxed", event_targets=targets(sink)) as server:
        s3 = boto3.client("s3", **server.client_kwargs)
        s3.create_bucket(Bucket=BUCKET)
        notify(s3, "s3:LifecycleTransition", "s3:LifecycleExpiration:*")
        s3.put_object(Bucket=BUCKET, Key="moved", Body=b"x" * (1 << 17))
        s3.put_object(Bucket=BUCKET, Key="gone")
        rules = [
            {
                "Filter": {"Prefix": "moved"},
                "Status": "Enabled",
                "Transitions": [{"Days": 0, "StorageClass": "GLACIER_IR"}],
            },
            {"Filter": {"Prefix": "gone"}, "Status": "Enabled", "Expiration": {"Days": 1}},
        ]
        s3.put_bucket_lifecycle_configuration(
            Bucket=BUCKET, LifecycleConfiguration={"Rules": rules}
        )
        server.move_clock(timedelta(days=3))
        server.run_lifecycle()
        records = sink.records(2)

    assert sorted(names(records)) == ["LifecycleExpiration:Delete", "LifecycleTransition"]
    assert {record["userIdentity"]["principalId"] for record in records} == {"s3.amazonaws.com"}


@pytest.mark.parametrize(
    ("status", "delivered"),
    [(200, True), (204, True), (299, True), (302, False), (404, False), (503, False)],
)
def test_only_2xx_is_a_delivery(status: int, delivered: bool) -> None:
    with listening() as sink:
        sink.answers = status
        webhooks = Webhooks(parse_targets([f"arn:aws:sqs:*={sink.url}/hook"]))
        task = Task(1, "lane", 0, 0, msgspec.json.encode(Delivery("arn:aws:sqs:::q", {"n": 1})))
        if delivered:
            webhooks.deliver(task)
        else:
            with pytest.raises(LaterError, match=f"answered {status}"):
                webhooks.deliver(task)


def test_a_destination_that_is_down_is_left_alone_for_a_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The pause is in milliseconds, and no longer than what is left of that second."""
    now = [100.0]
    monkeypatch.setattr("server_ref.effects.webhooks.time.monotonic", lambda: now[0])
    webhooks = Webhooks(parse_targets(["arn:aws:sqs:*=http://127.0.0.1:1/hook"]))
    task = Task(1, "lane", 0, 0, msgspec.json.encode(Delivery("arn:aws:sqs:::q", {})))
    with pytest.raises(LaterError, match="ConnectionError"):
        webhooks.deliver(task)
    for passed, pause in ((0.0, 1001), (0.25, 751), (0.75, 251)):
        now[0] = 100.0 + passed
        with pytest.raises(LaterError) as later:
            webhooks.deliver(task)
        assert later.value.pause == pause
    now[0] = 101.5
    with pytest.raises(LaterError, match="ConnectionError"):  # it is tried again
        webhooks.deliver(task)


def dripping(ending: threading.Event, opened: list[socket.socket], at: socket.socket) -> None:
    """Answer every connection with a head that has no end, a byte at a time."""
    while not ending.is_set():
        try:
            connection, _ = at.accept()
        except OSError:  # the test is over
            return
        opened.append(connection)
        with connection, contextlib.suppress(OSError):
            connection.recv(1 << 16)
            connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not ending.wait(0.05):
                connection.sendall(b"a")


def test_an_answer_without_end_is_no_delivery_and_holds_nobody_up(
    sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One destination sends the head of its answer byte by byte; another one's events come."""
    monkeypatch.setattr(webhooks_module, "ANSWER", 0.5)
    ending, opened = threading.Event(), list[socket.socket]()
    slow, fast = QUEUE + "-slow", QUEUE + "-fast"
    with socket.create_server(("127.0.0.1", 0)) as at:
        port = at.getsockname()[1]
        thread = threading.Thread(target=dripping, args=(ending, opened, at))
        thread.start()
        urls = [f"{slow}=http://127.0.0.1:{port}/", f"{fast}={sink.url}/"]
        try:
            with S3Server(accounts=(OWNER,), durability="relaxed", event_targets=urls) as server:
                client = boto3.client("s3", **server.client_kwargs)
                for bucket, arn in (("slow", slow), ("fast", fast)):
                    client.create_bucket(Bucket=f"{bucket}-bucket")
                    one = {"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}
                    client.put_bucket_notification_configuration(
                        Bucket=f"{bucket}-bucket",
                        NotificationConfiguration={"QueueConfigurations": [one]},
                        SkipDestinationValidation=True,
                    )
                    client.put_object(Bucket=f"{bucket}-bucket", Key="key", Body=b"")
                (record,) = sink.records(1)
                assert record["s3"]["bucket"]["name"] == "fast-bucket"
            webhooks = Webhooks(parse_targets(urls))
            task = Task(1, "lane", 0, 0, msgspec.json.encode(Delivery(slow, {})))
            with pytest.raises(LaterError, match="is down: ReadTimeout"):
                webhooks.deliver(task)
        finally:
            ending.set()
            at.shutdown(socket.SHUT_RDWR)
            thread.join()
    assert opened


def test_a_destination_is_left_alone_longer_than_it_let_a_sender_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else a slow one would take most of the time that the others' events need."""
    now = [100.0]

    def post(*_: Any, **__: Any) -> Any:
        now[0] += 5.0
        raise requests.ReadTimeout

    monkeypatch.setattr("server_ref.effects.webhooks.time.monotonic", lambda: now[0])
    monkeypatch.setattr(requests.Session, "post", post)
    webhooks = Webhooks(parse_targets(["arn:aws:sqs:*=http://127.0.0.1:1/hook"]))
    task = Task(1, "lane", 0, 0, msgspec.json.encode(Delivery("arn:aws:sqs:::q", {})))
    for pause in (None, 15_001):
        with pytest.raises(LaterError) as later:
            webhooks.deliver(task)
        assert later.value.pause == pause


@pytest.mark.parametrize("name", [".", "..", "../x", "a?b"])
def test_a_name_never_leaves_its_folder(name: str) -> None:
    url = url_of(parse_targets(["arn:aws:sns:*=http://h/in/{name}"]), f"arn:aws:sns:r:1:{name}")
    sent = requests.Request("POST", url).prepare().url
    assert sent is not None
    folder, _, last = sent.rpartition("/")
    assert folder == "http://h/in"
    assert last not in ("", ".", "..")
    assert "?" not in last


def test_the_answer_of_every_scheme_is_waited_for_in_bounds() -> None:
    with bounded.session(1.0) as made:
        adapters: list[Any] = [made.get_adapter(f"{scheme}://h/") for scheme in ("http", "https")]
        plain, secure = adapters
        assert plain is secure
        for scheme in ("http", "https"):
            pool = secure.poolmanager.pool_classes_by_scheme[scheme]
            assert pool.ConnectionCls.seconds == 1.0
