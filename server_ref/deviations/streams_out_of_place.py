"""Deviations of streams that do not fit what is said of them, or the operation."""

from __future__ import annotations

from server_ref.deviations import deviation
from server_ref.errors import S3Error
from server_ref.response import Response
from server_ref.seams import Exchange, Seams

_HASH = "x-amz-content-sha256"
_ENCRYPTION = "x-amz-server-side-encryption"


@deviation("documents-in-unsigned-chunks-taken", "A document may come as an unsigned stream.")
def documents_in_unsigned_chunks_taken(server: Seams) -> None:
    @server.on_response("Put*Tagging")
    def taken(exchange: Exchange, _response: Response) -> Response | None:
        streamed = exchange.request.headers.get(_HASH, "").startswith("STREAMING-UNSIGNED")
        return Response(200, {}) if exchange.error is not None and streamed else None


@deviation("encryption-asked-of-anything", "A method of encryption may be asked for anywhere.")
def encryption_asked_of_anything(server: Seams) -> None:
    @server.on_response("*")
    def taken(exchange: Exchange, _response: Response) -> Response | None:
        error = exchange.error
        if error is None or error.members.get("ArgumentName") != _ENCRYPTION:
            return None
        if "is not supported for this operation" not in error.message:
            return None
        return Response(200, {"ETag": '"00000000000000000000000000000000"'})


@deviation("decoded-length-of-words-refused", "A length that is a word is an InvalidArgument.")
def decoded_length_of_words_refused(server: Seams) -> None:
    @server.on_error("PutObject")
    def refused(exchange: Exchange, error: S3Error) -> S3Error | None:
        said = exchange.request.headers.get("x-amz-decoded-content-length", "0")
        word = error.code == "MissingContentLength" and not said.isdecimal()
        return S3Error("InvalidArgument") if word else None
