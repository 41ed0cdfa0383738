"""Amazon's S3 service model with its shapes, as botocore loads it; AWS_DATA_PATH is not read.

It is data, as the rows are, and stands beside them for the suite and the reports. Whoever needs
only the names of the operations asks ``matrix.operations``, which imports no botocore. The
reference server compiles a model of its own: one mistake must not pass on both sides.
"""

from __future__ import annotations

import functools
from typing import Any
from urllib.parse import parse_qsl

from botocore.loaders import Loader
from botocore.model import ServiceModel

from matrix.model import data_folder


@functools.cache
def service_model() -> Any:
    """The botocore ServiceModel of S3."""
    loader = Loader(extra_search_paths=[str(data_folder())], include_default_search_paths=False)
    return ServiceModel(loader.load_service_model("s3", "service-2"), "s3")


def operation_names() -> tuple[str, ...]:
    """Every operation of the model."""
    return tuple(service_model().operation_names)


@functools.cache
def operation_model(name: str) -> Any:
    """The OperationModel of ``name``; raises KeyError for a name the model does not have."""
    if name not in operation_names():
        raise KeyError(f"Amazon's S3 model (botocore's) has no operation {name!r}")
    return service_model().operation_model(name)


def streaming_output(name: str) -> str | None:
    """The member of an operation's answer that is a stream of bytes ("Body"), if it has one."""
    model = operation_model(name)
    if not model.has_streaming_output:
        return None
    member: str = model.output_shape.serialization["payload"]
    return member


@functools.cache
def query_names() -> frozenset[str]:
    """Every name that a query holds in some operation: sub-resources, and members."""
    names: set[str] = set()
    for name in operation_names():
        model = operation_model(name)
        names |= {key for key, _ in parse_qsl(_query(model), keep_blank_values=True)}
        members = model.input_shape.members.values() if model.input_shape is not None else ()
        names |= {
            member.serialization["name"]
            for member in members
            if member.serialization.get("location") == "querystring"
        }
    return frozenset(names)


def _query(model: Any) -> str:
    uri: str = model.http["requestUri"]
    return uri.partition("?")[2]
