"""Deviations of what a replication document may lack."""

from __future__ import annotations

from server_ref.deviations import declare
from server_ref.deviations.bodies import accept

declare(
    "replication-of-nothing",
    "A replication rule need not say which objects it is about, and nothing comes of it.",
    accept("PutBucketReplication", "MalformedXML"),
)
declare(
    "replication-filter-alone",
    "A replication rule may have a Filter and nothing with it, and nothing comes of it.",
    accept("PutBucketReplication", "InvalidRequest", "must be specified for this version"),
)
