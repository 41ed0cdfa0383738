"""The store: runs of many endpoints and days as Parquet, in a folder or a bucket.

A run is two files, named by a digest of its content: its outcomes, and the run itself, which is
written last. What has no file of the run is not there yet. No file is ever changed, and there is
no index: so writers do not disturb each other, and adding twice changes nothing. The run log, with
the evidence, lies compressed beside them.

    runs/endpoint=<name>/day=<YYYY-MM-DD>/<digest>.parquet
    outcomes/endpoint=<name>/day=<YYYY-MM-DD>/<digest>.parquet
    logs/endpoint=<name>/day=<YYYY-MM-DD>/<digest>.jsonl.zst
"""
