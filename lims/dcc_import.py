"""Import of a DCC as a calibration of a standard, in two phases: what would be stored, then a person accepts it.

Source: ISO/IEC 17025:2017, 6.4.13, 6.5.1, 6.5.2, 7.11.3; ILAC-P10:07/2020, section 2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlmodel import Session, col, select

from certificates.foreign import ForeignItem
from instruments.bodies import all_names
from instruments.dated import in_force
from instruments.models import Body, BodyName, Calibration, CalibrationWithdrawal, Instrument, Recognition
from instruments.points import same_dimension
from instruments.provenance import check_recognition, claimable
from instruments.spelling import compared, folded
from lims.calibration_entry import enter_calibration, kept_here, result_row
from lims.dcc_received import ReceivedDcc
from lims.dcc_upstream import NamedStandard, named_standards, proposed_upstream, upstream_findings
from lims.errors import Refused
from lims.foreign_results import MARKED, NOTED, REFUSED, Finding, ForeignColumn
from lims.laboratory import Laboratory
from lims.people import Actor
from lims.receiving import keep_file
from lims.registering import NewCalibration, NewResult
from lims.registry_choices import LABORATORY_KINDS
from lims.step import LEAST_REASON, Act, query, step
from uncertainty.wording import Phrase


@dataclass(frozen=True)
class DccChoice:
    """What a person decides about a DCC: whose it is, how it is recognised, what is taken over, and why."""

    laboratory_id: str
    recognition: str = ""
    evidence: str = ""
    valid_until: date | None = None
    quantities: Mapping[str, str] = field(default_factory=dict)
    """Key of a column -> quantity of the register; a column without one is left out."""
    upstream: Sequence[str] = ()
    """The calibrations of the standards used, as a person found them in the registry."""
    because: str = ""
    """Why what is marked is accepted."""


@dataclass(frozen=True)
class DccPreview:
    """What would be stored, and everything that was found."""

    new: NewCalibration
    choice: DccChoice
    findings: tuple[Finding, ...]
    standards: tuple[NamedStandard, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether something stands against the import."""
        return any(one.weight == REFUSED for one in self.findings)

    @property
    def marked(self) -> bool:
        """Whether a person has to say why it is accepted."""
        return any(one.weight == MARKED for one in self.findings)


@query(permission="registry.standard")
def preview_dcc(act: Act, code: str, *, received: ReceivedDcc, choice: DccChoice | None = None) -> DccPreview:
    """What importing a DCC for a standard would store; without a choice the most likely one is proposed."""
    instrument = act.session.exec(select(Instrument).where(Instrument.code == code)).one_or_none()
    if instrument is None:
        raise Refused("lims.not_found")
    kept_here(act, instrument)
    standards = _standards(act, instrument, received)
    chosen = choice or replace(_proposed(act, instrument, received), upstream=proposed_upstream(standards))
    return _judged(act, instrument, received, chosen)


@step(on=Instrument, permission="registry.standard", clause="ISO/IEC 17025, 6.5.1", network=True)
def import_dcc(act: Act, instrument: Instrument, *, received: ReceivedDcc, choice: DccChoice) -> Calibration:
    """Take a DCC over as a calibration of a standard: all of it or nothing; what is marked needs a reason in words.

    Raises:
        Refused: something stands against it, or a reason is missing, or its file has not been kept.
    """
    kept_here(act, instrument)
    found = _judged(act, instrument, received, choice)
    for one in found.findings:
        if one.weight == REFUSED:
            raise Refused("received.dcc_refused", why=one.said)
    if found.marked and len(choice.because.strip()) < LEAST_REASON:
        raise Refused("received.reason_needed", least=LEAST_REASON)
    return enter_calibration(act, instrument, found.new)


def accept_dcc(
    lab: Laboratory, actor: Actor, instrument_id: str, *, received: ReceivedDcc, choice: DccChoice
) -> Calibration:
    """The file kept under its hash, then the act; what the act refuses leaves no record that names the file."""
    keep_file(lab, actor, received.content, received.file.name)
    entered: Calibration = import_dcc(lab, actor, instrument_id, received=received, choice=choice)
    return entered


def _proposed(act: Act, instrument: Instrument, received: ReceivedDcc) -> DccChoice:
    """The laboratory by code or name, the instrument's quantity where the unit fits, a recognition that holds."""
    says = received.says
    laboratory = _laboratory(act.session, received, says.finished_on)
    quantities = {one.key: _quantity(instrument, one, len(received.columns)) for one in received.columns}
    choice = DccChoice(laboratory.id if laboratory else "", quantities=quantities)
    if laboratory is None:
        return choice
    rows = [result_row("", one) for one in _results(received, choice)]
    kind = claimable(act.session, laboratory.id, rows, says.finished_on)
    return replace(choice, recognition=kind or "")


def _quantity(instrument: Instrument, column: ForeignColumn, columns: int) -> str:
    """The name under which a column is kept: the instrument's own quantity where the unit fits, else the file's."""
    fits = instrument.nominal_unit is None or same_dimension(column.unit, instrument.nominal_unit)
    return instrument.quantity if instrument.quantity and (columns == 1 or fits) else folded(column.name.en)


def _laboratory(session: Session, received: ReceivedDcc, day: date) -> Body | None:
    """The body that a DCC's laboratory is, by its code, the number of a recognition, or one of its names."""
    said = received.says.laboratory
    bodies = session.exec(select(Body).where(col(Body.kind).in_(LABORATORY_KINDS))).all()
    if said.code:
        numbered = select(Recognition.body_id).where(Recognition.number == said.code)
        by_number = set(session.exec(numbered))
        matches = [one for one in bodies if compared(one.code) == compared(said.code) or one.id in by_number]
        if len(matches) == 1:
            return matches[0]
    wanted = {folded(text) for _, text in said.name.parts if text}
    names = all_names(session, [one.id for one in bodies])
    matches = [one for one in bodies if _called(names[one.id], wanted)]
    return matches[0] if len(matches) == 1 else None


def _called(names: Sequence[BodyName], wanted: set[str]) -> bool:
    return any(folded(text) in wanted for name in names for text in (name.name_vi, name.name_en))


def _results(received: ReceivedDcc, choice: DccChoice) -> list[NewResult]:
    """The results that would be stored, each under its quantity."""
    return [
        replace(row, quantity=choice.quantities[column.key])
        for column in received.columns
        if choice.quantities.get(column.key, "").strip()
        for row in column.rows
    ]


def _judged(act: Act, instrument: Instrument, received: ReceivedDcc, choice: DccChoice) -> DccPreview:
    """What would be stored by a choice, with everything found in the file and by the register."""
    says, findings = received.says, list(received.findings)
    findings += _of_item(instrument, received)
    results = _results(received, choice)
    findings += _of_units(instrument, received, choice)
    if not results and received.columns:
        findings.append(_found(REFUSED, "nothing_chosen"))
    findings += _of_laboratory(act, received, choice, results)
    findings += _of_record(act, instrument, received, choice)
    standards = _standards(act, instrument, received)
    findings += upstream_findings(act.session, standards, choice.upstream, instrument, says.finished_on)
    issued = says.issued_on or says.finished_on
    if says.issued_on is None:
        findings.append(_found(NOTED, "no_issue_date"))
    if says.finished_on > act.day:
        findings.append(_found(REFUSED, "performed_in_future", day=f"{says.finished_on:%d/%m/%Y}"))
    marks = tuple(one.said for one in findings if one.weight != REFUSED and isinstance(one.said, Phrase))
    new = NewCalibration(
        laboratory_id=choice.laboratory_id, certificate_number=says.number, performed_on=says.finished_on,
        issued_on=max(issued, says.finished_on), valid_until=choice.valid_until, recognition=choice.recognition,
        evidence=choice.evidence, results=tuple(results), upstream=tuple(dict.fromkeys(choice.upstream)),
        file=replace(received.file, findings=marks, accepted_because=choice.because.strip()),
    )  # fmt: skip
    return DccPreview(new, choice, tuple(findings), standards)


def _standards(act: Act, instrument: Instrument, received: ReceivedDcc) -> tuple[NamedStandard, ...]:
    return named_standards(act.session, received.says.equipment, instrument, received.says.finished_on)


def _found(weight: str, key: str, **values: object) -> Finding:
    return Finding(weight, Phrase(f"received.{key}", values))


def _of_item(instrument: Instrument, received: ReceivedDcc) -> list[Finding]:
    """Whether the DCC is of this very instrument: by serial number, then maker and type."""
    items = received.says.items
    mine = compared(instrument.serial_number)
    matching = [one for one in items if mine and mine in _numbers(one)]
    shown = ", ".join(one.value for item in items for one in item.identifications)[:120] or "–"
    if not matching:
        known = {"code": instrument.code, "serial": instrument.serial_number or "–", "found": shown}
        stated = bool(mine) and any(_numbers(one) for one in items)
        return [_found(REFUSED if stated else MARKED, "other_item" if stated else "item_not_identified", **known)]
    item, findings = matching[0], list[Finding]()
    makers = [text for _, text in item.manufacturer.parts]
    for field_name, said, known_as in (("maker", makers, instrument.maker), ("model", [item.model], instrument.model)):
        if compared(known_as) not in map(compared, said or [""]):
            values = {"field": Phrase(f"received.field_{field_name}", {}), "found": next(iter(said), "") or "–"}
            findings.append(_found(MARKED, "item_differs", known=known_as or "–", **values))
    return findings or [_found(NOTED, "item_matches", serial=instrument.serial_number)]


def _numbers(item: ForeignItem) -> set[str]:
    return {compared(one.value) for one in item.identifications if compared(one.value)}


def _of_units(instrument: Instrument, received: ReceivedDcc, choice: DccChoice) -> list[Finding]:
    """A column under the instrument's own quantity has to be of its dimension."""
    unit = instrument.nominal_unit
    return [
        _found(REFUSED, "unit_of_other_kind", quantity=one.name.en, unit=one.unit, other=unit, code=instrument.code)
        for one in received.columns
        if unit and choice.quantities.get(one.key) == instrument.quantity and not same_dimension(one.unit, unit)
    ]


def _of_laboratory(
    act: Act, received: ReceivedDcc, choice: DccChoice, results: Sequence[NewResult]
) -> list[Finding]:  # fmt: skip
    """Whose certificate it is, and whether the recognition claimed covers every result on the day of the work."""
    said = received.says.laboratory
    shown = said.name.text("vi")[:120] or said.code
    body = act.session.get(Body, choice.laboratory_id) if choice.laboratory_id else None
    if body is None:
        return [_found(REFUSED, "laboratory_unknown", name=shown)]
    found: list[Finding] = []
    match = _laboratory(act.session, received, received.says.finished_on)
    if match is None or match.id != body.id:
        name = in_force(all_names(act.session, [body.id])[body.id], received.says.finished_on)
        found.append(_found(MARKED, "laboratory_differs", name=shown, chosen=name.name_vi if name else body.code))
    if not choice.recognition:
        found.append(_found(MARKED, "recognition_missing", name=shown))
        return found
    new = NewCalibration(
        body.id, received.says.number, received.says.finished_on, received.says.finished_on, None, choice.recognition,
        choice.evidence, results,
    )  # fmt: skip
    return found + _of_recognition(act, new)


def _of_recognition(act: Act, new: NewCalibration) -> list[Finding]:
    calibration = Calibration(
        instrument_id="", laboratory_id=new.laboratory_id, certificate_number=new.certificate_number,
        performed_on=new.performed_on, issued_on=new.issued_on, recognition=new.recognition, evidence=new.evidence,
    )  # fmt: skip
    rows = [result_row(calibration.id, one) for one in new.results]
    missing = [one for one in check_recognition(act.session, calibration, rows, act.day) if not one.held]
    kind = Phrase(f"received.recognition_{new.recognition}", {})
    day = f"{new.performed_on:%d/%m/%Y}"
    if missing:
        return [_found(MARKED, "recognition_not_held", kind=kind, day=day, count=len(missing), of=len(rows))]
    return [_found(NOTED, "recognition_held", kind=kind, day=day)]


def _of_record(act: Act, instrument: Instrument, received: ReceivedDcc, choice: DccChoice) -> list[Finding]:
    """Whether this certificate, or a newer one of the instrument, stands in the register already."""
    withdrawn = select(CalibrationWithdrawal.calibration_id)
    mine = select(Calibration).where(
        col(Calibration.instrument_id) == instrument.id, col(Calibration.id).not_in(withdrawn)
    )
    found = []
    for one in act.session.exec(mine):
        same = compared(one.certificate_number) == compared(received.says.number)
        if same and one.laboratory_id == choice.laboratory_id:
            found.append(_found(REFUSED, "entered_already", number=one.certificate_number, code=instrument.code))
        elif one.performed_on > received.says.finished_on:
            day = f"{one.performed_on:%d/%m/%Y}"
            found.append(_found(NOTED, "newer_stands", number=one.certificate_number, day=day))
    return found
