"""Numbers of certificates and jobs: series by kind and centre as data, each without repetition in its year.

The caller holds the lock on the centre's audit head, so the next number is the largest one plus one; a unique
constraint in the schema stands behind it.
"""

import re
import secrets
import tomllib
from dataclasses import dataclass
from pathlib import Path
from string import Template

from sqlalchemy import func
from sqlmodel import Session, col, select

from lims.errors import Broken
from lims.store.tables import Certificate, Job
from uncertainty.data_folder import data_folder

SERIES_FILE = "number_series.toml"
_SERIES = re.compile(r"(?=.{1,12}$)[A-Z0-9]+(-[A-Z0-9]+)*")
_ENDING = re.compile(r"-[A-Z][A-Z0-9]{0,7}(-[A-Z0-9]{1,8})?")

CHECK_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Letters and digits of the printed check code: no I, L or O, which read like digits."""


def next_certificate(session: Session, centre_id: str, series: str, year: int) -> int:
    """Return the next free place in a centre's series of that year, from 1."""
    largest = session.exec(
        select(func.max(Certificate.sequence)).where(
            Certificate.centre_id == centre_id, Certificate.series == series, Certificate.year == year
        )
    ).one()
    return (largest or 0) + 1


def certificate_series(kind: str, centre_code: str, discipline: str, file: Path | None = None) -> str:
    """Return the series of a certificate's number.

    Args:
        kind: of the document: calibration, verification or testing.
        centre_code: of the centre that issues; its own series goes before the usual one.
        discipline: series of the discipline, for example `KL`.
        file: the data; without it `data/number_series.toml`.

    Raises:
        Broken: the file gives the kind no series, or one that no number can carry.
    """
    path = file or data_folder() / SERIES_FILE
    series = Template(_pattern(path, kind, centre_code)).safe_substitute(discipline=discipline)
    if _SERIES.fullmatch(series) is None:
        raise Broken("legal.series_wrong", file=path.name, kind=kind, series=series[:40] or "–")
    return series


@dataclass(frozen=True)
class Bound:
    """The place of a certificate in a series of numbers, and its number as printed."""

    series: str
    year: int
    sequence: int
    number: str


def bound(
    session: Session, centre_id: str, kind: str, *, code: str, discipline: str, year: int, amended: Certificate | None
) -> Bound:
    """The next free number of a document.

    Args:
        session: the caller's; it holds the lock on the centre's audit head.
        centre_id: of the centre that issues.
        kind: of the document: calibration, verification, testing or amendment.
        code: of the centre.
        discipline: series of the discipline.
        year: of the issue.
        amended: the certificate that an amendment amends: its number may begin that of the amendment.
    """
    if amended is not None and (series := _of_amended(kind, code, amended)):
        sequence = next_certificate(session, centre_id, series, amended.year)
        return Bound(series, amended.year, sequence, f"{series}{sequence}")
    series = certificate_series(kind, code, discipline)
    sequence = next_certificate(session, centre_id, series, year)
    return Bound(series, year, sequence, certificate_number(code, series, year, sequence))


def _of_amended(kind: str, code: str, amended: Certificate) -> str:
    """The series of the amendments of one certificate; empty where they have a series of their own."""
    pattern = _pattern(data_folder() / SERIES_FILE, kind, code)
    if "$number" not in pattern:
        return ""
    ending = Template(pattern).safe_substitute(number="")
    if _ENDING.fullmatch(ending) is None:
        raise Broken("legal.series_wrong", file=SERIES_FILE, kind=kind, series=pattern[:40])
    return f"{amended.number}{ending}"


def _pattern(path: Path, kind: str, centre_code: str) -> str:
    table = tomllib.loads(path.read_text(encoding="utf-8")).get(kind, {})
    return str(table.get("centres", {}).get(centre_code, table.get("series", "")))


def certificate_number(centre_code: str, series: str, year: int, sequence: int) -> str:
    """Return the number as printed, for example `HN-KL-26-004127`."""
    return f"{centre_code}-{series}-{year % 100:02d}-{sequence:06d}"


def next_job_number(session: Session, centre_id: str, series: str, year: int) -> str:
    """Return the next free job number of a centre, for example `KL-2026-0412`."""
    start = f"{series}-{year}-"
    mine = select(Job.number).where(Job.centre_id == centre_id, col(Job.number).startswith(start), Job.edition == 1)
    longest_last = (func.length(col(Job.number)).desc(), col(Job.number).desc())  # 10000 comes after 9999
    latest = session.exec(mine.order_by(*longest_last).limit(1)).first()
    return f"{start}{int(latest[len(start) :]) + 1 if latest else 1:04d}"


def new_token() -> str:
    """Return an unguessable token of 128 random bits for the QR code, as 32 hexadecimal digits."""
    return secrets.token_hex(16)


def new_check_code() -> str:
    """Return a check code of 12 characters in three groups of four (about 60 random bits)."""
    code = "".join(secrets.choice(CHECK_ALPHABET) for _ in range(12))
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"
