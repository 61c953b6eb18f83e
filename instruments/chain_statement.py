"""The one statement that reads a chain of traceability: every kind of row that a verdict needs, in one answer.

A recursive part finds the calibrations above the lowest; one part for each kind of row reads what stands there, filled
up with nothing to a common width. The text is made once for each kind of database; the rows are plain tuples.

UNION (not UNION ALL) keeps each calibration once: the recursion ends on a cycle and does not multiply on diamonds.
"""

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
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


class Kind:
    """Some columns of a table, and the tuple that reads like a row of it; its `id` comes first."""

    def __init__(self, model: type[SQLModel], *names: str) -> None:
        """Sort the columns by what they hold: texts, days, whole numbers."""
        columns = [_columns(model)[name] for name in ("id", *names)]
        self.days = [one for one in columns if isinstance(one.type, sa.Date)]
        self.numbers = [one for one in columns if isinstance(one.type, sa.Boolean | sa.Integer)]
        self.texts = [one for one in columns if one not in (*self.days, *self.numbers)]
        plain = namedtuple(model.__name__, [one.name for one in (*self.texts, *self.days, *self.numbers)])  # type: ignore[misc]
        subject = {"__slots__": (), "__subject__": getattr(model, "__subject__", ())}
        made: Any = type(model.__name__, (plain,), subject)
        self.made: Callable[..., Any] = made._make


def _columns(model: type[SQLModel]) -> Any:
    return SQLModel.metadata.tables[str(model.__tablename__)].c


_DATED: Final = ("valid_from", "valid_to", "ended")
_LINK = Kind(TraceabilityLink, "calibration_id", "upstream_calibration_id", "upstream_result_id", "role")
_CALIBRATION = Kind(
    Calibration, "laboratory_id", "certificate_number", "performed_on", "valid_until", "service", "recognition",
    "evidence", "own_certificate_id",
)  # fmt: skip
_INSTRUMENT = Kind(
    Instrument, "code", "owner_id", "keeper_id", "name_vi", "name_en", "level", "kind", "quantity"
)  # fmt: skip
_WITHDRAWAL = Kind(CalibrationWithdrawal, "withdrawn_on", "reason")
_RESULT = Kind(
    CalibrationResult, "calibration_id", "position", "quantity", "nominal", "nominal_unit", "value", "unit",
    "expanded_uncertainty", "uncertainty_unit", "coverage_factor",
)  # fmt: skip
_BODY = Kind(Body, "code")
_NAME = Kind(BodyName, "name_vi", "name_en", *_DATED)
_RECOGNITION = Kind(Recognition, "body_id", "kind", "number", *_DATED)
_LINE = Kind(
    ScopeLine, "body_id", "kind", "number", "line", "service", "quantity", "lower", "upper", "unit", *_DATED
)  # fmt: skip
_INTERVAL = Kind(InstrumentProperty, "instrument_id", "text", *_DATED)

LOWEST, LINKS, STEPS, RESULTS, BODIES, RECOGNITIONS, LINES, INTERVALS = range(8)
PARTS: Final[tuple[tuple[Kind, ...], ...]] = (
    (), (_LINK,), (_CALIBRATION, _INSTRUMENT, _WITHDRAWAL), (_RESULT,), (_BODY, _NAME), (_RECOGNITION,), (_LINE,),
    (_INTERVAL,),
)  # fmt: skip
_WIDTHS: Final = tuple(
    max(sum(len(getattr(kind, sort)) for kind in kinds) for kinds in PARTS) for sort in ("texts", "days", "numbers")
)


def _sources(lowest: Any) -> tuple[Any, ...]:
    """What each part reads from, in their order."""
    link, calibration, instrument, withdrawal, result, body, name, recognition, line, property_ = (
        SQLModel.metadata.tables[one]
        for one in (
            "traceability_link", "calibration", "instrument", "calibration_withdrawal", "calibration_result", "body",
            "body_name", "recognition", "scope_line", "instrument_property",
        )
    )  # fmt: skip
    reached = sa.select(lowest.c.id).cte("reached", recursive=True)
    used = link.alias("used")
    above = sa.select(used.c.upstream_calibration_id).join(reached, used.c.calibration_id == reached.c.id)
    reached = reached.union(above)
    there = sa.select(calibration).join(reached, calibration.c.id == reached.c.id)
    claims = there.with_only_columns(calibration.c.laboratory_id, calibration.c.recognition).distinct().cte("claims")
    known = (withdrawal.c.calibration_id == calibration.c.id) & (withdrawal.c.withdrawn_on <= sa.bindparam("known_on"))
    steps = reached.join(calibration, calibration.c.id == reached.c.id)
    steps = steps.join(instrument, instrument.c.id == calibration.c.instrument_id).outerjoin(withdrawal, known)
    kept = (property_.c.instrument_id == calibration.c.instrument_id) & (property_.c.name == sa.literal(INTERVAL))

    def claimed(table: Any) -> Any:
        return claims.join(table, (table.c.body_id == claims.c.laboratory_id) & (table.c.kind == claims.c.recognition))

    return (
        lowest,
        reached.join(link, link.c.calibration_id == reached.c.id),
        steps,
        reached.join(result, result.c.calibration_id == reached.c.id),
        claims.join(body, body.c.id == claims.c.laboratory_id).outerjoin(name, name.c.body_id == body.c.id),
        claimed(recognition),
        claimed(line),
        reached.join(calibration, calibration.c.id == reached.c.id).join(property_, kept),
    )


def _statement(lowest: Any) -> Any:
    """All parts one below the other: the number of the part, texts, days, whole numbers."""
    types: tuple[Any, ...] = (sa.Text(), sa.Date(), sa.Integer())
    selects = []
    for number, (kinds, source) in enumerate(zip(PARTS, _sources(lowest), strict=True)):
        chosen: list[Any] = [sa.literal_column(str(number), sa.Integer()).label("part")]
        for sort, width, of_type in zip(("texts", "days", "numbers"), _WIDTHS, types, strict=True):
            columns = [column for kind in kinds for column in getattr(kind, sort)]
            if number == LOWEST and sort == "texts":
                columns = [lowest.c.id]
            filled: list[Any] = [sa.cast(sa.null(), of_type)] * (width - len(columns))
            plain = [sa.cast(one, sa.Integer()) if isinstance(one.type, sa.Boolean) else one for one in columns]
            chosen += [one.label(f"{sort[0]}{place}") for place, one in enumerate([*plain, *filled])]
        selects.append(sa.select(*chosen).select_from(source))
    return sa.union_all(*selects)


def _lowest(**ways: Any) -> dict[str, Any]:
    return {name: _statement(found.cte("lowest")) for name, found in ways.items()}


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


def read_rows(session: Session, way: str, values: Mapping[str, Any]) -> Iterator[Sequence[Any]]:
    """The rows of one or more chains: the number of the part, texts, days, whole numbers.

    Args:
        session: a session on the registry.
        way: what the lowest are named by: `instrument`, `calibration`, `calibrations`.
        values: that, and `known_on`; for an instrument `day` too.
    """
    session.flush()  # the rows are not the unit of work's, which would do it
    connection = session.connection()
    if way == "calibrations":
        return iter(connection.execute(_STATEMENTS[way], values).all())
    key = (way, connection.dialect.name)
    if key not in _texts:
        compiled = _STATEMENTS[way].compile(dialect=connection.dialect)
        sqlite = connection.dialect.name == "sqlite"
        _texts[key] = _Text(str(compiled), compiled.positiontup, sqlite), compiled.params
    text, constants = _texts[key]
    return iter(connection.exec_driver_sql(text.sql, text.given({**constants, **values})).all())


_T, _D, _N = 1, 1 + _WIDTHS[0], 1 + _WIDTHS[0] + _WIDTHS[1]


def _slices(kinds: Sequence[Kind]) -> tuple[tuple[Any, ...], ...]:
    found: list[tuple[Any, ...]] = []
    places = [_T, _D, _N]
    for kind in kinds:
        ends = [place + len(some) for place, some in zip(places, (kind.texts, kind.days, kind.numbers), strict=True)]
        found.append((kind.made, places[0], *(slice(a, b) for a, b in zip(places, ends, strict=True))))
        places = ends
    return tuple(found)


_SLICES: Final = tuple(_slices(kinds) for kinds in PARTS)


def tuples_of(row: Sequence[Any]) -> list[Any]:
    """The tuples of a row, one for each table it comes from; None stands for a joined one that is not there."""
    found: list[Any] = []
    for made, first, texts, days, numbers in _SLICES[row[0]]:
        if row[first] is None:
            found.append(None)
            continue
        dates = [date.fromisoformat(day) if day.__class__ is str else day for day in row[days]]
        found.append(made((*row[texts], *dates, *row[numbers])))
    return found
