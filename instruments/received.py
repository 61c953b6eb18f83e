"""Tables of what came in from outside: files of calibrations, the check of their laboratories, imported lists.

Every table is append-only and behaves as `instruments.models` says. A file is named by its SHA-256; where its bytes lie
is the laboratory's matter.
"""

from datetime import date
from typing import ClassVar

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from instruments.models import OptionalWords, Words, new_id

SOURCE_KINDS = ("certificate", "dcc")
"""``certificate``: the file of a paper certificate; ``dcc``: a Digital Calibration Certificate, alone or in a PDF."""
SIGNATURE_STATES = ("", "none", "sound", "untrusted")
"""Of a DCC: not signed; signed by somebody who is trusted; signed soundly by somebody who is not known. A broken
signature is refused."""


class CalibrationSource(SQLModel, table=True):
    """The file from which a calibration was entered, and what its reading found (ISO/IEC 17025, 6.4.13, 7.11.3)."""

    __tablename__ = "calibration_source"
    __append_only__: ClassVar[bool] = True

    id: str = Field(default_factory=new_id, primary_key=True, sa_type=Text)
    calibration_id: str = Field(foreign_key="calibration.id", index=True, sa_type=Text)
    kind: Words  # one of SOURCE_KINDS
    file_sha256: Words
    file_name: Words
    size: int
    signature: Words = ""  # one of SIGNATURE_STATES
    signer: Words = ""
    findings: Words = "[]"  # JSON: what was marked, as [key, values]
    accepted_because: Words = ""  # why a person accepted what was marked


class RecognitionCheck(SQLModel, table=True):
    """Whether the recognition claimed for a result held on the day of the work, and by which line (ILAC-P10, 2)."""

    __tablename__ = "recognition_check"
    __append_only__: ClassVar[bool] = True

    id: str = Field(default_factory=new_id, primary_key=True, sa_type=Text)
    result_id: str = Field(foreign_key="calibration_result.id", index=True, sa_type=Text)
    checked_on: date
    claimed: OptionalWords = None  # one of RECOGNITION_KINDS
    recognition_id: str | None = Field(default=None, foreign_key="recognition.id", sa_type=Text)
    scope_line_id: str | None = Field(default=None, foreign_key="scope_line.id", sa_type=Text)
    held: bool


class ListImport(SQLModel, table=True):
    """A list of instruments that was taken over: whose, from which file, which rows (by the hash of what was kept)."""

    __tablename__ = "list_import"
    __append_only__: ClassVar[bool] = True

    id: str = Field(default_factory=new_id, primary_key=True, sa_type=Text)
    body_id: str = Field(foreign_key="body.id", index=True, sa_type=Text)
    file_sha256: Words
    file_name: Words
    imported_on: date
    rows: int
    left_out: int
    first_code: Words
    last_code: Words
    rows_sha256: Words  # SHA-256 of the JSON lines of the rows as they were entered, in their order


class ColumnMapping(SQLModel, table=True):
    """Which column of a body's lists is which field; the newest row of a body and kind counts."""

    __tablename__ = "column_mapping"
    __append_only__: ClassVar[bool] = True

    id: str = Field(default_factory=new_id, primary_key=True, sa_type=Text)
    body_id: str = Field(foreign_key="body.id", index=True, sa_type=Text)
    kind: Words
    columns: Words  # JSON: heading as it stands in the file -> field
