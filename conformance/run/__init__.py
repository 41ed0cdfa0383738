"""A run from start to end: plan, pytest and its workers, run log, removal of the buckets."""
