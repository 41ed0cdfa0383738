"""Amazon's S3 service model as botocore ships it: found and read, without importing botocore."""

from __future__ import annotations

import gzip
import importlib.util
import json
import os
from pathlib import Path
from typing import Any

Shape = dict[str, Any]


def load() -> dict[str, Any]:
    """The service model (keys ``operations`` and ``shapes``).

    S3COMPAT_BOTOCORE_DATA names the data folder of another botocore to read it from: what S3 is
    does not depend on which generation of clients is installed beside the server.
    Raises FileNotFoundError when botocore or its S3 model is not installed.
    """
    spec = importlib.util.find_spec("botocore")
    given = os.environ.get("S3COMPAT_BOTOCORE_DATA")
    installed = (spec.submodule_search_locations or ()) if spec else ()
    for data in [given] if given else [Path(place) / "data" for place in installed]:
        folder = Path(data) / "s3" / "2006-03-01"
        for path in (folder / "service-2.json.gz", folder / "service-2.json"):
            if path.exists():
                packed = path.read_bytes()
                text = gzip.decompress(packed) if path.suffix == ".gz" else packed
                model: dict[str, Any] = json.loads(text)
                return model
    raise FileNotFoundError(
        "botocore's S3 service model was not found; `pip install botocore` brings it"
    )
