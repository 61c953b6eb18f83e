"""One instrument as `equipment` of an MSL register: what its vocabulary has a word for, the rest in our own words.

Nothing is made up. Where the vocabulary requires what the registry does not hold, it gets the words that say so, or the
thing is left out and named. What the vocabulary has no word for stands in its open elements, in the namespace `OURS`.

Source: ISO/IEC 17025:2017, 6.4.13; the vocabulary is told in `data/msl_register.toml`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal
from typing import Any

from lxml import etree

from instruments.intervals import INTERVAL
from instruments.models import CalibrationResult
from lims.errors import Invalid, Stated
from lims.msl_tables import msl_tables
from lims.msl_vocabulary import MslQuantity, MslVocabulary, msl_identity, msl_vocabulary, one_line
from lims.register_rows import HeldCalibration, HeldInstrument, NamedFile
from uncertainty.typed import read_number

OURS = "urn:chuan:register:1"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
MONTHS, DAYS, SMALLEST = Decimal(12), Decimal("365.2425"), Decimal("0.0001")
"""In a year of the calendar: months, days on average; and the smallest part of one that is told."""
SHA256 = re.compile("[0-9a-f]{64}")
EMPTY_PARTS = ("maintenance", "alterations", "firmware")


@dataclass
class MslEquipment:
    """An instrument as it stands in the register of its field, and what could not be said of it."""

    team: str = ""
    element: Any = None
    reports: int = 0
    left_out: list[tuple[str, Stated]] = field(default_factory=list)
    """Number of the certificate (empty: the instrument itself), and why."""


def msl_equipment(held: HeldInstrument) -> MslEquipment:
    """One instrument in the vocabulary of the register."""
    words, made = msl_vocabulary(), MslEquipment()
    own = words.quantity(held.row.quantity) or _inferred(words, held)
    if own is None:
        key = "msl_register.no_field" if held.row.quantity else "msl_register.quantity_missing"
        made.left_out.append(("", Invalid(key, quantity=held.row.quantity)))
        return made
    made.team = words.teams[own.letter]
    made.element = element = _element("equipment")
    element.set("alias", one_line(held.row.code))
    row, measurands = held.row, _measurands(held, own, made)
    texts = (
        ("id", msl_identity(own.letter, row.id)), ("manufacturer", words.required(row.maker)),
        ("model", words.required(row.model)), ("serial", words.required(row.serial_number)),
        ("description", words.required(" / ".join(dict.fromkeys(filter(None, (row.name_vi, row.name_en)))))),
    )  # fmt: skip
    for name, text in texts:
        _add(element, name, text)
    _specify(_add(element, "specifications"), held)
    _add(element, "location", words.place)
    _add(element, "status", words.statuses[row.status])
    _add(element, "loggable")
    _add(element, "traceable", "true" if row.kind != "item" and made.reports else "false")
    _add(element, "calibrations").extend(measurands)
    for name in EMPTY_PARTS:
        _add(element, name)
    _require(_add(element, "specifiedRequirements"), held)
    _add(element, "referenceMaterials")
    _manual(_add(element, "qualityManual"), held)
    return made


def _inferred(words: MslVocabulary, held: HeldInstrument) -> MslQuantity | None:
    """The field of what an instrument measures or was calibrated for, where its own quantity has none."""
    measured = (one.quantity for one in held.ranges)
    calibrated = (one.quantity for calibration in held.calibrations for one in calibration.results)
    found = (words.quantity(one) for one in (*measured, *calibrated))
    return next((one for one in found if one is not None), None)


def _measurands(held: HeldInstrument, own: MslQuantity, made: MslEquipment) -> list[Any]:
    """What was measured of the instrument, each quantity with its reports and adjustments, the latest first."""
    entries: dict[str, list[tuple[str, Any]]] = {}
    for one in held.calibrations:
        try:
            reports = list(_reports(one, own, made))
        except Stated as problem:
            made.left_out.append((one.row.certificate_number, problem))
            continue
        made.reports += bool(reports)
        for quantity, report in reports:
            entries.setdefault(quantity, []).append((one.row.performed_on.isoformat(), report))
    for change in held.adjustments:
        quantity = own.name or next(iter(entries), "")
        if not quantity:
            made.left_out.append(("", Invalid("msl_register.adjustment", day=change.performed_on)))
            continue
        said = _element("adjustment", msl_vocabulary().required(change.description))
        said.set("date", change.performed_on.isoformat())
        entries.setdefault(quantity, []).append((change.performed_on.isoformat(), said))
    interval = _years(held)
    return [_measurand(quantity, interval, entries[quantity]) for quantity in sorted(entries)]


def _measurand(quantity: str, interval: str, entries: Sequence[tuple[str, Any]]) -> Any:
    made = _element("measurand")
    made.set("quantity", quantity)
    made.set("calibrationInterval", interval)
    component = _add(made, "component")
    component.set("name", "")
    component.extend(one for _, one in sorted(entries, key=lambda entry: entry[0], reverse=True))
    return made


def _years(held: HeldInstrument) -> str:
    """How long a calibration may be used, in years, never longer than it is; 0, that is on demand, where nobody said.

    As everywhere in the registry, the last day that was set for the latest calibration goes before the interval that
    was decided for the instrument.
    """
    valid = [one.row for one in held.calibrations if one.withdrawn is None and one.row.service == "calibration"]
    last = valid[-1].valid_until if valid else None
    decided = next((one for one in held.properties if one.name == INTERVAL), None)
    if last is not None:
        years = Decimal((last - valid[-1].performed_on).days) / DAYS
    else:
        try:
            years = read_number(decided.text).number / MONTHS if decided else Decimal(0)
        except Invalid:
            years = Decimal(0)
    return f"{max(years, Decimal(0)).quantize(SMALLEST, ROUND_DOWN).normalize():f}"


def _reports(held: HeldCalibration, own: MslQuantity, made: MslEquipment) -> Iterator[tuple[str, Any]]:
    """A calibration as reports, one for each quantity of the vocabulary.

    Raises:
        Invalid: it was withdrawn, states nothing, or a value is no number.
    """
    row, words = held.row, msl_vocabulary()
    if held.withdrawn is not None:
        raise Invalid("msl_register.withdrawn", day=held.withdrawn.withdrawn_on)
    results: dict[str, list[CalibrationResult]] = {}
    for one in held.results:
        known = words.quantity(one.quantity)
        results.setdefault(known.name if known else "", []).append(one)
    for unknown in sorted({one.quantity for one in results.pop("", ())}):
        made.left_out.append((row.certificate_number, Invalid("msl_register.no_quantity", quantity=unknown)))
    if not held.results and own.name and held.files:
        results[own.name] = []
    if not results and not held.results:
        raise Invalid("msl_register.no_results")
    for quantity, stated in results.items():
        yield quantity, _report(held, stated)
        for file in held.files:
            if file.dcc and _usable(file):
                yield quantity, _digital(file, row.certificate_number)


def _report(held: HeldCalibration, stated: Sequence[CalibrationResult]) -> Any:
    """A report: its days, laboratory and procedure, what it is valid for, its results, the files that hold it."""
    row, words = held.row, msl_vocabulary()
    made = _element("report")
    made.set("id", words.required(row.certificate_number))
    texts = (
        ("reportIssueDate", row.issued_on.isoformat()), ("measurementStartDate", row.performed_on.isoformat()),
        ("measurementStopDate", row.performed_on.isoformat()), ("issuingLaboratory", words.required(held.laboratory)),
        ("technicalProcedure", one_line(held.procedure)),
    )  # fmt: skip
    for name, text in texts:
        _add(made, name, text)
    conditions = _add(made, "conditions")
    _ours(
        conditions, "calibration", id=row.id, service=row.service, recognition=row.recognition, evidence=row.evidence,
        validUntil=row.valid_until,
    )  # fmt: skip
    _add(made, "acceptanceCriteria")
    found = [(held.as_found[one.id], one) for one in stated if one.id in held.as_found]
    for one in msl_tables(stated, found):
        table = _add(made, "table")
        table.set("comment", one.comment)
        for name, text in one.texts():
            _add(table, name, text)
    for file in held.files:
        if _usable(file):
            _file(_add(made, "file"), file)
    return made


def _usable(file: NamedFile) -> bool:
    return bool(one_line(file.name)) and SHA256.fullmatch(file.sha256) is not None


def _file(element: Any, file: NamedFile) -> None:
    _add(element, "url", one_line(file.name))
    _add(element, "sha256", file.sha256)


def _digital(file: NamedFile, number: str) -> Any:
    """A Digital Calibration Certificate that is a file of its own."""
    made = _element("digitalReport")
    made.set("format", msl_vocabulary().dcc)
    made.set("id", msl_vocabulary().required(number))
    _file(made, file)
    return made


def _specify(element: Any, held: HeldInstrument) -> None:
    """Everything that we hold of the instrument itself, in our own words."""
    row = held.row
    mine = _ours(
        element, "instrument", id=row.id, code=row.code, kind=row.kind, level=row.level, quantity=row.quantity,
        status=row.status, owner=held.owner, keeper=held.keeper, accuracyClass=row.accuracy_class, giai=row.giai,
        alsoKnown=row.also_known,
    )  # fmt: skip
    for name, texts in (("name", (row.name_vi, row.name_en)), ("material", (row.material_vi, row.material_en))):
        for language, text in zip(("vi", "en"), texts, strict=True):
            if one_line(text):
                _ours(mine, name, text).set(LANGUAGE, language)
    if row.nominal:
        _ours(mine, "nominal", row.nominal, unit=row.nominal_unit)
    if held.place:
        _ours(mine, "place", held.place)
    for one in held.ranges:
        _ours(
            mine, "range", quantity=one.quantity, lower=one.lower, upper=one.upper, unit=one.unit,
            resolution=one.resolution, resolutionUnit=one.resolution_unit, accuracy=one.accuracy,
        )  # fmt: skip
    for known in held.properties:
        _ours(mine, "property", known.text, name=known.name, unit=known.unit, source=known.source)


def _require(element: Any, held: HeldInstrument) -> None:
    """What shows that the instrument does what it must: certifications, intermediate checks, its states."""
    for one in held.certifications:
        _ours(
            element, "certification", number=one.number, decision=one.decision, issued=one.valid_from,
            validUntil=one.valid_to,
        )  # fmt: skip
    for check in held.checks:
        _ours(
            element, "intermediateCheck", check.note, date=check.performed_on, quantity=check.quantity,
            nominal=check.nominal, nominalUnit=check.nominal_unit, value=check.value, unit=check.unit,
            lower=check.lower, upper=check.upper, outcome=check.outcome,
        )  # fmt: skip
    for state in held.states:
        _ours(element, "state", state.reason, date=state.valid_from, status=state.status, decidedBy=state.decided_by)


def _manual(element: Any, held: HeldInstrument) -> None:
    """Parts, documents and the asset number."""
    if held.parts:
        accessories = _add(element, "accessories")
        for one, instrument in held.parts:
            _ours(accessories, "part", one.part, id=instrument.id, code=instrument.code)
    if held.files:
        said = (f"{one.title}: {one.name} (SHA-256 {one.sha256})" for one in held.files)
        _add(element, "documentation", "; ".join(one_line(one) for one in said))
    if one_line(held.row.asset_code):
        _add(_add(element, "financial"), "assetNumber", one_line(held.row.asset_code))


def _element(name: str, text: str = "") -> Any:
    namespace = msl_vocabulary().namespace
    prefixes: dict[Any, str] = {None: namespace, "c": OURS}
    made = etree.Element(f"{{{namespace}}}{name}", nsmap=prefixes)
    made.text = text or None
    return made


def _add(parent: Any, name: str, text: str = "") -> Any:
    made = etree.SubElement(parent, f"{{{msl_vocabulary().namespace}}}{name}")
    made.text = text or None
    return made


def _ours(parent: Any, element: str, text: str = "", /, **said: object) -> Any:
    """An element of our own, with what is known; what is empty is left out."""
    made = etree.SubElement(parent, f"{{{OURS}}}{element}")
    made.text = one_line(text) or None
    for name, value in said.items():
        if value is not None and one_line(str(value)):
            made.set(name, one_line(str(value)))
    return made
