"""What an export holds: its tables and their columns, as the database declares them; the page of documentation too.

`python -m lims.export_schema` prints docs/export.md; a test compares the two.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, DateTime, Integer
from sqlmodel import SQLModel

from instruments import contact_models, models, received
from instruments import fact_models as facts
from instruments import history_models as past
from lims.audit import SECRET_COLUMNS
from lims.store import bench_tables as bench
from lims.store import impact_tables as impacts
from lims.store import issuing_tables, notice_tables, tables
from lims.store.moment import Moment

VERSION = 1
NETWORK, INSTRUMENT, CALIBRATION, RESULT, CENTRE, PERSON, BODY, CUSTOMER, CHAIN, PARENT = (
    "network", "instrument", "calibration", "result", "centre", "person", "body", "customer", "chain", "parent",
)  # fmt: skip
"""By what the rows of a table are chosen: all of the network's, those of the centre's instruments, of their
calibrations, of the results of these, those of the centre itself, the people who have a role there, those at the body,
those of the centre and of its customers, those of its chain of records, those of a row of another table (`PARENTS`)."""
TABLES: tuple[tuple[type[SQLModel], str], ...] = (
    (models.Body, NETWORK), (models.BodyName, NETWORK), (models.BodyPolicy, NETWORK), (models.Recognition, NETWORK),
    (models.ScopeLine, NETWORK), (models.Instrument, INSTRUMENT), (models.InstrumentProperty, INSTRUMENT),
    (models.Calibration, INSTRUMENT), (models.CalibrationWithdrawal, CALIBRATION),
    (models.CalibrationResult, CALIBRATION), (models.TraceabilityLink, CALIBRATION),
    (facts.InstrumentRange, INSTRUMENT), (facts.InstrumentPlace, INSTRUMENT), (facts.InstrumentState, INSTRUMENT),
    (facts.Certification, INSTRUMENT), (facts.CompanyPrefix, NETWORK), (facts.StarterConfirmation, NETWORK),
    (received.CalibrationSource, CALIBRATION), (received.RecognitionCheck, RESULT), (received.ListImport, CUSTOMER),
    (received.ColumnMapping, CUSTOMER), (facts.InstrumentComponent, INSTRUMENT), (facts.InstrumentMerge, INSTRUMENT),
    (facts.InstrumentFile, INSTRUMENT), (facts.InstrumentOwner, INSTRUMENT),
    (contact_models.BodyContact, CUSTOMER), (past.IntermediateCheck, INSTRUMENT),
    (past.HoldRelease, PARENT), (past.Adjustment, INSTRUMENT), (past.AsFoundResult, PARENT),
    (past.IntervalProposal, INSTRUMENT), (past.IntervalDecision, PARENT), (tables.Letterhead, CENTRE),
    (tables.Person, PERSON), (tables.RoleGrant, BODY), (tables.Competence, CENTRE), (tables.Job, CENTRE),
    (tables.StepRecord, CENTRE),
    (tables.Reading, CENTRE), (tables.EnvironmentReading, CENTRE), (tables.EnvironmentDecision, CENTRE),
    (tables.StandardChoice, CENTRE), (tables.EvaluationRecord, CENTRE), (tables.Approval, CENTRE),
    (tables.Certificate, CENTRE), (tables.CertificateIssue, CENTRE), (tables.CertificateEvent, CENTRE),
    (issuing_tables.ArchiveStamp, CENTRE),
    (bench.CheckOutcome, CENTRE), (bench.ItemAdjustment, CENTRE), (bench.Seal, CENTRE),
    (bench.MethodDeviation, CENTRE), (bench.AmendedField, CENTRE), (bench.SamplingRecord, CENTRE),
    (bench.OfficerCard, CENTRE),
    (notice_tables.Notice, CENTRE),
    (impacts.ImpactCase, CENTRE), (impacts.ImpactRecord, CENTRE), (impacts.ImpactDecision, CENTRE),
    (impacts.ImpactLetter, CENTRE), (impacts.ImpactLetterSent, CENTRE), (impacts.StandardHold, CENTRE),
    (impacts.StandardRelease, CENTRE), (impacts.ImpactClosing, CENTRE), (tables.AuditHead, CHAIN),
    (tables.AuditRecord, CHAIN),
)  # fmt: skip
INSTRUMENT_COLUMNS = {
    "instrument": ("id",), "instrument_component": ("system_id", "component_id"),
    "instrument_merge": ("kept_id", "merged_id"),
}  # fmt: skip
"""The columns that name an instrument where it is not ``instrument_id``."""
PARENTS = {
    "hold_release": ("check_id", "intermediate_check"), "as_found_result": ("adjustment_id", "adjustment"),
    "interval_decision": ("proposal_id", "interval_proposal"),
}  # fmt: skip
"""The column that names the row which a row belongs to, and that row's table; it names an instrument."""
STAYS = {
    "account": "opens something: the means of signing in",
    "access_session": "opens something: sign-ins",
    "one_time_link": "opens something: invitations",
    "confirmation": "opens something: passwords given again",
    "calendar_feed": "opens something: private addresses of calendars",
    "security_event": "what strangers tried; it concerns nobody's instruments",
    "legal_move": "the same in every laboratory: docs/workflow.md",
    "instrument_word": "derived: the search makes it from the instruments",
    "known_word": "derived: the search makes it from the instruments",
    "reading_draft": "no observations: what stands unfinished in somebody's cells",
    "issuing_run": "a queue of work; what became of it stands in step_record and certificate",
    "issuing_task": "a queue of work; what became of it stands in step_record and certificate",
}
"""The tables that stay in the database, each with the reason."""
LEFT_OUT = SECRET_COLUMNS
"""Columns that open something: they stay in the database."""
HEAD = """# Export

Written by `python -m lims.export_schema` from the tables themselves; do not edit.

`lims export --home DIR --format csv|json|parquet|msl -o FILE` writes everything of a laboratory; the page *Export*
gives a quality manager everything of the centres that he answers for. The rows come from one moment of the database.

- **csv**: a ZIP with one file per table: UTF-8 with a byte order mark, comma, double quotes, CRLF (RFC 4180), the names
  of the columns in the first row. An empty cell is a value that is not there.
- **json**: one document `{"version", "software", "tables": {name: [row, ...]}}`.
- **parquet**: a ZIP with one Parquet file per table.
- **msl**: not the tables but registers of equipment in the XML vocabulary of MSL, for programs that read it: what
  stands where, and what it cannot say, is told in [registry.md](registry.md#registers-in-the-vocabulary-of-msl).

Numbers of measurements are texts with the digits as printed, in every format. Days are `YYYY-MM-DD`, moments ISO 8601
in UTC. Ids are UUIDv7 texts; `table.column` names what a column refers to.

**Spreadsheets run what looks like a formula.** In CSV a text that begins with `=`, `+`, `@`, a tab, a carriage return
or an apostrophe, or with `-` without being a number, gets an apostrophe in front. Taking one leading apostrophe away
from every cell that has one gives the exact text back. JSON and Parquet hold every text as it is.

The files themselves (issued certificates, photographs and documents, certificates of others) are named by their hash;
`lims backup` carries them.

The columns `password_hash`, `token_hash`, `token` and `check_code` open something and stay out; so do these tables:

"""


@dataclass(frozen=True)
class ExportColumn:
    """One column of an exported table."""

    name: str
    kind: str  # "text" | "integer" | "boolean" | "day" | "moment" | "json"
    required: bool
    refers_to: str = ""


@dataclass(frozen=True)
class ExportTable:
    """One exported table: its name, what a row is, how its rows are chosen, its columns."""

    name: str
    says: str
    chosen_by: str
    columns: tuple[ExportColumn, ...]


def export_tables() -> tuple[ExportTable, ...]:
    """Every exported table, in the order in which they stand in an export."""
    return tuple(_table(model, chosen_by) for model, chosen_by in TABLES)


def _table(model: type[SQLModel], chosen_by: str) -> ExportTable:
    table = SQLModel.metadata.tables[str(model.__tablename__)]
    columns = tuple(_column(one) for one in table.columns if one.name not in LEFT_OUT)
    says = (model.__doc__ or "").strip().split("\n")[0]
    return ExportTable(table.name, says, chosen_by, columns)


def _column(column: Column[Any]) -> ExportColumn:
    kinds = ((Boolean, "boolean"), (Integer, "integer"), (Date, "day"), (Moment | DateTime, "moment"), (JSON, "json"))
    kind = next((word for of, word in kinds if isinstance(column.type, of)), "text")
    refers_to = ", ".join(sorted(key.target_fullname for key in column.foreign_keys))
    return ExportColumn(column.name, kind, not column.nullable, refers_to)


def page() -> str:
    """The page of documentation."""
    stays = "".join(f"- `{name}`: {why}\n" for name, why in sorted(STAYS.items()))
    return HEAD + stays + "".join(_section(one) for one in export_tables())


def _section(table: ExportTable) -> str:
    return "\n".join(_lines(table)) + "\n"


def _lines(table: ExportTable) -> Iterator[str]:
    yield f"\n## {table.name}\n"
    yield f"{table.says}\n"
    yield "| column | kind | may be missing | refers to |"
    yield "| --- | --- | --- | --- |"
    for one in table.columns:
        yield f"| {one.name} | {one.kind} | {'' if one.required else 'x'} | {one.refers_to} |"


if __name__ == "__main__":
    print(page(), end="")
