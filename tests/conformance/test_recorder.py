"""The recorder: pytest's reports become the run log, each outcome once, with counts at its end."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from conformance.endpoint.smoke import SmokeError
from conformance.model import Outcome, Record, Result, RunFooter, RunHeader, read_run_log
from conformance.run.drawing import ranked
from conformance.run.plan import Planned
from conformance.run.pytest_suite import REPORTED, Suite
from conformance.run.recorder import Recorder, outcome_id
from conformance.trial.check import Check
from tests.conformance.fakes import make_check
from tests.conformance.test_gate import result
from tests.reports.synthetic import header

NAMES = ("a", "b", "c", "d")
PLANNED = [Planned(make_check(lambda _: None, id=f"get-object.{name}"), "raw") for name in NAMES]
NODES = [f"conformance/checks/get_object.py::get-object.{name}[raw]" for name in NAMES]


class Observer:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def begun(self, header: RunHeader, planned: list[Planned]) -> None:
        self.told.append((header.planned, [one.id for one in planned]))

    def seen(self, result: Result) -> None:
        self.told.append(result.id)

    def ended(self, footer: RunFooter) -> None:
        self.told.append(footer)


def broken(check: Check, client: str, reason: str) -> Result:
    name = check.id.rpartition(".")[2]
    return msgspec.structs.replace(result(name, Outcome.ERROR, reason=reason), client=client)


@pytest.fixture
def observer() -> Observer:
    return Observer()


@pytest.fixture
def recorder(tmp_path: Path, observer: Observer) -> Recorder:
    def redacted(record: Record) -> Record:
        if isinstance(record, Result):
            return msgspec.structs.replace(
                record, reason=record.reason.replace("secret", "[redacted]")
            )
        return record

    return Recorder(
        tmp_path / "run.jsonl",
        lambda planned: header(planned=planned),
        PLANNED,
        broken,
        redacted,
        observer,
    )


def counts(**numbers: int) -> dict[str, int]:
    return {outcome.value: numbers.get(outcome.value, 0) for outcome in Outcome}


def test_an_outcome_is_written_counted_and_shown_once(
    recorder: Recorder, observer: Observer
) -> None:
    recorder.begin(NODES[:3])
    recorder.add(result("a", Outcome.PASS))
    recorder.add(result("b", Outcome.FAIL, reason="has a secret"))
    recorder.add(result("b", Outcome.PASS))  # tried again by whom it does not concern
    recorder.add_broken(NODES[1], "its worker died")  # after its outcome was told
    recorder.add_broken(NODES[2], "its worker died")
    recorder.add_broken("tests/test_other.py::test_other", "is nobody's")
    recorder.leftovers += ["s3://one", "s3://one", "s3://two"]
    recorder.end()

    log = read_run_log(recorder.path)
    assert log.header.planned == 3
    assert [(one.id, one.outcome, one.reason) for one in log.results] == [
        ("get-object.a[raw]", Outcome.PASS, ""),
        ("get-object.b[raw]", Outcome.FAIL, "has a [redacted]"),
        ("get-object.c[raw]", Outcome.ERROR, "its worker died"),
    ]
    assert log.footer is not None
    assert log.footer.counts == counts(**{"pass": 1, "fail": 1, "error": 1})
    assert log.footer.leftovers == ("s3://one", "s3://two")
    assert log.footer.ended_by == "finished"
    ids = [one.id for one in log.results]
    assert observer.told == [(3, ids), *ids, log.footer]


def test_it_begins_once_with_what_is_planned_of_what_was_collected(
    recorder: Recorder, observer: Observer
) -> None:
    assert not recorder.begun
    recorder.begin(["tests/test_other.py::test_other", NODES[3]])
    assert recorder.begun
    recorder.begin(NODES)
    recorder.end()
    assert read_run_log(recorder.path).header.planned == 1
    assert observer.told[0] == (1, ["get-object.d[raw]"])


def test_before_it_begins_nothing_is_written(recorder: Recorder, observer: Observer) -> None:
    recorder.add(result("a", Outcome.PASS))
    recorder.end()
    assert not recorder.path.exists()
    assert observer.told == []


@pytest.mark.parametrize(
    ("raised", "ended_by"),
    [
        (KeyboardInterrupt(), "interrupted"),
        (pytest.exit.Exception("the endpoint went away"), "the endpoint went away"),
    ],
)
def test_an_end_by_a_person_is_told_from_one_by_the_run(
    recorder: Recorder, raised: BaseException, ended_by: str
) -> None:
    suite: Any = SimpleNamespace(recorder=recorder)
    info = pytest.ExceptionInfo.from_exc_info((type(raised), raised, None))
    Suite.pytest_keyboard_interrupt(suite, info)
    assert recorder.ended_by == ended_by
    Suite.pytest_internalerror(suite, "first line\nlast line")
    assert recorder.ended_by == "internal error: last line"
    suite.recorder = None  # before the run began there is nothing to say it of
    Suite.pytest_keyboard_interrupt(suite, info)
    Suite.pytest_internalerror(suite, "x")


def test_the_footer_counts_every_outcome_and_says_how_it_ended(recorder: Recorder) -> None:
    recorder.begin(NODES)
    for name, outcome in zip(NAMES, (Outcome.PASS, Outcome.PASS, Outcome.DECLARED), strict=False):
        recorder.add(result(name, outcome))
    recorder.ended_by = "interrupted"
    recorder.end()
    recorder.end()  # says nothing twice
    log = read_run_log(recorder.path)
    assert log.footer is not None
    assert log.footer.counts == counts(**{"pass": 2, "declared": 1})
    assert log.footer.ended_by == "interrupted"
    assert len(recorder.path.read_bytes().splitlines()) == 5


@pytest.mark.parametrize(
    ("node", "name"),
    [
        ("conformance/checks/a.py::row.check[raw]", "row.check[raw]"),
        ("row.check[raw]", "row.check[raw]"),
        ("a.py::Class::row.check[aws-s3]", "row.check[aws-s3]"),
    ],
)
def test_an_items_outcome_has_the_last_of_its_names(node: str, name: str) -> None:
    assert outcome_id(node) == name


def test_what_a_worker_could_not_remove_is_kept_by_the_controller_alone(recorder: Recorder) -> None:
    suite: Any = SimpleNamespace(recorder=None, remote_leftovers=["s3://a"])
    done = SimpleNamespace(workeroutput={"s3compat_leftovers": ["s3://b", "s3://c"]})
    Suite.pytest_testnodedown(suite, done)
    assert suite.remote_leftovers == ["s3://a"]
    suite.recorder = recorder
    Suite.pytest_testnodedown(suite, done)
    Suite.pytest_testnodedown(suite, SimpleNamespace(workeroutput={}))
    Suite.pytest_testnodedown(suite, SimpleNamespace())  # it died
    assert suite.remote_leftovers == ["s3://a", "s3://b", "s3://c"]


def reported(outcome: Outcome, when: str = "call", failed: bool = True) -> Any:
    report = SimpleNamespace(when=when, failed=failed, nodeid=NODES[0], longrepr="it broke")
    setattr(report, REPORTED, msgspec.json.encode(result("a", outcome)).decode())
    return report


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (reported(Outcome.ERROR), ("error", "E", "ERROR")),
        (reported(Outcome.FAIL), None),
        (reported(Outcome.ERROR, failed=False), None),
        (reported(Outcome.ERROR, when="setup"), None),
        (SimpleNamespace(when="call", failed=True), None),
    ],
)
def test_an_error_of_the_suite_is_one_in_pytests_words(report: Any, words: Any) -> None:
    suite: Any = SimpleNamespace()
    assert Suite.pytest_report_teststatus(suite, report) == words


def test_what_broke_before_its_outcome_was_told_is_an_error(recorder: Recorder) -> None:
    suite: Any = SimpleNamespace(recorder=recorder)
    Suite.pytest_xdist_node_collection_finished(suite, NODES[:3])
    lost = SimpleNamespace(failed=True, nodeid=NODES[1], longrepr="it broke")
    Suite.pytest_runtest_logreport(suite, reported(Outcome.PASS))
    Suite.pytest_runtest_logreport(suite, lost)
    Suite.pytest_runtest_logreport(suite, SimpleNamespace(failed=False, nodeid=NODES[2]))
    recorder.end()

    log = read_run_log(recorder.path)
    assert log.header.planned == 3
    assert [(one.id, one.outcome, one.reason) for one in log.results] == [
        ("get-object.a[raw]", Outcome.PASS, ""),
        ("get-object.b[raw]", Outcome.ERROR, "it broke"),
    ]
    suite.recorder = None  # in a worker
    Suite.pytest_xdist_node_collection_finished(suite, NODES)
    Suite.pytest_runtest_logreport(suite, lost)


def test_a_log_that_cannot_be_written_ends_the_run() -> None:
    def full(_: Result) -> None:
        raise OSError("no space left")

    suite: Any = SimpleNamespace(recorder=SimpleNamespace(add=full))
    with pytest.raises(pytest.exit.Exception, match="cannot be written: no space left") as ended:
        Suite.pytest_runtest_logreport(suite, reported(Outcome.PASS))
    assert ended.value.returncode == 4


@pytest.mark.parametrize("seed", [None, 7])
def test_items_are_shuffled_by_a_seed(seed: int | None) -> None:
    suite: Any = SimpleNamespace(setting=SimpleNamespace(shuffled=seed))
    names = [f"row.check_{number}[raw]" for number in range(20)]
    items: Any = [SimpleNamespace(name=name) for name in names]
    Suite.pytest_collection_modifyitems(suite, items)

    wanted = names if seed is None else list(ranked(names, seed))
    assert [item.name for item in items] == wanted
    assert (wanted == names) is (seed is None)


def test_a_run_of_pytest_looks_at_the_endpoint_first(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(_: Any) -> None:
        raise SmokeError("nobody answers")

    monkeypatch.setattr("conformance.run.pytest_suite.smoke_test", refuses)
    option = SimpleNamespace(collectonly=False)
    config = SimpleNamespace(option=option, getoption=lambda _: False)
    suite: Any = SimpleNamespace(config=config, setting=SimpleNamespace(endpoint=None))
    with pytest.raises(pytest.exit.Exception, match="nobody answers") as ended:
        Suite.pytest_sessionstart(suite)
    assert ended.value.returncode == 4
    option.collectonly = True
    Suite.pytest_sessionstart(suite)
    option.collectonly, config.workerinput = False, {}
    Suite.pytest_sessionstart(suite)
