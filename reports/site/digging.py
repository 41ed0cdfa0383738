"""Facts of an endpoint, dug out of a store by DuckDB: all its outcomes once, then questions."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from glob import escape
from pathlib import Path
from typing import Any

import duckdb
import msgspec

from conformance.model import Result
from reports.site.facts import VERSION, CauseFact, Facts, Point, Release, Turn, recent
from reports.store.columns import OUTCOMES
from reports.store.reading import source

MOST_TURNS = 3000  # newest that are kept of one endpoint
RELEASES = 8  # newest that are compared with each other
_UNJUDGED = "('client_cannot', 'not_tried', 'error')"
_LONGEST_REASON = 300


def labels(connection: duckdb.DuckDBPyConnection) -> dict[str, list[dict[str, Any]]]:
    """The runs of each endpoint in the store, oldest first, as rows of the table."""
    result = connection.execute("SELECT * FROM runs ORDER BY started, run")
    names = [column[0] for column in result.description or ()]
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for values in result.fetchall():
        row = dict(zip(names, values, strict=True))
        parts = (row["endpoint"], row["generation"])
        found[" · ".join(part for part in parts if part)].append(row)
    return dict(sorted(found.items()))


def source_digest(runs: Iterable[dict[str, Any]]) -> str:
    """What changes when an endpoint has other runs in the store."""
    said = " ".join([str(VERSION), *(run["run"] for run in runs)])
    return hashlib.sha256(said.encode()).hexdigest()[:24]


def dig(
    connection: duckdb.DuckDBPyConnection, root: Path, label: str, runs: Sequence[dict[str, Any]]
) -> Facts:
    """The facts of the endpoint that has these runs, oldest first."""
    points = tuple(map(_point, runs))
    files = [_file(root, run) for run in runs]
    _make_cells(connection, files, runs)
    turns = _turns(connection, points)
    since = _since(connection, turns)
    latest = _latest(connection, files, points)
    return Facts(
        version=VERSION,
        source=source_digest(runs),
        label=label,
        points=points,
        groups=_groups(connection),
        latest=tuple(latest),
        since=since,
        turns=turns[:MOST_TURNS],
        causes=_causes(connection, points),
        releases=_releases(connection, points),
    )


def _make_cells(
    connection: duckdb.DuckDBPyConnection, files: list[str], runs: Sequence[dict[str, Any]]
) -> None:
    """A table of every outcome with the place of its run, narrow enough for memory."""
    connection.execute("CREATE OR REPLACE TEMP TABLE places (run VARCHAR, n INTEGER)")
    connection.executemany(
        "INSERT INTO places VALUES (?, ?)", [(run["run"], n) for n, run in enumerate(runs)]
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE cells AS SELECT n, o.check, client, in_group, outcome, "
        f"scored, bad, data_lost, cause, cause_title, weight, "
        f"CASE WHEN bad OR data_lost THEN left(reason, {_LONGEST_REASON}) END AS reason "
        f"FROM ({source(connection, 'outcomes', files)}) o JOIN places USING (run)"
    )


def _turns(connection: duckdb.DuckDBPyConnection, points: Sequence[Point]) -> tuple[Turn, ...]:
    rows = connection.execute(
        "SELECT * FROM (SELECT n, lag(n) OVER w AS then, cells.check, client, "
        "lag(outcome) OVER w AS before, outcome, lag(bad) OVER w AS bad_before, bad, "
        "lag(data_lost) OVER w AS lost_before, data_lost, reason, "
        f"FROM cells WHERE outcome NOT IN {_UNJUDGED} "
        "WINDOW w AS (PARTITION BY cells.check, client ORDER BY n)) "
        "WHERE before IS NOT NULL AND "
        "(before <> outcome OR bad_before <> bad OR lost_before <> data_lost) "
        'ORDER BY n DESC, data_lost DESC, bad DESC, "check", client'
    ).fetchall()
    found = []
    for n, then, check, client, before, after, was_bad, bad, was_lost, lost, reason in rows:
        worse = (bad and not was_bad) or (lost and not was_lost)
        kind = "failed" if worse else "fixed" if was_bad and not bad else "changed"
        old, new = points[then], points[n]
        found.append(
            Turn(
                at=n,
                check=check,
                client=client,
                kind=kind,
                before=before,
                after=after,
                reason=reason or "",
                lost=bool(lost),
                suite_differs=old.matrix != new.matrix or old.s3compat != new.s3compat,
                client_differs=old.clients.get(client) != new.clients.get(client),
            )
        )
    return tuple(found)


def _since(connection: duckdb.DuckDBPyConnection, turns: Sequence[Turn]) -> dict[str, int]:
    rows = connection.execute(
        "SELECT cells.check || '[' || client || ']', min(n) FROM cells "
        f"WHERE outcome NOT IN {_UNJUDGED} GROUP BY 1"
    ).fetchall()
    found: dict[str, int] = dict(rows)
    for turn in reversed(turns):
        found[f"{turn.check}[{turn.client}]"] = turn.at
    return found


def _latest(
    connection: duckdb.DuckDBPyConnection, files: list[str], points: Sequence[Point]
) -> list[Result]:
    """The last outcome of each cell in the runs of today's suite, with what did not hold."""
    same = recent(points)
    last = connection.execute(
        'SELECT "check", client, max(n) FROM cells WHERE list_contains(?, n) GROUP BY ALL', [same]
    ).fetchall()
    wanted: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for check, client, n in last:
        wanted[n].add((check, client))
    names = [
        name for name in Result.__struct_fields__ if name in OUTCOMES.names and name != "worker"
    ]
    columns = ", ".join(
        f'list_filter("{name}", lambda one: NOT one.ok) AS "{name}"'
        if name == "expectations"
        else f'"{name}"'
        for name in names
    )
    found = []
    for n in sorted(wanted):
        sql = f"SELECT {columns} FROM ({source(connection, 'outcomes', [files[n]])})"
        for values in connection.execute(sql).fetchall():
            row = dict(zip(names, values, strict=True))
            if (row["check"], row["client"]) in wanted[n]:
                row = {name: value for name, value in row.items() if value is not None}
                found.append(msgspec.convert(row, Result))
    return sorted(found, key=lambda one: one.id)


def _groups(
    connection: duckdb.DuckDBPyConnection,
) -> dict[str, tuple[tuple[int, int, int], ...]]:
    rows = connection.execute(
        "SELECT in_group, n, count(*) FILTER (outcome = 'pass' AND scored), "
        "count(*) FILTER (outcome IN ('pass', 'fail') AND scored) AS claimed FROM cells "
        "GROUP BY ALL HAVING claimed > 0 ORDER BY in_group, n"
    ).fetchall()
    found: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for group, n, passed, claimed in rows:
        found[group].append((n, passed, claimed))
    return {group: tuple(told) for group, told in found.items()}


def _causes(
    connection: duckdb.DuckDBPyConnection, points: Sequence[Point]
) -> tuple[CauseFact, ...]:
    rows = connection.execute(
        "SELECT cause, any_value(cause_title), min(weight), count(*), "
        'list(DISTINCT "check" ORDER BY "check"), '
        "min(\"check\" || '[' || client || ']'), "
        "arg_min(reason, \"check\" || '[' || client || ']') "
        "FROM cells WHERE n = ? AND cause IS NOT NULL GROUP BY 1 ORDER BY 4 DESC, 3, 1",
        [len(points) - 1],
    ).fetchall()
    return tuple(
        CauseFact(key, title or key, weight or 0, number, tuple(checks), example, reason or "")
        for key, title, weight, number, checks, example, reason in rows
    )


def _releases(
    connection: duckdb.DuckDBPyConnection, points: Sequence[Point]
) -> tuple[Release, ...]:
    places: dict[str, list[int]] = {}
    for n, point in enumerate(points):
        if point.release:
            places.setdefault(point.release, []).append(n)
    newest = sorted(places.items(), key=lambda one: one[1][-1])[-RELEASES:]
    return tuple(
        Release(name, found[0], found[-1], len(found), _states(connection, found[-1]))
        for name, found in newest
    )


def _states(connection: duckdb.DuckDBPyConnection, n: int) -> dict[str, str]:
    rows = connection.execute(
        "SELECT \"check\" || '[' || client || ']', CASE WHEN data_lost THEN 'lost' "
        "WHEN outcome IN ('pass', 'fail') AND NOT scored THEN 'observed' ELSE outcome END "
        "FROM cells WHERE n = ? ORDER BY 1",
        [n],
    ).fetchall()
    return dict(rows)


def _point(run: dict[str, Any]) -> Point:
    started: datetime = run["started"]
    server = run["server"] or {}
    return Point(
        run=run["run"],
        run_id=run["run_id"],
        started=started.strftime("%Y-%m-%dT%H:%M:%SZ"),
        ended_by=run["ended_by"],
        outcomes=run["outcomes"],
        planned=run["planned"],
        exit_code=run["exit_code"],
        sentence=run["sentence"],
        passed=run["passed"],
        claimed=run["claimed"],
        untested=run["untested"],
        lost=run["lost"] or 0,
        s3compat=run["s3compat"],
        matrix=run["matrix"],
        profile=run["profile"],
        url=run["url"],
        release=server.get("version", ""),
        clients=run["clients"] or {},
        selection=run["selection"] or {},
        again=tuple(run["again"]) if run["again"] is not None else None,
        region=run["region"],
        addressing=run["addressing"],
        families=run["families"] or {},
    )


def _file(root: Path, run: dict[str, Any]) -> str:
    """Where the outcomes of a run lie: beside its log, in the other table's folder."""
    place = str(run["log"]).removeprefix("logs/").rpartition("/")[0]
    return f"{escape(str(root))}/outcomes/{place}/{run['run']}.parquet"


def encoded(facts: Facts) -> bytes:
    """As they are kept beside the site."""
    return msgspec.msgpack.encode(facts)


def decoded(stored: bytes) -> Facts | None:
    """What was kept; None where it is of another version."""
    try:
        facts = msgspec.msgpack.decode(stored, type=Facts)
    except msgspec.MsgspecError:
        return None
    return facts if facts.version == VERSION else None
