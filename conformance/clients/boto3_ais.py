"""The `boto3+ais` client: boto3 with AIStore's patch, which makes botocore follow redirects."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from conformance.clients.base import Answer, CliMode
from conformance.clients.boto3 import Boto3Client
from conformance.clients.redirect_patch import MODULE, patch_version, patched_botocore
from conformance.endpoint.endpoint import Endpoint


class Boto3AisClient(Boto3Client):
    """boto3 as AIStore's documentation has it: `from aistore.botocore_patch import botocore`."""

    name = "boto3+ais"
    family = "AIStore"
    usual = False

    def __init__(self, endpoint: Endpoint, scratch: Path, *, cli_mode: CliMode = "warm") -> None:
        patch_version()
        with patched_botocore():
            super().__init__(endpoint, scratch, cli_mode=cli_mode)

    @classmethod
    def version(cls) -> str:
        return f"{super().version()} {patch_version()}"

    def call(self, operation: str, parameters: Mapping[str, Any]) -> Answer:
        answer = super().call(operation, parameters)
        line = f"import {MODULE}\n{answer.call.command}"
        answer.call = msgspec.structs.replace(answer.call, command=line)
        return answer
