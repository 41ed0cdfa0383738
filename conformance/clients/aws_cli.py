"""What `aws s3api` and `aws s3` share: configuration, credentials, options for the endpoint."""

from __future__ import annotations

import re
from collections.abc import Sequence

from conformance.clients.base import Answer
from conformance.clients.command_line import CommandLineClient, secret_file


class AwsCliClient(CommandLineClient):
    """The aws CLI with a configuration and credentials of its own, retrying nothing."""

    program_name = "aws"
    variable = "S3COMPAT_AWS"
    preload = ("awscli.clidriver",)
    refusals = re.compile(
        r"^usage: aws|Unknown options|Parameter validation failed|Invalid choice|Error parsing|"
        r"Invalid (?:bucket name|endpoint)|is not a valid|the following arguments are required|"
        r"Invalid (?:JSON|base64)|expected one argument|Unknown parameter|Bad value for",
        re.MULTILINE,
    )

    def configure(self) -> None:
        config = [
            "[default]",
            f"region = {self.endpoint.region}",
            "output = json",
            "cli_pager =",
            "s3 =",
            f"    addressing_style = {self.endpoint.addressing}",
            "    signature_version = s3v4",
        ]
        (self.home / "config").write_text("\n".join(config) + "\n", encoding="utf-8")
        credentials = self.endpoint.credentials
        lines = ["[default]"]
        if credentials is not None:
            lines.append(f"aws_access_key_id = {credentials.access_key}")
            lines.append(f"aws_secret_access_key = {credentials.secret_key}")
            if credentials.session_token is not None:
                lines.append(f"aws_session_token = {credentials.session_token}")
        secret_file(self.home / "credentials", "\n".join(lines) + "\n")

    def environment(self) -> dict[str, str]:
        return super().environment() | {
            "AWS_CONFIG_FILE": str(self.home / "config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(self.home / "credentials"),
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_MAX_ATTEMPTS": "1",
            "AWS_RETRY_MODE": "standard",
            "AWS_PAGER": "",
        }

    def shown_environment(self) -> dict[str, str]:
        return {"AWS_DEFAULT_REGION": self.endpoint.region}

    def endpoint_options(self) -> list[str]:
        options = ["--endpoint-url", self.endpoint.url]
        if self.endpoint.insecure:
            options.append("--no-verify-ssl")
        elif self.endpoint.ca_bundle:
            options += ["--ca-bundle", self.endpoint.ca_bundle]
        if self.endpoint.credentials is None:
            options.append("--no-sign-request")
        return options

    def cli(self, argv: Sequence[str], *, stdin: bytes = b"") -> Answer:
        """``argv`` is what follows `aws`: ``["s3", "sync", …]``."""
        name = " ".join(argv[:2])
        return self.say(name, argv, {}, stdin=stdin)
