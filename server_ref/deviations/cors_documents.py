"""Deviations of what a CORS document may say, and of a HEAD from another origin."""

from __future__ import annotations

from server_ref.deviations import declare
from server_ref.deviations.bodies import accept
from server_ref.deviations.steps import drop_header

declare(
    "cors-rule-of-nothing",
    "A CORS rule may lack its origins or methods, and nothing comes of it.",
    accept("PutBucketCors", "MalformedXML"),
)
declare(
    "cors-any-number-of-stars",
    "A pattern of a CORS rule may have several stars, and nothing comes of it.",
    accept("PutBucketCors", "InvalidRequest", "more than one wildcard"),
)
declare(
    "cors-exposes-patterns",
    "A CORS rule may expose headers by a pattern, and nothing comes of it.",
    accept("PutBucketCors", "InvalidRequest", "support wildcard for ExposeHeader"),
)
declare(
    "cors-head-without",
    "HeadObject answers without CORS headers.",
    drop_header("HeadObject", "Access-Control-Allow-Origin"),
)
