"""The records of a run and what they mean: shared by the suite, the reports and the gate."""

from conformance.model.records import (
    LOSS,
    Body,
    Call,
    Declaration,
    Exchange,
    Expectation,
    Message,
    Outcome,
    Record,
    Result,
    RunFooter,
    RunHeader,
    Shard,
)
from conformance.model.runlog import RunLog, RunLogWriter, read_run_log
from conformance.model.verdict import Verdict, judge

__all__ = [
    "LOSS",
    "Body",
    "Call",
    "Declaration",
    "Exchange",
    "Expectation",
    "Message",
    "Outcome",
    "Record",
    "Result",
    "RunFooter",
    "RunHeader",
    "RunLog",
    "RunLogWriter",
    "Shard",
    "Verdict",
    "judge",
    "read_run_log",
]
