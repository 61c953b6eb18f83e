"""The one statement that reads a chain of traceability: everything that a verdict needs, in one answer.

A recursive part finds the calibrations above the lowest. One row for each of them carries its instrument beside it, its
links and its results, and the mark of what is known of its laboratory. Each row is one JSON text: less to hand over
than thirty columns, and `chain_rows` finds what it made of the same text before. The text of the statement is written
once for each kind of database. The names, recognitions and scopes of a laboratory, hundreds of lines where it is a
large one, are a statement of their own, asked only where its mark is new.

UNION (not UNION ALL) keeps each calibration once: the recursion ends on a cycle and does not multiply on diamonds.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import Session, SQLModel

from instruments.intervals import INTERVAL
from instruments.models import (
    Body,
    BodyName,
    Calibration,
    CalibrationResult,
    CalibrationWithdrawal,
    Instrument,
    InstrumentProperty,
    Recognition,
    ScopeLine,
    TraceabilityLink,
)
from instruments.registry import LATEST_OF_ANY


def _columns(model: type[SQLModel]) -> Any:
    return SQLModel.metadata.tables[str(model.__tablename__)].c


_DAY: Final = date.fromisoformat


class Kind:
    """Some columns of a table, and the tuple that reads like a row of it; its `id` comes first."""

    def __init__(self, model: type[SQLModel], *names: str) -> None:
        """Note the columns and which of them hold days."""
        self.columns = [_columns(model)[name] for name in ("id", *names)]
        self._days = [place for place, one in enumerate(self.columns) if isinstance(one.type, sa.Date)]
        plain = namedtuple(model.__name__, [one.name for one in self.columns])  # type: ignore[misc]
        subject = {"__slots__": (), "__subject__": getattr(model, "__subject__", ())}
        made: Any = type(model.__name__, (plain,), subject)
        self._made: Callable[[Sequence[Any]], Any] = made._make

    def row(self, values: list[Any]) -> Any:
        """The tuple of some values in the order of the columns; the texts of days in the list become days."""
        for place in self._days:
            if values[place] is not None:
                values[place] = _DAY(values[place])
        return self._made(values)

    def rows(self, several: Sequence[list[Any]] | None) -> list[Any]:
        """The tuples of several rows, in the order of their ids; none for none."""
        if not several or len(several) == 1:
            return [self.row(several[0])] if several else []
        return sorted(map(self.row, several), key=_by_id)


def _by_id(row: Any) -> str:
    return str(row[0])


_DATED: Final = ("valid_from", "valid_to", "ended")
LINK: Final = Kind(TraceabilityLink, "calibration_id", "upstream_calibration_id", "upstream_result_id", "role")
CALIBRATION: Final = Kind(
    Calibration, "laboratory_id", "certificate_number", "performed_on", "valid_until", "service", "recognition",
    "evidence", "own_certificate_id",
)  # fmt: skip
INSTRUMENT: Final = Kind(
    Instrument, "code", "owner_id", "keeper_id", "name_vi", "name_en", "level", "kind", "quantity"
)  # fmt: skip
WITHDRAWAL: Final = Kind(CalibrationWithdrawal, "withdrawn_on", "reason")
RESULT: Final = Kind(
    CalibrationResult, "position", "quantity", "nominal", "nominal_unit", "value", "unit", "expanded_uncertainty",
    "uncertainty_unit", "coverage_factor",
)  # fmt: skip
INTERVALS: Final = Kind(InstrumentProperty, "text", *_DATED)
NAME: Final = Kind(BodyName, "name_vi", "name_en", *_DATED)
RECOGNITION: Final = Kind(Recognition, "body_id", "kind", "number", *_DATED)
LINE: Final = Kind(
    ScopeLine, "body_id", "kind", "number", "line", "service", "quantity", "lower", "upper", "unit", *_DATED
)  # fmt: skip

ABOVE, LOWEST = range(2)
"""What a row is about: a calibration above another, or one of the lowest."""


class _Array(FunctionElement[Any]):
    """A JSON array of some values."""

    type = sa.JSON()
    inherit_cache = True


class _Gathered(FunctionElement[Any]):
    """A JSON array of what stands in several rows."""

    type = sa.JSON()
    inherit_cache = True


@compiles(_Array, "sqlite")
def _array_of_sqlite(array: _Array, compiler: Any, **given: Any) -> str:
    return f"json_array({compiler.process(array.clauses, **given)})"


@compiles(_Array, "postgresql")
def _array_of_postgresql(array: _Array, compiler: Any, **given: Any) -> str:
    return f"json_build_array({compiler.process(array.clauses, **given)})"


@compiles(_Gathered, "sqlite")
def _gathered_by_sqlite(gathered: _Gathered, compiler: Any, **given: Any) -> str:
    return f"json_group_array({compiler.process(gathered.clauses, **given)})"


@compiles(_Gathered, "postgresql")
def _gathered_by_postgresql(gathered: _Gathered, compiler: Any, **given: Any) -> str:
    return f"json_agg({compiler.process(gathered.clauses, **given)})"


def _rows(kind: Kind, *where: Any) -> Any:
    return sa.select(_Gathered(_Array(*kind.columns))).where(*where).scalar_subquery()


def _statement(lowest: Any) -> Any:
    """A row for each calibration above the lowest, those included."""
    calibration, instrument, body = (_columns(table) for table in (Calibration, Instrument, Body))
    reached = sa.select(lowest.c.id).cte("reached", recursive=True)
    used = SQLModel.metadata.tables["traceability_link"].alias("used")
    above = sa.select(used.c.upstream_calibration_id).join(reached, used.c.calibration_id == reached.c.id)
    reached = reached.union(above)
    withdrawal, kept = _columns(CalibrationWithdrawal), _columns(InstrumentProperty)
    intervals = _rows(INTERVALS, kept.instrument_id == instrument.id, kept.name == sa.literal(INTERVAL))
    step = _Array(
        sa.case((calibration.id.in_(sa.select(lowest.c.id)), _plain(LOWEST)), else_=_plain(ABOVE)),
        body.standing,
        _Array(*CALIBRATION.columns),
        _Array(*INSTRUMENT.columns),
        _rows(LINK, _columns(TraceabilityLink).calibration_id == calibration.id),
        _rows(RESULT, _columns(CalibrationResult).calibration_id == calibration.id),
        _rows(WITHDRAWAL, withdrawal.calibration_id == calibration.id, withdrawal.withdrawn_on <= _KNOWN_ON),
        sa.case((calibration.valid_until.is_(None), intervals)),
    )
    joined = reached.join(Calibration, calibration.id == reached.c.id)
    joined = joined.join(Instrument, instrument.id == calibration.instrument_id)
    return _as_text(sa.select(step.label("row")).select_from(joined.join(Body, body.id == calibration.laboratory_id)))


def _as_text(one: Any) -> Any:
    return one.with_only_columns(sa.cast(one.selected_columns[0], sa.Text()))


def _plain(number: int) -> Any:
    return sa.literal_column(str(number), sa.Integer())


def _lowest(**ways: Any) -> dict[str, Any]:
    return {name: _statement(found.cte("lowest").prefix_with("MATERIALIZED")) for name, found in ways.items()}


_KNOWN_ON: Final = sa.bindparam("known_on", type_=sa.Date())
_ID = _columns(Calibration).id
_OTHERS_LAST = sa.case((_columns(Calibration).service == sa.literal_column("'calibration'"), 0), else_=1)
"""What was measured in a verification or a test is traced as well, though it calibrates nothing."""
_NEWEST = (_columns(Calibration).performed_on.desc(), _columns(Calibration).issued_on.desc(), _ID.desc())
_STATEMENTS: Final = _lowest(
    instrument=LATEST_OF_ANY.with_only_columns(_ID).order_by(None).order_by(_OTHERS_LAST, *_NEWEST),
    calibration=sa.select(_ID).where(sa.bindparam("calibration", type_=sa.Text()) == _ID),
    calibrations=sa.select(_ID).where(_ID.in_(sa.bindparam("calibrations", expanding=True))),
)


@dataclass(frozen=True)
class _Text:
    """A statement as a database reads it, and the order of its parameters where they have no names."""

    sql: str
    order: Sequence[str] | None
    days_as_text: bool

    def given(self, values: Mapping[str, Any]) -> Any:
        """The values as this database takes them."""
        plain = values
        if self.days_as_text:
            plain = {name: one.isoformat() if isinstance(one, date) else one for name, one in values.items()}
        return dict(plain) if self.order is None else tuple(plain[name] for name in self.order)


_texts: dict[tuple[str, str], tuple[_Text, Mapping[str, Any]]] = {}
"""The statements once they are written out, by way and database, with the constants in them."""


def read_rows(session: Session, way: str, values: Mapping[str, Any]) -> Sequence[Sequence[str]]:
    """The rows of one or more chains, one for each calibration, each one JSON text.

    It is an array of what the row is about (`ABOVE` or `LOWEST`), the mark of its laboratory's standing, the columns of
    the calibration, those of its instrument, then several links, results, withdrawals and, where its own last day of
    use is not stated, intervals of its instrument.

    Args:
        session: a session on the registry.
        way: what the lowest are named by: `instrument`, `calibration`, `calibrations`.
        values: that, and `known_on`; for an instrument `day` too.
    """
    session.flush()  # the rows are not the unit of work's, which would do it
    connection = session.connection()
    if way == "calibrations":
        return connection.execute(_STATEMENTS[way], values).all()
    key = (way, connection.dialect.name)
    if key not in _texts:
        compiled = _STATEMENTS[way].compile(dialect=connection.dialect)
        sqlite = connection.dialect.name == "sqlite"
        _texts[key] = _Text(str(compiled), compiled.positiontup, sqlite), compiled.params
    text, constants = _texts[key]
    return connection.exec_driver_sql(text.sql, text.given({**constants, **values})).all()


_BODY: Final = _columns(Body)
_STANDINGS: Final = _as_text(
    sa.select(
        _Array(
            _BODY.id,
            _BODY.standing,
            _BODY.code,
            _rows(NAME, _columns(BodyName).body_id == _BODY.id),
            _rows(RECOGNITION, _columns(Recognition).body_id == _BODY.id),
            _rows(LINE, _columns(ScopeLine).body_id == _BODY.id),
        ).label("row")
    ).where(_BODY.id.in_(sa.bindparam("bodies", expanding=True)))
)


def read_standings(session: Session, body_ids: Sequence[str]) -> Sequence[Sequence[str]]:
    """What is known of some laboratories, a JSON array each: id, mark, code, names, recognitions and scope lines."""
    return session.connection().execute(_STANDINGS, {"bodies": list(body_ids)}).all()
