"""Amazon's S3 service model as botocore ships it: found and read, without importing botocore."""

from __future__ import annotations

import gzip
import importlib.util
import json
from pathlib import Path
from typing import Any

Shape = dict[str, Any]


def load() -> dict[str, Any]:
    """The service model (keys ``operations`` and ``shapes``).

    Raises FileNotFoundError when botocore or its S3 model is not installed.
    """
    spec = importlib.util.find_spec("botocore")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(place) / "data" / "s3" / "2006-03-01"
        for path in (folder / "service-2.json.gz", folder / "service-2.json"):
            if path.exists():
                data = path.read_bytes()
                text = gzip.decompress(data) if path.suffix == ".gz" else data
                model: dict[str, Any] = json.loads(text)
                return model
    raise FileNotFoundError(
        "botocore's S3 service model was not found; `pip install botocore` brings it"
    )
