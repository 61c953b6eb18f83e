"""Everything of a centre, or of the whole laboratory, in an open format, as far as one has the right to it.

Source: ISO/IEC 17025:2017, 7.11.3, 8.4.2; the tables and columns are in docs/export.md.
"""

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Select
from sqlmodel import SQLModel

from lims.errors import Refused
from lims.export_formats import ENDINGS, MSL, OFFERED, write
from lims.export_schema import INSTRUMENT_COLUMNS, PARENTS, ExportTable, export_tables
from lims.people import QUALITY_MANAGER
from lims.step import Act, query
from lims.submission import software

FETCHED = 2_000


@query(permission="registry.export")
def export(act: Act, path: Path, *, form: str) -> dict[str, int]:
    """Write everything that the actor may take along into a new file; return the number of rows by table.

    In the form "msl" they are the registers of equipment, and the numbers those of `register_export.write_registers`.

    The operator at the laboratory's own computer gets all of it, a quality manager what belongs to his centres.

    Raises:
        Invalid: the format is not known.
        Refused: the file exists already.
    """
    if path.exists():
        raise Refused("command.file_exists", file=str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".export-") as folder:
        made = Path(folder) / "export"
        counts = _written(act, made, form)
        made.rename(path)
    return counts


@query(permission="registry.export")
def export_offer(act: Act) -> tuple[str, ...]:
    """The forms in which everything may be taken along, for those who may."""
    return OFFERED


@query(permission="registry.export")
def exported(act: Act, *, form: str) -> tuple[str, bytes]:
    """Return name and bytes of an export, for a person who downloads it."""
    with tempfile.TemporaryDirectory(prefix="chuan-export-") as folder:
        path = Path(folder) / "export"
        _written(act, path, form)
        return f"chuan-{act.day:%Y-%m-%d}-{form}.{ENDINGS[form]}", path.read_bytes()


def _written(act: Act, path: Path, form: str) -> dict[str, int]:
    """The file of an export, and the numbers of what is in it."""
    if form != MSL:
        return write(path, form, _tables(act), software())
    from lims.register_export import write_registers  # with lxml, loaded where a register is written

    centres = _centres(act)
    mine = sa.true() if centres is None else SQLModel.metadata.tables["instrument"].c.id.in_(_instruments(centres))
    return write_registers(act.session, path, mine, act.day, software())


def _centres(act: Act) -> tuple[str, ...] | None:
    """The centres whose data the actor may take along; None: all."""
    return None if act.actor.kind != "person" else act.rights.bodies(frozenset({QUALITY_MANAGER}))


def _tables(act: Act) -> list[tuple[ExportTable, Iterator[Mapping[str, Any]]]]:
    """Every table with the rows that the actor may take along."""
    centres = _centres(act)
    return [(one, _rows(act, one, centres)) for one in export_tables()]


def _rows(act: Act, table: ExportTable, centres: tuple[str, ...] | None) -> Iterator[Mapping[str, Any]]:
    """The rows of a table that the actor may take along, in the order of their keys."""
    held = SQLModel.metadata.tables[table.name]
    chosen: Select[Any] = sa.select(*(held.c[one.name] for one in table.columns))
    if centres is not None:
        chosen = chosen.where(_mine(table, centres))
    for row in act.session.execute(chosen.order_by(*held.primary_key).execution_options(yield_per=FETCHED)).mappings():
        yield dict(row)


def _mine(table: ExportTable, centres: tuple[str, ...]) -> ColumnElement[bool]:
    """Whether a row belongs to some centres."""
    held = SQLModel.metadata.tables[table.name]
    match table.chosen_by:
        case "network":
            return sa.true()
        case "centre":
            return held.c.centre_id.in_(centres)
        case "body":
            return held.c.body_id.in_(centres)
        case "customer":
            return sa.or_(held.c.body_id.in_(centres), held.c.body_id.in_(_customers(centres)))
        case "chain":
            return held.c.chain.in_(centres)
        case "instrument":
            named = INSTRUMENT_COLUMNS.get(table.name, ("instrument_id",))
            return sa.or_(*(held.c[one].in_(_instruments(centres)) for one in named))
        case "parent":
            column, name = PARENTS[table.name]
            parent = SQLModel.metadata.tables[name]
            mine = sa.select(parent.c.id).where(parent.c.instrument_id.in_(_instruments(centres)))
            return held.c[column].in_(mine)
        case "calibration":
            return held.c.calibration_id.in_(_calibrations(centres))
        case "result":
            results = SQLModel.metadata.tables["calibration_result"]
            mine = sa.select(results.c.id).where(results.c.calibration_id.in_(_calibrations(centres)))
            return held.c.result_id.in_(mine)
    grants = SQLModel.metadata.tables["role_grant"]
    return held.c.id.in_(sa.select(grants.c.person_id).where(grants.c.body_id.in_(centres)))


def _instruments(centres: tuple[str, ...]) -> Select[Any]:
    """The instruments that some centres own or keep, and the items that they have had in their jobs."""
    held, jobs = SQLModel.metadata.tables["instrument"], SQLModel.metadata.tables["job"]
    items = sa.select(jobs.c.item_id).where(jobs.c.centre_id.in_(centres))
    return sa.select(held.c.id).where(
        sa.or_(held.c.keeper_id.in_(centres), held.c.owner_id.in_(centres), held.c.id.in_(items))
    )


def _customers(centres: tuple[str, ...]) -> Select[Any]:
    """The customers of the jobs of some centres."""
    jobs = SQLModel.metadata.tables["job"]
    return sa.select(jobs.c.customer_id).where(jobs.c.centre_id.in_(centres))


def _calibrations(centres: tuple[str, ...]) -> Select[Any]:
    """The calibrations of these instruments."""
    held = SQLModel.metadata.tables["calibration"]
    return sa.select(held.c.id).where(held.c.instrument_id.in_(_instruments(centres)))
