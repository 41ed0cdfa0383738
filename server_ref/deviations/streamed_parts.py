"""Deviations of aws-chunked and of chunked transfer, where no chunk is wrong."""

from __future__ import annotations

from collections.abc import Callable

from server_ref.context import Context, Handler, Members
from server_ref.deviations import declare, deviation
from server_ref.deviations.steps import replace_error
from server_ref.errors import S3Error
from server_ref.request import Request
from server_ref.response import Response
from server_ref.seams import Exchange, Seams


def _parsed(server: Seams, change: Callable[[Request, str], None]) -> None:
    @server.around_parse
    def parse(plain: Callable[[Request, str], Members], request: Request, op: str) -> Members:
        change(request, op)
        return plain(request, op)


@deviation("streamed-part-keeps-its-framing", "ListParts counts the framing of a streamed part.")
def streamed_part_keeps_its_framing(server: Seams) -> None:
    @server.around("ListParts")
    def framed(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        for part in answer["Parts"]:
            part["Size"] += 86
        return answer


@deviation("unknown-trailer-accepted", "A trailer of any name is taken, and not looked at.")
def unknown_trailer_accepted(server: Seams) -> None:
    @server.on_response("PutObject")
    def taken(exchange: Exchange, _response: Response) -> Response | None:
        announced = exchange.request.headers.get("x-amz-trailer", "")
        if exchange.error is not None and announced not in ("", "x-amz-checksum-crc32"):
            return Response(200, {"ETag": '"00000000000000000000000000000000"'})
        return None


@deviation("stream-needs-a-trailer", "An unsigned stream without a trailer is refused.")
def stream_needs_a_trailer(server: Seams) -> None:
    def needed(request: Request, _operation: str) -> None:
        streamed = request.headers.get("x-amz-content-sha256", "").startswith("STREAMING-UNSIGNED")
        if streamed and "x-amz-trailer" not in request.headers:
            raise S3Error("InvalidRequest")

    _parsed(server, needed)


@deviation("streams-not-chunked-in-transfer", "A stream with Transfer-Encoding is not implemented.")
def streams_not_chunked_in_transfer(server: Seams) -> None:
    def refused(request: Request, _operation: str) -> None:
        if "transfer-encoding" in request.headers:
            raise S3Error("NotImplemented")

    _parsed(server, refused)


declare(
    "chunked-transfer-is-500",
    "A body that is chunked in transfer alone is an InternalError.",
    replace_error("*", "NotImplemented", "InternalError"),
)


@deviation("aws-chunked-kept-before-others", "`aws-chunked,gzip` is kept as it stands.")
def aws_chunked_kept_before_others(server: Seams) -> None:
    @server.around("PutObject")
    def kept(handler: Handler, ctx: Context, members: Members) -> Members:
        sent = ctx.request.headers.get("content-encoding", "")
        if sent.startswith("aws-chunked,"):
            members["ContentEncoding"] = sent
        return handler(ctx, members)

    @server.around("HeadObject")
    def shown(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        if answer.get("ContentEncoding") == "gzip":
            answer["ContentEncoding"] = "aws-chunked,gzip"
        return answer


@deviation("aws-chunked-kept-of-an-upload", "An upload begun with `aws-chunked` is coded so.")
def aws_chunked_kept_of_an_upload(server: Seams) -> None:
    begun: set[str] = set()

    @server.around("CreateMultipartUpload")
    def noted(handler: Handler, ctx: Context, members: Members) -> Members:
        if ctx.request.headers.get("content-encoding") == "aws-chunked":
            begun.add(members["Key"])
        return handler(ctx, members)

    @server.around("HeadObject")
    def shown(handler: Handler, ctx: Context, members: Members) -> Members:
        answer = handler(ctx, members)
        if members["Key"] in begun:
            answer["ContentEncoding"] = "aws-chunked"
        return answer


def _shown_of_streams(name: str, value: str) -> Callable[[Seams], None]:
    """HeadObject shows another member of what came in chunks."""

    def install(server: Seams) -> None:
        streamed: set[str] = set()

        @server.around("PutObject")
        def noted(handler: Handler, ctx: Context, members: Members) -> Members:
            if ctx.request.headers.get("x-amz-content-sha256", "").startswith("STREAMING"):
                streamed.add(members["Key"])
            return handler(ctx, members)

        @server.around("HeadObject")
        def shown(handler: Handler, ctx: Context, members: Members) -> Members:
            answer = handler(ctx, members)
            if members["Key"] in streamed:
                answer[name] = value
            return answer

    return install


declare(
    "etag-is-of-the-framing",
    "An object that came in chunks has another ETag.",
    _shown_of_streams("ETag", '"9bb58f26192e4ba00f01e2e7b136bbd8"'),
)
declare(
    "checksum-is-of-the-framing",
    "An object that came in chunks has another CRC64NVME.",
    _shown_of_streams("ChecksumCRC64NVME", "AAAAAAAAAAA="),
)
