"""Starts the recorder in a Python process that has this folder on its PYTHONPATH.

Stdlib only. The process's own `sitecustomize`, if it has one, runs as it would have.
"""

import importlib.machinery
import importlib.util
import os
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


def _load(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(f"s3compat_{name}", HERE.parent / f"{name}.py")
    if spec is None or spec.loader is None:
        raise ImportError(f"{HERE.parent / name}.py cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _run_the_next() -> None:
    elsewhere = [entry for entry in sys.path if Path(entry or ".").resolve() != HERE]
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", elsewhere)
    if spec is not None and spec.loader is not None:
        module = importlib.util.module_from_spec(spec)
        sys.modules["sitecustomize"] = module
        spec.loader.exec_module(module)


if os.environ.get("S3COMPAT_RECORD"):
    _load("recorder").record_process(Path(os.environ["S3COMPAT_RECORD"]))
if os.environ.get("S3COMPAT_LOCALHOST_NAMES"):
    _load("localhost_names").install()
_run_the_next()
