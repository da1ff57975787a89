"""A peer: the benchmark's scheme written by hand as DuckDB SQL with DECIMAL, tuned with honest care.

It is no product: what in the product are records stands in the text here. Items, tiers and limits are small tables,
codes are ENUMs, and running sums are made only for those who are over a limit.
"""

from pathlib import Path
from typing import Any

import duckdb
import workload

POINTS = "DECIMAL(9,4)"
IN_ORDER = "date, event, item, role NULLS FIRST"

READ = """
CREATE TYPE person AS ENUM (SELECT no FROM read_parquet('{folder}/people.parquet') ORDER BY no);
CREATE TABLE events AS
    SELECT event, date, item, subject, subject_kind, role, level, matter FROM read_parquet('{folder}/events.parquet');
CREATE TABLE posts AS
    SELECT person::person AS person, department, "start" AS first, coalesce("end", DATE '9999-12-31') AS last, secondary
    FROM read_parquet('{folder}/appointments.parquet');
CREATE TABLE months AS
    SELECT strftime(day, '%Y-%m') AS code, day::DATE AS first, last_day(day) AS last
    FROM range(DATE '2025-01-01', DATE '2026-01-01', INTERVAL 1 MONTH) AS year(day);
"""

# Who is reached, and what the tier gives.
AWARD = """
CREATE TABLE award AS
WITH named AS (
    SELECT event, date, item, subject::person AS subject, role, level, matter FROM events WHERE subject_kind = 'person'
), through AS (
    SELECT DISTINCT ON (event, p.person, item, role) event, date, item, p.person AS subject, role, level, matter
    FROM events e JOIN posts p ON e.subject = p.department AND e.date BETWEEN p.first AND p.last
    JOIN items i USING (item)
    WHERE e.subject_kind = 'department' AND i.shared
), reached AS (
    FROM named UNION ALL
    SELECT * FROM through t
    WHERE NOT EXISTS (FROM named n WHERE n.event = t.event AND n.item = t.item AND n.subject = t.subject)
)
SELECT event, date, item::code AS item, subject, role, level, matter, i.part, coalesce(t.value, 0)::{points} AS raw
FROM reached r JOIN items i USING (item) LEFT JOIN tiers t USING (item, level, role)
"""

# Months without a fault, every third fault, and all lines together. Ordering them here once, and windows by the
# rowid later, was tried and took longer.
STANDING = """
CREATE TABLE line AS
WITH fault AS (SELECT subject, date, event, item, role FROM award WHERE item IN (SELECT item FROM faults)),
whole AS (
    SELECT p.person AS subject, m.code, m.last
    FROM posts p JOIN months m ON p.first <= m.last AND p.last >= m.first
    WHERE NOT p.secondary
    GROUP BY p.person, m.code, m.first, m.last
    HAVING sum(least(p.last, m.last) - greatest(p.first, m.first) + 1) = m.last - m.first + 1
), clean AS (
    SELECT '@clean:' || w.code AS event, w.last AS date, 'clean'::code AS item, w.subject, NULL AS role, NULL AS level,
           NULL AS matter, 1 AS part, {clean}::{points} AS raw
    FROM whole w
    WHERE NOT EXISTS (FROM fault f WHERE f.subject = w.subject AND strftime(f.date, '%Y-%m') = w.code)
), counted AS (
    SELECT *, row_number() OVER (PARTITION BY subject ORDER BY {in_order}) AS turn FROM fault
), third AS (
    SELECT '@third:' || event AS event, date, 'third'::code AS item, subject, NULL AS role, NULL AS level,
           NULL AS matter, 0 AS part, {third}::{points} AS raw
    FROM counted WHERE turn % 3 = 0
)
FROM award UNION ALL FROM clean UNION ALL FROM third
"""

# One count a matter: at the highest, and of these the first.
MATTER = """
CREATE TABLE counted AS
WITH about AS (
    SELECT *, first_value(event) OVER best AS best, row_number() OVER best AS turn FROM line WHERE matter IS NOT NULL
    WINDOW best AS (PARTITION BY subject, part, matter ORDER BY raw DESC, {in_order})
)
SELECT event, date, item, subject, role, level, part, raw, (CASE turn WHEN 1 THEN raw ELSE 0 END)::{points} AS points,
       CASE turn WHEN 1 THEN NULL ELSE 'matter:' || best END AS reason
FROM about
UNION ALL
SELECT event, date, item, subject, role, level, part, raw, raw, NULL FROM line WHERE matter IS NULL
"""

# What an item may give in a month or a year: early lines stand, the one that crosses keeps what still fits.
LIMIT = """
CREATE TABLE limited AS
WITH own AS (
    SELECT c.*, sum(points) OVER (PARTITION BY subject, item, CASE each WHEN 'month' THEN month(date) END
                                  ORDER BY {in_order}) AS so_far
    FROM counted c JOIN limits USING (item) WHERE points > 0
), held AS (
    SELECT *, greatest(least(points, {most} - (so_far - points)), 0)::{points} AS kept FROM own
)
SELECT event, date, item, subject, role, level, part, raw, kept AS points,
       CASE WHEN kept < points THEN concat_ws(chr(10), reason, 'limit:' || item) ELSE reason END AS reason
FROM held
UNION ALL
SELECT event, date, item, subject, role, level, part, raw, points, reason
FROM counted WHERE points <= 0 OR item NOT IN (SELECT item FROM limits)
"""

# A component's ceiling or floor: what is over is taken from the lines that pushed it there, the last one first.
BOUND = """
CREATE TABLE {after} AS
WITH over AS (
    SELECT subject, part, ({sign} * sum(points) - {room})::{points} AS over FROM {before}
    GROUP BY subject, part HAVING {sign} * sum(points) > {room}
), own AS (
    SELECT b.*, over,
           sum({sign} * points) OVER (PARTITION BY subject, part) AS gain,
           sum({sign} * points) OVER (PARTITION BY subject, part ORDER BY {in_order}) AS so_far
    FROM {before} b JOIN over USING (subject, part) WHERE {sign} * points > 0
), held AS (
    SELECT *, greatest(least({sign} * points, over - (gain - so_far)), 0)::{points} AS cut FROM own
)
SELECT event, date, item, subject, role, level, part, raw, (points - {sign} * cut)::{points} AS points,
       CASE WHEN cut > 0 THEN concat_ws(chr(10), reason, '{name}:part' || part) ELSE reason END AS reason
FROM held
UNION ALL
SELECT event, date, item, subject, role, level, part, raw, points, reason
FROM {before} b WHERE {sign} * points <= 0 OR NOT EXISTS (FROM over o WHERE o.subject = b.subject AND o.part = b.part)
"""

RESULT = """
CREATE TABLE result_lines AS
    SELECT event, date, item, subject, role, level, part, raw, points, reason FROM held ORDER BY subject, {in_order};
CREATE TABLE totals AS
WITH summed AS (
    SELECT person AS subject, round({base} * {parts} + coalesce(sum(points), 0), 2) AS total
    FROM (SELECT DISTINCT person FROM posts WHERE NOT secondary AND DATE '2025-12-31' BETWEEN first AND last)
    LEFT JOIN result_lines ON subject = person GROUP BY person
), ranked AS (
    SELECT *, rank() OVER (ORDER BY total DESC) AS place, count(*) OVER () AS field,
           count(*) OVER (PARTITION BY total) AS tied FROM summed
), placed AS (
    SELECT *, place + tied - 1 <= {top} * field // 100 AS inside, place <= {top} * field // 100 AS ahead FROM ranked
)
SELECT subject, total, place, field,
       CASE WHEN inside AND total >= {excellent} THEN 'excellent' WHEN total >= 0 THEN 'competent' END AS band,
       ahead AND NOT inside AND total >= {excellent} AS tied_at_cut
FROM placed ORDER BY place, subject;
"""


def reckon(folder: Path, threads: int = 2) -> duckdb.DuckDBPyConnection:
    """The connection with the tables result_lines (in order) and totals, of the frames in the folder."""
    connection = duckdb.connect()
    connection.execute(f"SET threads = {threads}")
    _write_scheme(connection)
    options = {"points": POINTS, "in_order": IN_ORDER}
    connection.execute(READ.format(folder=folder))
    connection.execute(AWARD.format(**options))
    connection.execute(STANDING.format(clean=workload.CLEAN_MONTH, third=workload.THIRD_TIME, **options))
    connection.execute("DROP TABLE award; DROP TABLE events")
    connection.execute(MATTER.format(**options))
    connection.execute("DROP TABLE line")
    connection.execute(LIMIT.format(most=workload.LIMIT_MOST, **options))
    connection.execute("DROP TABLE counted")
    base, floor, ceiling = int(workload.BASE), int(workload.FLOOR), int(workload.CEILING)
    up: dict[str, Any] = {
        "before": "limited",
        "after": "under",
        "sign": 1,
        "room": ceiling - base,
        "name": "ceiling",
    }
    down: dict[str, Any] = {
        "before": "under",
        "after": "held",
        "sign": -1,
        "room": base - floor,
        "name": "floor",
    }
    connection.execute(BOUND.format(**up, **options))
    connection.execute("DROP TABLE limited")
    connection.execute(BOUND.format(**down, **options))
    connection.execute("DROP TABLE under")
    connection.execute(
        RESULT.format(
            base=base,
            parts=workload.COMPONENTS,
            top=workload.TOP_PERCENT,
            excellent=workload.EXCELLENT_FROM,
            **options,
        )
    )
    connection.execute("FROM totals").fetchall()
    return connection


def _write_scheme(connection: duckdb.DuckDBPyConnection) -> None:
    codes = [workload.item_code(n) for n in range(workload.ITEMS)]
    listed = ", ".join(f"'{code}'" for code in sorted([*codes, "clean", "third"]))
    connection.execute(f"CREATE TYPE code AS ENUM ({listed})")
    items = [
        f"('{code}', {n % workload.COMPONENTS}, {workload.reaches_members(n)})"
        for n, code in enumerate(codes)
    ]
    _table(connection, "items (item VARCHAR, part INTEGER, shared BOOLEAN)", items)
    tiers = [
        f"('{codes[n]}', '{level}', '{role}', {workload.tier_value(n, place, turn)})"
        for n in range(workload.ITEMS)
        for place, level in enumerate(workload.LEVELS)
        for turn, role in enumerate(workload.ROLES)
    ]
    _table(connection, f"tiers (item VARCHAR, level VARCHAR, role VARCHAR, value {POINTS})", tiers)
    limits = [
        f"('{code}', '{'month' if n % 2 else 'year'}')" for n, code in enumerate(workload.limited_items())
    ]
    _table(connection, "limits (item code, each VARCHAR)", limits)
    _table(connection, "faults (item code)", [f"('{code}')" for code in workload.counted_faults()])


def _table(connection: duckdb.DuckDBPyConnection, columns: str, rows: list[str]) -> None:
    connection.execute(f"CREATE TABLE {columns}")
    connection.execute(f"INSERT INTO {columns.partition(' ')[0]} VALUES {', '.join(rows)}")
