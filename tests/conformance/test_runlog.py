"""A run log on disk: plain and compressed are read alike; the damaged and the huge are refused."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from conformance.model import Call, Exchange, Message, lines
from conformance.model.lines import compress, written_whole, zstd  # type: ignore[attr-defined]  # one of two modules
from conformance.model.runlog import RunLog, RunLogError, read_run_log
from s3compat.places import log_path
from tests.reports import synthetic
from tests.structs import structs


@pytest.fixture
def log(tmp_path: Path) -> RunLog:
    return synthetic.write_log(tmp_path / "run.jsonl", synthetic.every_outcome())


@pytest.fixture
def compressed(log: RunLog) -> Path:
    path = log.path.with_name("run.jsonl.zst")
    compress(log.path, path)
    return path


def test_a_compressed_log_says_the_same(log: RunLog, compressed: Path) -> None:
    read = read_run_log(compressed)
    assert (read.header, read.results, read.footer) == (log.header, log.results, log.footer)
    assert compressed.stat().st_size < log.path.stat().st_size / 4


def test_the_bytes_say_which_it_is_and_not_the_name(compressed: Path, tmp_path: Path) -> None:
    other = tmp_path / "kept.jsonl"
    other.write_bytes(compressed.read_bytes())
    assert read_run_log(other).footer is not None


def test_a_log_of_several_frames_is_one_log(log: RunLog, tmp_path: Path) -> None:
    whole = log.path.read_bytes()
    path = tmp_path / "appended.zst"
    path.write_bytes(zstd.compress(whole[:500]) + zstd.compress(whole[500:]))
    assert read_run_log(path).results == log.results


def test_a_folder_has_its_log_plain_or_compressed(log: RunLog, compressed: Path) -> None:
    assert log_path(log.path.parent) == log.path
    log.path.unlink()
    assert log_path(log.path.parent) == compressed


@pytest.mark.parametrize("kept", [5, 200, -1])
def test_a_damaged_file_is_said_to_be(compressed: Path, kept: int) -> None:
    compressed.write_bytes(compressed.read_bytes()[:kept])
    with pytest.raises(RunLogError, match="Zstandard"):
        read_run_log(compressed)


def test_what_was_cut_by_a_crash_before_it_was_compressed_is_a_crashed_run(
    log: RunLog, tmp_path: Path
) -> None:
    whole = log.path.read_bytes()
    log.path.write_bytes(whole[: whole.rindex(b'{"kind":"footer"') + 20])
    compress(log.path, tmp_path / "crashed.zst")
    read = read_run_log(tmp_path / "crashed.zst")
    assert read.crashed and read.results == log.results


def test_a_bomb_is_refused(log: RunLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    head = log.path.read_bytes().partition(b"\n")[0] + b"\n"
    monkeypatch.setattr(lines, "LONGEST_LINE", 1 << 20)
    monkeypatch.setattr(lines, "LARGEST", 4 << 20)
    for name, stuff in (("one line", b"x" * (8 << 20)), ("many lines", b"\n" * (8 << 20))):
        path = tmp_path / f"{name}.zst"
        path.write_bytes(zstd.compress(head + stuff))
        assert path.stat().st_size < 4000
        with pytest.raises(RunLogError, match=r"longer than 1 MiB|more than"):
            read_run_log(path)


def test_a_window_that_takes_gigabytes_is_refused(tmp_path: Path) -> None:
    options = {
        zstd.CompressionParameter.window_log: 30,
        zstd.CompressionParameter.content_size_flag: 0,
    }
    maker = zstd.ZstdCompressor(options=options)
    path = tmp_path / "wide.zst"
    path.write_bytes(maker.compress(b"{}\n") + maker.flush())
    with pytest.raises(RunLogError, match="Zstandard"):
        read_run_log(path)


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "folder" / "file"
    with pytest.raises(KeyboardInterrupt), written_whole(target) as part:
        part.write_text("half")
        raise KeyboardInterrupt
    assert list(target.parent.iterdir()) == []
    with written_whole(target) as part:
        part.write_text("whole")
    assert [one.name for one in target.parent.iterdir()] == ["file"]


@pytest.mark.parametrize(
    "words",
    [
        ("report", "--badge", "--out", "-"),
        ("coverage",),
        ("gate", "--write-baseline", "--baseline", "base.json"),
    ],
)
def test_every_command_reads_it(
    words: tuple[str, ...], log: RunLog, compressed: Path, tmp_path: Path
) -> None:
    said = []
    for path in (log.path, compressed):
        done = subprocess.run(
            [sys.executable, "-m", "s3compat", words[0], str(path), *words[1:]],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
        said.append((done.returncode, done.stdout, done.stderr.replace(".zst:", ":")))
        (tmp_path / "base.json").unlink(missing_ok=True)
    assert said[0] == said[1]
    assert said[0][0] in (0, 4)  # the log has an error of the suite's own: no baseline from it


OF_A_RUN = structs(
    f"conformance.{name}" for name in ("model.records", "model.comparison", "run.journal")
)


@pytest.mark.parametrize("name", OF_A_RUN)
def test_what_a_run_recorded_is_not_changed(name: str) -> None:
    assert OF_A_RUN[name].__struct_config__.frozen


def test_what_crossed_the_wire_is_written_without_what_it_has_not() -> None:
    call = Call("GetObject", exchanges=(Exchange("http://h", Message("GET / HTTP/1.1")),))

    assert msgspec.to_builtins(call) == {
        "operation": "GetObject",
        "exchanges": ({"url": "http://h", "request": {"start_line": "GET / HTTP/1.1"}},),
    }
