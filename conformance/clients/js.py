"""The `js` client: any operation of the model through the AWS SDK for JavaScript v3, in Node.

The program is in the folder `javascript` beside this module. It records its connections itself, so
that under TLS, too, the plain bytes are seen.
"""

from __future__ import annotations

import functools
import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from conformance.clients.base import Answer, ClientCannotError
from conformance.clients.cache import cache_folder
from conformance.clients.fetching import Fetch, fetched_by
from conformance.clients.sdk_program import SdkProgramClient, runtime
from matrix.service_model import operation_model

SOURCE = Path(__file__).parent / "javascript"
VARIABLE = "S3COMPAT_JS"  # names a folder with another node_modules
SDK = "@aws-sdk/client-s3"
_OF_ONE_VERSION = (SDK, "@aws-sdk/lib-storage", "@aws-sdk/s3-request-presigner")
_NODE = "install Node.js 18 or later (https://nodejs.org, or your system's package `nodejs`)"


class JavaScriptClient(SdkProgramClient):
    """`new S3Client(…).send(new <Operation>Command(members))`, in one process of Node."""

    name = "js"
    family = "JavaScript"
    calls_it = "await s3.send(new {operation}Command({{{members}}}))"
    comes_from = "the npm registry: @aws-sdk/client-s3, lib-storage, s3-request-presigner"

    @classmethod
    def version(cls) -> str:
        return _version(runtime("node", _NODE), folder())

    @classmethod
    def fetch(cls, version: str | None = None) -> Fetch:
        npm = runtime("npm", _NODE)
        place = cache_folder() / "js"
        manifest = json.loads((SOURCE / "package.json").read_text())
        if version is not None:
            manifest["dependencies"] |= dict.fromkeys(_OF_ONE_VERSION, version)

        def into(fresh: Path) -> None:
            (fresh / "package.json").write_text(json.dumps(manifest))
            fetched_by(
                [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"],
                folder=fresh,
            )

        return Fetch(what=cls.comes_from, place=place, into=into)

    def call(self, operation: str, parameters: Mapping[str, Any]) -> Answer:
        answer = super().call(operation, parameters)
        if lost := _left_out(operation, parameters, answer):
            raise ClientCannotError(f"this version of the SDK does not know {lost}, and sends none")
        return answer

    def command(self) -> Sequence[str]:
        return [runtime("node", _NODE), str(SOURCE / "main.cjs"), str(folder())]


def _left_out(operation: str, parameters: Mapping[str, Any], answer: Answer) -> str:
    """The first member with a header of its own whose header is in no request; "" if there is none.

    JavaScript has no types at run time: an SDK drops a member that it does not know.
    """
    if not answer.exchanges:
        return ""
    sent = {name.lower() for one in answer.exchanges for name, _ in one.request.headers}
    shape = operation_model(operation).input_shape
    known = shape.members if shape is not None else {}
    for name, value in parameters.items():
        where = known[name].serialization if name in known else {}
        own = value not in (None, "") and where.get("location") == "header"
        if own and str(where.get("name", name)).lower() not in sent:
            return name
    return ""


def folder() -> Path:
    """The folder whose node_modules holds the SDK; raises ClientCannotError where none does."""
    given = os.environ.get(VARIABLE)
    place = Path(given).absolute() if given else cache_folder() / "js"
    if not (place / "node_modules" / SDK / "package.json").is_file():
        where = f"{VARIABLE} names {place}, which has" if given else f"{place} has"
        raise ClientCannotError(f"{where} no {SDK}; `s3compat clients install js` fetches it")
    return place


@functools.cache
def _version(node: str, place: Path) -> str:
    said = json.loads((place / "node_modules" / SDK / "package.json").read_text())["version"]
    done = subprocess.run(
        [node, "--version"], capture_output=True, text=True, check=False, timeout=60
    )
    return f"aws-sdk-js/{said} node/{done.stdout.strip().lstrip('v')}"
