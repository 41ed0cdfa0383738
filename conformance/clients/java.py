"""The `java` client: any operation of the model through the AWS SDK for Java v2, in one JVM.

The program is in the folder `java` beside this module; it is compiled where its jars are fetched.
"""

from __future__ import annotations

import functools
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from conformance.clients.base import Answer, ClientCannotError
from conformance.clients.cache import cache_folder
from conformance.clients.fetching import Fetch, fetched_by
from conformance.clients.in_pieces import PiecesAnswer
from conformance.clients.proxied import ProxiedProgramClient
from conformance.clients.sdk_program import runtime

SOURCE = Path(__file__).parent / "java"
VARIABLE = "S3COMPAT_JAVA"  # names a folder with other jars and classes
RELEASE = "17"  # of Java, the oldest that the program runs on
_JAVA = f"install a JDK {RELEASE} or later and Maven (Debian: openjdk-17-jdk-headless, maven)"


class JavaClient(ProxiedProgramClient):
    """`S3Client`, synchronous, with the HTTP client that the SDK has by default."""

    name = "java"
    family = "JVM"
    calls_it = "S3Client: {operation}Request.builder()…  // {members}"
    comes_from = "Maven Central: software.amazon.awssdk:s3; the JDK compiles the program"
    crt: ClassVar[bool] = False

    @classmethod
    def version(cls) -> str:
        return _version(runtime("java", _JAVA), folder())

    @classmethod
    def fetch(cls, version: str | None = None) -> Fetch:
        maven, javac = runtime("mvn", _JAVA), runtime("javac", _JAVA)

        def into(fresh: Path) -> None:
            jars = fresh / "lib"
            chosen = [] if version is None else [f"-Dsdk={version}", f"-Dcrt={_crt_of(version)}"]
            copy = ["dependency:copy-dependencies", f"-DoutputDirectory={jars}"]
            fetched_by(
                [maven, "-q", "-B", "-f", str(SOURCE / "pom.xml"), *copy, *chosen], folder=fresh
            )
            sources = [str(path) for path in sorted(SOURCE.glob("*.java"))]
            into = ["-d", str(fresh / "classes"), "-cp", f"{jars}/*", "--release", RELEASE]
            fetched_by([javac, "-nowarn", *into, *sources], folder=fresh)

        return Fetch(what=cls.comes_from, place=cache_folder() / "java", into=into)

    def command(self) -> Sequence[str]:
        place = folder()
        port = self.proxy.port
        return [
            runtime("java", _JAVA),
            *("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Xmx512m"),
            *(f"-D{scheme}.proxyHost=127.0.0.1" for scheme in ("http", "https")),
            *(f"-D{scheme}.proxyPort={port}" for scheme in ("http", "https")),
            "-Dhttp.nonProxyHosts=",
            f"-Djava.io.tmpdir={self.home}",
            f"-Duser.home={self.home}",
            *("-cp", f"{place / 'classes'}:{place / 'lib'}/*", "Main"),
        ]

    def settings(self) -> dict[str, Any]:
        return {**super().settings(), "crt": self.crt}


class JavaCrtClient(JavaClient):
    """`S3AsyncClient.crtBuilder()`: the client written in C, which divides what is large."""

    name = "java-crt"
    calls_it = "S3AsyncClient (CRT): {operation}Request.builder()…  // {members}"
    crt = True
    also = {  # noqa: RUF012 -- never changed
        "PutObject": ("CompleteMultipartUpload",),
        "CopyObject": ("CompleteMultipartUpload",),
        "GetObject": ("HeadObject",),
    }

    def call(self, operation: str, parameters: Mapping[str, Any]) -> Answer:
        return _CrtAnswer(**vars(super().call(operation, parameters)))


class _CrtAnswer(PiecesAnswer):
    who = "the CRT client"


def folder() -> Path:
    """The folder with the jars and the program; raises ClientCannotError where they are not."""
    given = os.environ.get(VARIABLE)
    place = Path(given).absolute() if given else cache_folder() / "java"
    if not (place / "classes" / "Main.class").is_file():
        where = f"{VARIABLE} names {place}, which has" if given else f"{place} has"
        raise ClientCannotError(f"{where} no program; `s3compat clients install java` makes it")
    return place


def _crt_of(version: str) -> str:
    """The version of the CRT that goes with one of the SDK: what its bill of materials says."""
    return "0.33.0" if version.startswith("2.29.") else "LATEST"


@functools.cache
def _version(java: str, place: Path) -> str:
    jars = sorted(path.stem for path in (place / "lib").glob("s3-[0-9]*.jar"))
    if not jars:
        raise ClientCannotError(f"{place} has no jar of the SDK; `s3compat clients install java`")
    done = subprocess.run(
        [java, "-version"], capture_output=True, text=True, check=False, timeout=60
    )
    lines = (done.stderr or done.stdout).splitlines()
    if done.returncode != 0 or not lines:
        raise ClientCannotError(f"{java} -version ended with {done.returncode}: {lines[:1]}")
    line = lines[0]
    return f"aws-sdk-java/{jars[-1].removeprefix('s3-')} {line.replace(' version', '')}"
