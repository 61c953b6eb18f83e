"""The formats of an export: CSV, JSON and Parquet, written row by row into one file."""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from lims.export_schema import VERSION, ExportTable
from uncertainty.errors import Invalid
from uncertainty.typed import read_number

Rows = Iterable[Mapping[str, Any]]
FORMATS = ("csv", "json", "parquet")
MSL = "msl"
OFFERED = (*FORMATS, MSL)
"""The tables in three formats, and the registers of equipment in the vocabulary of MSL (`register_export`)."""
ENDINGS = {"csv": "zip", "json": "json", "parquet": "zip", MSL: "zip"}
BATCH = 5_000
DANGEROUS = ("=", "+", "@", "\t", "\r", "'")
FIRST_ZIP_DAY = (1980, 1, 1, 0, 0, 0)


def write(path: Path, form: str, tables: Sequence[tuple[ExportTable, Rows]], software: str) -> dict[str, int]:
    """Write tables into a new file.

    Args:
        path: the file; it must not exist.
        form: one of FORMATS.
        tables: each with its rows, which are read once.
        software: name and version of this software.

    Returns:
        The number of rows by table.

    Raises:
        Invalid: the format is not known.
    """
    if form not in FORMATS:
        raise Invalid("lists.format_unknown", form=form, known=", ".join(OFFERED))
    if form == "json":
        return _json(path, tables, software)
    counts = {}
    with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED) as archive:
        for table, rows in tables:
            info = zipfile.ZipInfo(f"{table.name}.{form}", FIRST_ZIP_DAY)
            info.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(info, "w", force_zip64=True) as member:
                counts[table.name] = (_csv if form == "csv" else _parquet)(member, table, rows)
    return counts


def _csv(stream: Any, table: ExportTable, rows: Rows) -> int:
    names = [one.name for one in table.columns]
    stream.write(b"\xef\xbb\xbf" + _lines([names]))
    count = 0
    for some in _batches(rows):
        stream.write(_lines([_cell(row[name]) for name in names] for row in some))
        count += len(some)
    return count


def _lines(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def csv_lines(rows: Iterable[Sequence[object]]) -> bytes:
    """Lines of a CSV, no cell of which a spreadsheet would run."""
    return _lines([_cell(value) for value in row] for row in rows)


def _cell(value: object) -> str:
    """A value as a cell; a text that a spreadsheet would run gets an apostrophe in front."""
    if isinstance(value, str):
        return f"'{value}" if _runs(value) else value
    return "" if value is None else str(_plain(value)).lower() if isinstance(value, bool) else str(_plain(value))


def _runs(text: str) -> bool:
    """Whether a spreadsheet would take a text for a formula, or its apostrophe for its own."""
    if text.startswith(DANGEROUS):
        return True
    if not text.startswith(("-", "\u2212")):
        return False
    try:
        read_number(text)
    except Invalid:
        return True
    return False


def cell_text(cell: str) -> str:
    """The text that stands behind a cell of an exported CSV."""
    return cell.removeprefix("'")


def _plain(value: object) -> object:
    """A value as JSON holds it: days and moments as text."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return value


def _json(path: Path, tables: Sequence[tuple[ExportTable, Rows]], software: str) -> dict[str, int]:
    counts = {}
    with path.open("x", encoding="utf-8", newline="\n") as file:
        head = json.dumps({"version": VERSION, "software": software}, ensure_ascii=False)
        file.write(f'{head[:-1]}, "tables": {{')
        for place, (table, rows) in enumerate(tables):
            file.write(f"{',' if place else ''}\n{json.dumps(table.name)}: [")
            counts[table.name] = 0
            for row in rows:
                said = {name: value if isinstance(value, dict | list) else _plain(value) for name, value in row.items()}
                file.write(f"{',' if counts[table.name] else ''}\n{json.dumps(said, ensure_ascii=False)}")
                counts[table.name] += 1
            file.write("]")
        file.write("\n}}\n")
    return counts


def _parquet(stream: Any, table: ExportTable, rows: Rows) -> int:
    import pyarrow as pa  # type: ignore[import-untyped]  # loaded where Parquet is asked for
    import pyarrow.parquet as pq  # type: ignore[import-untyped]

    kinds = {
        "text": pa.string(), "json": pa.string(), "integer": pa.int64(), "boolean": pa.bool_(), "day": pa.date32(),
        "moment": pa.timestamp("us", tz="UTC"),
    }  # fmt: skip
    schema = pa.schema([pa.field(one.name, kinds[one.kind], nullable=not one.required) for one in table.columns])
    count, whole = 0, io.BytesIO()
    with pq.ParquetWriter(whole, schema) as writer:
        for some in _batches(rows):
            writer.write_table(pa.Table.from_pylist([_typed(row) for row in some], schema=schema))
            count += len(some)
    stream.write(whole.getvalue())
    return count


def _typed(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) if isinstance(value, dict | list) else value for name, value in row.items()}


def _batches(rows: Rows) -> Iterator[list[Mapping[str, Any]]]:
    """Rows by some thousands."""
    left = iter(rows)
    while some := list(islice(left, BATCH)):
        yield some
