"""The columns of a store's two tables, and what stands in one that an older store has not.

A column is never renamed or given another type. A new one is added with its default, so that stores
of all versions are read alike. FORMAT grows only where an older s3compat would misread a newer one.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow

FORMAT = 1

_text = pyarrow.string()
_number = pyarrow.int64()
_texts = pyarrow.list_(_text)
_named = pyarrow.map_(_text, _text)
_moment = pyarrow.timestamp("s", tz="UTC")

EXPECTATION = pyarrow.struct(
    [
        ("what", _text),
        ("expected", _text),
        ("actual", _text),
        ("ok", pyarrow.bool_()),
        ("lost", pyarrow.bool_()),
        ("wording", pyarrow.bool_()),
        ("operation", _text),
        ("answered", _text),
    ]
)

RUNS = pyarrow.schema(
    [
        ("run", _text),  # the digest that names the files
        ("format", pyarrow.int32()),
        ("run_id", _text),
        ("endpoint", _text),
        ("generation", _text),
        ("day", pyarrow.date32()),  # of its start, UTC
        ("started", _moment),
        ("finished", _moment),  # null where it crashed
        ("seconds", pyarrow.float64()),
        ("ended_by", _text),  # "finished", or why not; "crashed" where nothing says so
        ("url", _text),
        ("region", _text),
        ("addressing", _text),
        ("profile", _text),
        ("s3compat", _text),
        ("matrix", _text),
        ("python", _text),
        ("strict", pyarrow.bool_()),
        ("planned", _number),
        ("outcomes", _number),
        ("exit_code", pyarrow.int32()),
        ("sentence", _text),
        ("passed", _number),
        ("claimed", _number),
        ("untested", _number),
        ("lost", _number),
        ("clients", _named),
        ("families", _named),
        ("selection", _named),
        ("server", _named),
        ("counts", pyarrow.map_(_text, _number)),
        ("again", _texts),
        ("leftovers", _texts),
        ("log", _text),  # where the run log lies in the store
    ]
)

OUTCOMES = pyarrow.schema(
    [
        ("run", _text),
        ("endpoint", _text),
        ("generation", _text),
        ("day", pyarrow.date32()),
        ("started", _moment),
        ("check", _text),  # "row.name"
        ("client", _text),
        ("row", _text),
        ("in_group", _text),  # the matrix's group of the row
        ("outcome", _text),
        ("title", _text),
        ("explanation", _text),
        ("level", _text),
        ("spec", _text),
        ("verified", _text),
        ("scored", pyarrow.bool_()),
        ("bad", pyarrow.bool_()),  # a failure or a blocked outcome that counts
        ("data_lost", pyarrow.bool_()),
        ("reason", _text),
        ("cause", _text),  # the key of its cause; null where it is not bad
        ("cause_title", _text),
        ("weight", pyarrow.int32()),  # of the cause; 0 harms most
        ("claim", _text),
        ("declared", pyarrow.struct([("words", _text), ("cite", _text)])),
        ("severity", _text),
        ("proved_by", _texts),
        ("details", _number),  # wording that differs
        ("expectations", pyarrow.list_(EXPECTATION)),
        ("seconds", pyarrow.float64()),
        ("worker", _text),
    ]
)

TABLES: Mapping[str, pyarrow.Schema] = {"runs": RUNS, "outcomes": OUTCOMES}

# The SQL of what a column says in files that do not have it; NULL where none is named.
DEFAULTS: Mapping[str, str] = {
    "format": "1",
    "generation": "''",
    "explanation": "''",
    "in_group": "''",
    "severity": "''",
    "scored": "true",
    "data_lost": "false",
    "strict": "false",
    "details": "0",
}
