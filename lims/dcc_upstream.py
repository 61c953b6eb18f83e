"""The standards that a DCC names, found among the calibrations of the registry: offered to a person, never assumed.

A link of the chain is made only to a calibration that the person who accepts the DCC has chosen; one that carries the
very number in the file is proposed.

Source: ISO/IEC 17025:2017, 6.5.1; VIM (JCGM 200), 2.42.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from certificates.foreign import ForeignEquipment, ForeignText
from instruments.bodies import all_names
from instruments.dated import in_force_or_first
from instruments.identity import records_of
from instruments.models import Calibration, CalibrationWithdrawal, Instrument
from instruments.search import find
from instruments.spelling import compared
from lims.foreign_results import MARKED, NOTED, REFUSED, Finding
from lims.procedure_format import Label
from uncertainty.wording import Phrase

MOST_STANDARDS, MOST_TEXTS, MOST_FOUND, LATEST = 30, 6, 5, 3


@dataclass(frozen=True)
class OfferedCalibration:
    """A calibration that a standard named in a DCC may rest on."""

    calibration_id: str
    words: str
    laboratory: Label
    same_number: bool


@dataclass(frozen=True)
class NamedStandard:
    """A standard that a DCC names: what it says, and the calibrations of the registry that may be meant."""

    name: ForeignText
    certificate: str
    """The number of its certificate or, where none is told, what else identifies it."""
    offered: tuple[OfferedCalibration, ...]

    @property
    def proposed(self) -> str:
        """The only calibration that carries the number in the file; nothing where there are several or none."""
        same = [one.calibration_id for one in self.offered if one.same_number]
        return same[0] if len(same) == 1 else ""


def named_standards(
    session: Session, equipment: Sequence[ForeignEquipment], instrument: Instrument, on: date
) -> tuple[NamedStandard, ...]:
    """The equipment of a DCC that has an identification, each with what the registry knows of it.

    Args:
        session: a session on the registry.
        equipment: as the file names it.
        instrument: the instrument that the DCC is of; it is never offered.
        on: the day of the work: later calibrations and those withdrawn are not offered.
    """
    found = []
    for one in equipment[:MOST_STANDARDS]:
        number = one.certificate.number if one.certificate else ""
        texts = [text for text in (number, *(told.value for told in one.identifications)) if text.strip()][:MOST_TEXTS]
        if texts:
            offered = _offered(session, [text.strip() for text in texts], instrument, on)
            found.append(NamedStandard(one.name, ", ".join(dict.fromkeys(texts))[:120], offered))
    return tuple(found)


def _offered(
    session: Session, texts: Sequence[str], instrument: Instrument, on: date
) -> tuple[OfferedCalibration, ...]:
    """Calibrations with one of these numbers first, then the latest of standards with such a code or serial number."""
    own, seen = set(records_of(session, instrument.id)), dict[str, OfferedCalibration]()
    numbered = session.exec(select(Calibration).where(col(Calibration.certificate_number).in_(texts))).all()
    latest = [one for standard in _standards(session, texts) for one in _latest(session, standard, on)]
    for one in (*numbered, *latest):
        standard = session.get_one(Instrument, one.instrument_id)
        if standard.kind != "standard" or standard.id in own or _unfit(session, one, on):
            continue
        name = in_force_or_first(all_names(session, [one.laboratory_id])[one.laboratory_id], one.performed_on)
        words = f"{standard.code}, {one.certificate_number}, {one.performed_on:%d/%m/%Y}"
        laboratory = Label(name.name_vi, name.name_en) if name else Label("", "")
        same = one.certificate_number in texts
        seen.setdefault(one.id, OfferedCalibration(one.id, words, laboratory, same))
    return tuple(seen.values())


def _standards(session: Session, texts: Sequence[str]) -> Iterator[Instrument]:
    """The standards whose code or serial number is one of these, however it is spelt."""
    wanted = {compared(text) for text in texts} - {""}
    for text in texts:
        for one in find(session, text, MOST_FOUND, kind="standard"):
            if compared(one.code) in wanted or compared(one.serial_number) in wanted:
                yield one


def _latest(session: Session, standard: Instrument, on: date) -> Sequence[Calibration]:
    mine = select(Calibration).where(
        col(Calibration.instrument_id).in_(records_of(session, standard.id)), col(Calibration.performed_on) <= on
    )
    return session.exec(mine.order_by(col(Calibration.performed_on).desc()).limit(LATEST)).all()


def _unfit(session: Session, one: Calibration, on: date) -> str:
    """Why the work of a day cannot rest on a calibration: a word, or nothing."""
    if one.service != "calibration":
        return "no_calibration"
    if one.performed_on > on:
        return "later"
    return "withdrawn" if _withdrawn(session, one, on) else ""


def _withdrawn(session: Session, one: Calibration, on: date) -> bool:
    """Whether it was withdrawn by the end of a day."""
    rows = select(CalibrationWithdrawal.id).where(
        CalibrationWithdrawal.calibration_id == one.id, col(CalibrationWithdrawal.withdrawn_on) <= on
    )
    return session.exec(rows).first() is not None


def proposed_upstream(standards: Collection[NamedStandard]) -> tuple[str, ...]:
    """The calibrations that carry the very numbers in the file."""
    return tuple(dict.fromkeys(one.proposed for one in standards if one.proposed))


def upstream_findings(
    session: Session, standards: Collection[NamedStandard], chosen: Sequence[str], instrument: Instrument, on: date
) -> list[Finding]:
    """What is to be said of the calibrations chosen, and of the standards named that none was chosen for."""
    found, own = [], records_of(session, instrument.id)
    for calibration_id in chosen:
        one = session.get(Calibration, calibration_id)
        if one is None:
            found.append(_said(REFUSED, "upstream_missing"))
            continue
        why = "itself" if one.instrument_id in own else _unfit(session, one, on)
        if not why and _withdrawn(session, one, date.max):
            found.append(_said(MARKED, "upstream_withdrawn_since", number=one.certificate_number))
            continue
        values = {"number": one.certificate_number, "day": f"{one.performed_on:%d/%m/%Y}"}
        found.append(_said(REFUSED if why else NOTED, f"upstream_{why or 'linked'}", **values))
    for named in standards:
        if not any(one.calibration_id in chosen for one in named.offered):
            key = "upstream_open" if named.offered else "upstream_unknown"
            found.append(_said(NOTED, key, name=named.name.text("vi")[:120] or "–", number=named.certificate))
    return found


def _said(weight: str, key: str, **values: object) -> Finding:
    return Finding(weight, Phrase(f"received.{key}", values))
