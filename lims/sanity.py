"""The look at a laboratory's own integrity: database, triggers, chains, vault, numbers (ISO/IEC 17025, 7.11.3).

It changes nothing. What is grave means that the record is not what it was; what is not grave is for a person to know.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import sqlalchemy
from sqlalchemy import func, text
from sqlmodel import Session, SQLModel, col, select

from certificates.printed_head import printed_head
from instruments.fact_models import InstrumentFile
from instruments.models import Calibration, Instrument
from instruments.received import CalibrationSource
from lims import audit
from lims.audit import ChainReport
from lims.errors import Broken
from lims.laboratory import Laboratory
from lims.people import centre_code
from lims.registry_entries import unfinished
from lims.store import triggers
from lims.store.impact_tables import ImpactLetterSent
from lims.store.issuing_tables import ArchiveStamp
from lims.store.tables import Certificate, CertificateIssue
from uncertainty.wording import Phrase


@dataclass(frozen=True)
class Finding:
    """Something that is not as it should be, or that somebody should know."""

    said: Phrase
    grave: bool = True

    def text(self, language: str) -> str:
        """The sentence."""
        return self.said.text(language)


@dataclass(frozen=True)
class Examination:
    """What was looked at and what was found."""

    chains: tuple[ChainReport, ...]
    findings: tuple[Finding, ...]
    files: int
    outside_heads: int

    @property
    def sound(self) -> bool:
        """Whether nothing grave was found."""
        return not any(one.grave for one in self.findings)


def examine(lab: Laboratory, *, rehash: bool = True) -> Examination:
    """Examine a laboratory.

    Args:
        lab: the laboratory.
        rehash: read every issued file, hash it again, and look for the head printed on it in its centre's chain;
            without it only whether the files are there.
    """
    with lab.store.reading() as session:
        findings = [*_database(lab, session), *_numbers(session), *_interrupted(session)]
        issued = session.exec(
            select(Certificate.centre_id, Certificate.number, CertificateIssue.file_sha256)
            .join(CertificateIssue, col(CertificateIssue.certificate_id) == col(Certificate.id))
            .order_by(Certificate.number)
        ).all()
        heads: dict[str, list[str]] = {}
        kept = lab.vault.hashes()
        for centre_id, number, sha256 in issued:
            if sha256 not in kept:
                findings.append(Finding(Phrase("command.sanity.file_missing", {"number": number})))
            elif rehash:
                findings += _file(lab, centre_id, number, sha256, heads)
        renewed = [one for one in session.exec(select(ArchiveStamp)) if one.sequence]
        findings += _renewals(lab, session, renewed, kept, rehash=rehash)
        letters = set(session.exec(select(ImpactLetterSent.file_sha256)))
        for sha256 in sorted(letters - kept):
            findings.append(Finding(Phrase("command.sanity.letter_missing", {"hash": sha256[:16]})))
        orphans = kept - letters - {one.file_sha256 for one in renewed} - {sha256 for _, _, sha256 in issued}
        if orphans:
            findings.append(Finding(Phrase("command.sanity.orphans", {"count": len(orphans)}), grave=False))
        findings += _received(lab, session, rehash=rehash)
        chains = (
            tuple(audit.verify(session, one, heads.get(one, ())) for one in audit.chains(session)) if rehash else ()
        )
        findings += _of_chains(chains)
    return Examination(chains, tuple(findings), len(issued), sum(map(len, heads.values())))


def _file(lab: Laboratory, centre_id: str, number: str, sha256: str, heads: dict[str, list[str]]) -> list[Finding]:
    """Hash one file again, and take down the head that is printed on it."""
    try:
        file = lab.vault.get(sha256)
    except Broken:
        return [Finding(Phrase("command.sanity.file_altered", {"number": number}))]
    head = printed_head(file)
    if head is None:
        return [Finding(Phrase("command.sanity.head_unreadable", {"number": number}))]
    heads.setdefault(centre_id, []).append(head)
    return []


def _renewals(
    lab: Laboratory, session: Session, renewed: Iterable[ArchiveStamp], kept: set[str], *, rehash: bool
) -> Iterator[Finding]:
    """The renewed files: there, the same bytes as then, and each beginning with the issued file."""
    for one in renewed:
        values = {"number": session.get_one(Certificate, one.certificate_id).number, "renewal": one.sequence}
        issued = session.get_one(CertificateIssue, one.certificate_id)
        if one.file_sha256 not in kept:
            yield Finding(Phrase("renewal.sanity_missing", values))
        elif rehash and issued.file_sha256 in kept:
            try:
                whole = lab.vault.get(one.file_sha256)[: issued.size]
                if hashlib.sha256(whole).hexdigest() == issued.file_sha256:
                    continue
            except Broken:
                pass
            yield Finding(Phrase("renewal.sanity_altered", values))


def _received(lab: Laboratory, session: Session, *, rehash: bool) -> list[Finding]:
    """The files from which calibrations were entered, and those of instruments: there, and the same bytes as then."""
    kept, found = lab.received.hashes(), []
    named = session.exec(
        select(Calibration.certificate_number, CalibrationSource.file_sha256)
        .join(CalibrationSource, col(CalibrationSource.calibration_id) == col(Calibration.id))
        .order_by(Calibration.certificate_number)
    ).all()
    attached = session.exec(
        select(Instrument.code, InstrumentFile.sha256, InstrumentFile.thumbnail_sha256)
        .join(InstrumentFile, col(InstrumentFile.instrument_id) == col(Instrument.id))
        .distinct()
        .order_by(Instrument.code)
    )
    wanted = [("received", "number", *one) for one in named]
    wanted += [("files", "code", code, sha256) for code, *both in attached for sha256 in {*both} - {None}]
    for area, key, value, sha256 in wanted:
        if sha256 not in kept:
            found.append(Finding(Phrase(f"{area}.sanity_missing", {key: value})))
        elif rehash:
            try:
                lab.received.get(sha256)
            except Broken:
                found.append(Finding(Phrase(f"{area}.sanity_altered", {key: value})))
    return found


def _of_chains(chains: Iterable[ChainReport]) -> list[Finding]:
    found = []
    for one in chains:
        if one.first_broken is not None:
            values = {"chain": one.chain, "sequence": one.first_broken}
            found.append(Finding(Phrase("command.sanity.chain_broken", values)))
        if one.missing_heads:
            values = {"chain": one.chain, "count": len(one.missing_heads)}
            found.append(Finding(Phrase("command.sanity.heads_missing", values)))
    return found


def _database(lab: Laboratory, session: Session) -> list[Finding]:
    """What the database says of itself, and whether the triggers that guard it are there."""
    found = []
    connection = session.connection()
    lacking = triggers.wanted(connection.dialect.name) - triggers.names(connection)
    if lacking:
        found.append(Finding(Phrase("command.sanity.triggers_missing", {"count": len(lacking)})))
    if lab.store.sqlite:
        said = session.execute(text("PRAGMA quick_check")).scalar_one()
        if said != "ok":
            found.append(Finding(Phrase("command.sanity.database_broken", {"what": str(said)[:200]})))
    return found


def _numbers(session: Session) -> list[Finding]:
    """Series of certificate numbers that have a gap: the number of rows differs from the largest number."""
    series = (col(Certificate.centre_id), col(Certificate.series), col(Certificate.year))
    rows = session.execute(
        sqlalchemy.select(*series, func.count(), func.max(col(Certificate.sequence)))
        .group_by(*series)
        .order_by(*series)
    )
    return [
        Finding(Phrase("command.sanity.number_gap", {"series": name, "year": year, "count": largest - count}))
        for _, name, year, count, largest in rows
        if count != largest
    ]


def _interrupted(session: Session) -> list[Finding]:
    waiting = unfinished(session)
    if not waiting:
        return []
    jobs = ", ".join(f"{centre_code(session, job.centre_id)} {job.number}" for job in waiting[:5])
    return [Finding(Phrase("command.sanity.unfinished", {"count": len(waiting), "jobs": jobs}), grave=False)]


def counts(session: Session) -> dict[str, int]:
    """The number of rows of every table, by name."""
    tables = sorted(SQLModel.metadata.tables.values(), key=lambda table: table.name)
    return {table.name: session.execute(select(func.count()).select_from(table)).scalar_one() for table in tables}
