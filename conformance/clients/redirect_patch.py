"""AIStore's patch for botocore, put on for as long as one SDK client is made.

The patch (PyPI `aistore`, extra `botocore`) changes botocore's classes for the whole process; here
it must not reach the stock `boto3` client beside it. It is no client of its own.
https://github.com/NVIDIA/aistore/tree/main/python/aistore/botocore_patch
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import importlib.metadata
import importlib.util
import threading
from collections.abc import Iterator, Mapping
from typing import Any

from conformance.clients.base import ClientCannotError
from conformance.model.extras import how_to_install

MODULE = "aistore.botocore_patch.botocore"
_METHOD = "redirect_from_error"
_lock = threading.Lock()


def patch_version() -> str:
    """`aistore/2.0.0`; raises ClientCannotError where the patch is not installed."""
    for package in ("aistore", "wrapt"):
        if importlib.util.find_spec(package) is None:
            raise ClientCannotError(
                f"the redirect patch needs {package}; {how_to_install('aistore')}"
            )
    return f"aistore/{importlib.metadata.version('aistore')}"


@contextlib.contextmanager
def patched_botocore() -> Iterator[None]:
    """SDK clients made inside follow redirects as AIStore's patch has it; others do not."""
    import botocore.utils

    with _lock:
        stock = _methods(botocore.utils)
        try:
            for name, method in _patched_methods().items():
                setattr(getattr(botocore.utils, name), _METHOD, method)
            yield
        finally:
            for name, method in stock.items():
                setattr(getattr(botocore.utils, name), _METHOD, method)


@functools.cache
def _patched_methods() -> Mapping[str, Any]:
    """The methods as the patch leaves them: it patches once a process, on import."""
    import botocore.utils

    stock = _methods(botocore.utils)
    importlib.import_module(MODULE)
    patched = _methods(botocore.utils)
    if any(patched[name] is stock[name] for name in stock):
        raise ClientCannotError(f"{MODULE} did not change this botocore; update aistore")
    return patched


def _methods(module: Any) -> dict[str, Any]:
    return {
        name: vars(member)[_METHOD]
        for name, member in vars(module).items()
        if name.startswith("S3RegionRedirector") and _METHOD in vars(member)
    }
