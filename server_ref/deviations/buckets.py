"""Deviations of buckets: create, head, delete, list, creation time, location."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from server_ref.context import Context, Handler, Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.steps import (
    do_nothing,
    drop_header,
    drop_member,
    edit_body,
    edit_members,
    ignore_header,
    ignore_member,
    refuse,
    replace_error,
    set_status,
    swallow_error,
)
from server_ref.deviations.when import anonymous, rewrite, success_for_error, swallow_when
from server_ref.errors import S3Error
from server_ref.operations import discover
from server_ref.request import Request
from server_ref.seams import Seams

LATE = timedelta(seconds=10)


def _exists(ctx: Context, name: str) -> bool:
    return any(bucket.name == name for bucket in ctx.store.buckets())


def _keys(ctx: Context, name: str) -> list[str]:
    listed = discover()["ListObjectsV2"](ctx, {"Bucket": name})
    return [entry["Key"] for entry in listed["Contents"]]


def _empty(ctx: Context, name: str) -> None:
    for key in _keys(ctx, name):
        discover()["DeleteObject"](ctx, {"Bucket": name, "Key": key})


# create


@deviation("bucket-listed-late", "A new bucket is missing from ListBuckets for ten seconds.")
def bucket_listed_late(server: Seams) -> None:
    @server.around("ListBuckets")
    def old_ones(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        before = ctx.clock() - LATE
        answer["Buckets"] = [one for one in answer["Buckets"] if one["CreationDate"] < before]
        return answer


declare(
    "bucket-location-header-missing",
    "CreateBucket answers no Location.",
    drop_header("CreateBucket", "Location"),
)


@deviation("bucket-not-ready-at-once", "PutObject does not find a bucket younger than ten seconds.")
def bucket_not_ready_at_once(server: Seams) -> None:
    @server.around("PutObject")
    def too_early(handler: Handler, ctx: Context, members: Members) -> Members:
        bucket = ctx.store.bucket(members["Bucket"])
        if ctx.clock().timestamp() - bucket.created < LATE.total_seconds():
            raise S3Error("NoSuchBucket", BucketName=bucket.name)
        return handler(ctx, members)


@deviation("bucket-again-conflicts", "Creating a bucket again is a conflict at us-east-1 too.")
def bucket_again_conflicts(server: Seams) -> None:
    @server.around("CreateBucket")
    def conflict(handler: Handler, ctx: Context, members: Members) -> Members:
        if _exists(ctx, members["Bucket"]):
            raise S3Error("BucketAlreadyOwnedByYou", BucketName=members["Bucket"])
        return handler(ctx, members)


@deviation("bucket-again-empties-it", "Creating a bucket again removes what was in it.")
def bucket_again_empties_it(server: Seams) -> None:
    @server.around("CreateBucket")
    def emptied(handler: Handler, ctx: Context, members: Members) -> Members:
        if _exists(ctx, members["Bucket"]):
            _empty(ctx, members["Bucket"])
        return handler(ctx, members)


def _accepted(bad: Callable[[str], bool]) -> Callable[[Seams], None]:
    return swallow_when(
        "CreateBucket", "InvalidBucketName", lambda _ctx, members: bad(members["Bucket"])
    )


declare(
    "bucket-name-uppercase-accepted",
    "CreateBucket takes a name with an uppercase letter.",
    _accepted(lambda name: name != name.lower()),
)
declare(
    "bucket-name-underscore-accepted",
    "CreateBucket takes a name with an underscore.",
    _accepted(lambda name: "_" in name),
)
declare(
    "bucket-name-64-accepted",
    "CreateBucket takes a name of 64 characters.",
    _accepted(lambda name: len(name) == 64),
)


@deviation("bucket-body-not-read", "CreateBucket takes a configuration that is no XML.")
def bucket_body_not_read(server: Seams) -> None:
    @server.around_parse
    def parse(plain: Callable[[Request, str], Members], request: Request, op: str) -> Members:
        try:
            return plain(request, op)
        except S3Error as error:
            if op != "CreateBucket" or error.code != "MalformedXML":
                raise
            return {"Bucket": request.bucket}


# head

declare(
    "bucket-head-not-found", "HeadBucket finds no bucket.", refuse("HeadBucket", "NoSuchBucket")
)
declare(
    "bucket-head-missing-200",
    "HeadBucket of a missing bucket answers 200.",
    set_status("HeadBucket", 404, 200),
)
declare(
    "bucket-head-region-missing",
    "HeadBucket does not name the region.",
    drop_header("HeadBucket", "x-amz-bucket-region"),
)
declare(
    "bucket-head-alias-missing",
    "HeadBucket has no x-amz-access-point-alias.",
    drop_header("HeadBucket", "x-amz-access-point-alias"),
)
declare(
    "bucket-owner-not-compared",
    "x-amz-expected-bucket-owner is not looked at.",
    ignore_header("x-amz-expected-bucket-owner"),
)
declare(
    "bucket-head-anonymous-allowed", "HeadBucket needs no signature.", anonymous("HeadBucket", None)
)

# delete

declare(
    "bucket-delete-does-nothing",
    "DeleteBucket answers success and leaves the bucket.",
    do_nothing("DeleteBucket"),
)
declare(
    "bucket-delete-answers-200", "DeleteBucket answers 200.", set_status("DeleteBucket", 204, 200)
)
declare(
    "bucket-delete-with-objects",
    "DeleteBucket answers success for a bucket with objects.",
    swallow_error("DeleteBucket", "BucketNotEmpty"),
)
declare(
    "bucket-delete-missing-204",
    "DeleteBucket of a missing bucket answers 204.",
    success_for_error("DeleteBucket", "NoSuchBucket", 204),
)
declare(
    "bucket-delete-ignores-versions",
    "DeleteBucket does not look for versions and markers.",
    swallow_when(
        "DeleteBucket", "BucketNotEmpty", lambda ctx, members: not _keys(ctx, members["Bucket"])
    ),
)
declare(
    "bucket-deleted-is-no-such-key",
    "GetObject from a missing bucket is NoSuchKey.",
    replace_error("GetObject", "NoSuchBucket", "NoSuchKey"),
)


@deviation("bucket-delete-empties-it", "DeleteBucket removes the objects and then the bucket.")
def bucket_delete_empties_it(server: Seams) -> None:
    @server.around("DeleteBucket")
    def emptied(handler: Handler, ctx: Context, members: Members) -> Members:
        _empty(ctx, members["Bucket"])
        return handler(ctx, members)


# list

declare(
    "buckets-one-only",
    "ListBuckets names the first bucket only.",
    edit_members("ListBuckets", lambda answer: answer.update(Buckets=answer["Buckets"][:1])),
)
declare("buckets-owner-missing", "ListBuckets names no owner.", drop_member("ListBuckets", "Owner"))
declare(
    "buckets-root-renamed",
    "ListBuckets answers a ListBucketResult.",
    edit_body(
        "ListBuckets", lambda body: body.replace(b"ListAllMyBucketsResult", b"ListBucketResult")
    ),
)
declare(
    "buckets-namespace-cut",
    "The namespace of ListBuckets lacks its last slash.",
    edit_body("ListBuckets", lambda body: body.replace(b'2006-03-01/"', b'2006-03-01"')),
)
declare(
    "buckets-prefix-ignored",
    "ListBuckets does not look at prefix.",
    ignore_member("ListBuckets", "Prefix"),
)
declare(
    "buckets-max-ignored",
    "ListBuckets does not look at max-buckets.",
    ignore_member("ListBuckets", "MaxBuckets"),
)
declare(
    "buckets-region-unchecked",
    "ListBuckets does not look at bucket-region.",
    ignore_member("ListBuckets", "BucketRegion"),
)


def _each(change: Callable[[Members], None]) -> Callable[[Seams], None]:
    """Every bucket in a list passes through ``change``."""

    def edit(answer: Members) -> None:
        for one in answer["Buckets"]:
            change(one)

    return edit_members("ListBuckets", edit)


declare(
    "buckets-region-missing",
    "ListBuckets names no region.",
    _each(lambda bucket: bucket.pop("BucketRegion", None)),
)

# creation time

declare(
    "creation-time-1970",
    "Every bucket was created in 1970.",
    _each(lambda bucket: bucket.update(CreationDate=datetime(1970, 1, 1, tzinfo=UTC))),
)
declare(
    "creation-time-in-the-future",
    "Every bucket is created in an hour.",
    _each(lambda one: one.update(CreationDate=one["CreationDate"] + timedelta(hours=1))),
)
declare(
    "creation-time-local",
    "CreationDate is in a local time zone.",
    edit_body(
        "ListBuckets", lambda body: body.replace(b"Z</CreationDate>", b"-04:00</CreationDate>")
    ),
)


@deviation("creation-time-only-of-the-first", "Only the first bucket has a CreationDate.")
def creation_time_only_of_the_first(server: Seams) -> None:
    def edit(answer: Members) -> None:
        for bucket in answer["Buckets"][1:]:
            bucket.pop("CreationDate")

    edit_members("ListBuckets", edit)(server)


@deviation("creation-time-moves", "CreationDate is another one in every listing.")
def creation_time_moves(server: Seams) -> None:
    seconds = itertools.count()

    def edit(answer: Members) -> None:
        later = timedelta(seconds=next(seconds))
        for bucket in answer["Buckets"]:
            bucket["CreationDate"] += later

    edit_members("ListBuckets", edit)(server)


# location

declare(
    "location-says-us-east-1",
    "GetBucketLocation says us-east-1 for us-east-1.",
    edit_members("GetBucketLocation", lambda answer: answer.update(LocationConstraint="us-east-1")),
)
declare(
    "location-missing-bucket-is-a-key",
    "GetBucketLocation of no bucket is NoSuchKey.",
    replace_error("GetBucketLocation", "NoSuchBucket", "NoSuchKey"),
)
declare(
    "location-constraint-unchecked",
    "CreateBucket does not look at its configuration.",
    ignore_member("CreateBucket", "CreateBucketConfiguration"),
)


def _drop_us_east_1(members: Members) -> None:
    asked = members.get("CreateBucketConfiguration") or {}
    if asked.get("LocationConstraint") == "us-east-1":
        members.pop("CreateBucketConfiguration")


declare(
    "location-constraint-us-east-1-accepted",
    "CreateBucket takes us-east-1 as a constraint.",
    rewrite("CreateBucket", _drop_us_east_1),
)
