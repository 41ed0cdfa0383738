"""Amazon's S3 service model compiled into routes, parsers and serialisers."""

from __future__ import annotations

from dataclasses import dataclass

from server_ref.model.parse import Parser
from server_ref.model.routes import PSEUDO, Router
from server_ref.model.serialise import Serialiser
from server_ref.model.source import load


@dataclass(frozen=True)
class Service:
    """Everything compiled from the model; ``operations`` are all names, pseudo ones with them."""

    operations: tuple[str, ...]
    router: Router
    parser: Parser
    serialiser: Serialiser


def compile_service() -> Service:
    """Read and compile the model. Raises FileNotFoundError without botocore's data."""
    model = load()
    return Service((*model["operations"], *PSEUDO), Router(model), Parser(model), Serialiser(model))
