"""The `aws-s3api` client: any operation of the model as a person types it, mechanically."""

from __future__ import annotations

import base64
import datetime
import functools
import json
from collections.abc import Iterator, Mapping
from typing import Any

from botocore import xform_name
from botocore.loaders import Loader

from conformance.clients.aws_cli import AwsCliClient
from conformance.clients.base import Answer, ClientCannotError
from conformance.clients.command_line import content_of
from conformance.clients.members import for_sdk
from matrix.service_model import operation_model, streaming_output

INLINE = 32 * 1024  # characters of one argument; longer ones are given as a file
_LOADED = ("file://", "fileb://", "http://", "https://")  # what the CLI takes for a place to read


class AwsS3ApiClient(AwsCliClient):
    """`aws s3api`: one subcommand an operation, one option a member."""

    name = "aws-s3api"
    family = "CLI"

    def call(self, operation: str, parameters: Mapping[str, Any]) -> Answer:
        try:
            model = operation_model(operation)
        except KeyError as unknown:
            raise ClientCannotError(str(unknown.args[0])) from unknown
        arguments = ["s3api", xform_name(operation, "-")]
        known = model.input_shape.members if model.input_shape else {}
        for name, value in for_sdk(parameters).items():
            if name not in known:
                raise ClientCannotError(f"aws s3api {arguments[1]} has no option for {name}")
            arguments += self._option(name, known[name], value)
        if operation in _paginated():
            arguments.append("--no-paginate")  # one call is one request
        delivered = content_of(self.outfile())
        if streaming_output(operation) or model.has_event_stream_output:
            arguments.append(str(self.home / "out"))
        return self.say(operation, arguments, parameters, delivered=delivered)

    def _option(self, name: str, shape: Any, value: Any) -> Iterator[str]:
        option = "--" + xform_name(name, "-")
        kind = shape.type_name
        if kind == "boolean":
            yield option if value else "--no-" + option[2:]
        elif kind == "blob":
            path = self.place(option[2:], value)
            yield from (
                option,
                str(path) if shape.serialization.get("streaming") else f"fileb://{path}",
            )
        elif kind == "list" and _plain_words(value):
            yield from (option, *value)
        elif kind in {"structure", "list", "map"}:
            yield from self._text(option, json.dumps(value, default=_in_json, ensure_ascii=False))
        elif kind == "timestamp" and isinstance(value, datetime.date):
            yield from (option, value.isoformat())
        elif isinstance(value, bytes | bytearray):
            yield from (option, f"fileb://{self.place(option[2:], value)}")
        else:
            yield from self._text(option, str(value))

    def _text(self, option: str, text: str) -> Iterator[str]:
        if text.startswith(_LOADED) or len(text) > INLINE:
            yield from (option, f"file://{self.place(option[2:], text)}")
        elif text.startswith("-"):
            yield f"{option}={text}"  # or it would be taken for an option
        else:
            yield from (option, text)


def _plain_words(value: Any) -> bool:
    return bool(value) and all(
        isinstance(word, str) and word and not word.startswith(("-", "[", "{", *_LOADED))
        for word in value
    )


def _in_json(value: Any) -> str:
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(value).decode()
    raise ClientCannotError(f"the command line cannot hold a {type(value).__name__}")


@functools.cache
def _paginated() -> frozenset[str]:
    loader = Loader(
        extra_search_paths=[Loader.BUILTIN_DATA_PATH], include_default_search_paths=False
    )
    return frozenset(loader.load_service_model("s3", "paginators-1")["pagination"])
