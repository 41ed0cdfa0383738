"""The `aws+ais` client: the aws CLI (version 1) with AIStore's patch for redirects.

awscli brings a botocore of its own and calls it `botocore`. The patch has to reach that one, before
`main` makes a client; the program looks whether it did.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from conformance.clients.aws_s3api import AwsS3ApiClient
from conformance.clients.base import ClientCannotError
from conformance.clients.programs import Program
from conformance.clients.redirect_patch import MODULE, patch_version

PROGRAM = f"""\
import sys
import awscli.clidriver
import {MODULE}
import botocore.utils
if not hasattr(botocore.utils.S3RegionRedirectorv2.redirect_from_error, "__wrapped__"):
    sys.exit("{MODULE} did not reach the botocore of awscli")
sys.exit(awscli.clidriver.main())
"""
SHORT = f"import sys, awscli.clidriver, {MODULE}; sys.exit(awscli.clidriver.main())"


class AwsAisClient(AwsS3ApiClient):
    """`aws s3api`, and `aws s3` by ``cli``, started by a program that imports the patch.

    It is always the awscli of this Python: no other can be patched from here.
    """

    name = "aws+ais"
    family = "AIStore"
    usual = False

    def configure(self) -> None:
        super().configure()
        path = self.home / "aws"
        path.write_text(f"#!{sys.executable}\n{PROGRAM}", encoding="utf-8")
        path.chmod(0o700)
        self.program = Program(path, own=True, preload=("awscli.clidriver", MODULE))

    @classmethod
    def version(cls) -> str:
        if importlib.util.find_spec("awscli") is None:
            raise ClientCannotError("awscli is not installed in this Python; pip install awscli")
        return f"aws-cli/{importlib.metadata.version('awscli')} {patch_version()}"

    @classmethod
    def _program(cls) -> Program:
        """Any program until ``configure`` has written ours."""
        cls.version()
        return Program(Path(sys.executable), own=True)

    def shown(self, arguments: Sequence[str]) -> str:
        line = super().shown(arguments)
        return line.replace(" aws ", f" python -c {shlex.quote(SHORT)} ", 1)
