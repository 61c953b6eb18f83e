"""Registers of equipment in the vocabulary of MSL: valid by its rules, complete or the lack is said, digits kept."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from sqlmodel import col, select

from instruments.history_models import Adjustment, AsFoundResult
from instruments.models import (
    Calibration,
    CalibrationResult,
    CalibrationWithdrawal,
    Instrument,
    InstrumentProperty,
    new_id,
)
from lims import instrument_facts
from lims.exporting import export, exported
from lims.laboratory import Laboratory
from lims.msl_register import MslEquipment, msl_equipment
from lims.msl_vocabulary import msl_vocabulary, row_id_of
from lims.people import OPERATOR_ACTOR
from lims.register_rows import HeldCalibration, HeldInstrument, NamedFile
from tests.laboratories import SmallLaboratory
from tests.lims.conftest import Command

HERE = {"m": "https://measurement.govt.nz/equipment-register", "c": "urn:chuan:register:1"}
XSD = "{http://www.w3.org/2001/XMLSchema}"
RULES = Path(__file__).parent / "msl" / "register.xsd"
Opened = tuple[dict[str, Any], list[dict[str, str]]]


@pytest.fixture(scope="module")
def rules() -> etree.XMLSchema:
    """The rules of a register."""
    return etree.XMLSchema(file=RULES)


def opened(content: bytes) -> Opened:
    """The registers of an export by the names of their files, and the lines of what they lack."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        texts = {name: archive.read(name) for name in archive.namelist()}
    lacking = csv.DictReader(io.StringIO(texts.pop("left-out.csv").decode("utf-8-sig"), newline=""))
    return {name: etree.fromstring(text) for name, text in texts.items()}, list(lacking)


@pytest.fixture(scope="module")
def whole(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Laboratory, Opened]]:
    """The demonstration and its registers."""
    lab = Laboratory.open(demonstration)
    path = tmp_path_factory.mktemp("registers") / "all.zip"
    export(lab, OPERATOR_ACTOR, path, form="msl")
    yield lab, opened(path.read_bytes())
    lab.close()


def cells(table: Any) -> list[dict[str, str]]:
    """The rows of a table, as a program would read them: cells by header."""
    names = [one.strip() for one in table.findtext("m:header", namespaces=HERE).split(",")]
    lines = table.findtext("m:data", namespaces=HERE).split("\n")
    rows = [[one.strip() for one in line.split(",")] for line in lines]
    for part in ("type", "unit"):
        assert len(table.findtext(f"m:{part}", namespaces=HERE).split(",")) == len(names)
    assert all(len(row) == len(names) for row in rows)
    return [dict(zip(names, row, strict=True)) for row in rows]


@pytest.mark.timeout(300)
def test_the_registers_of_the_demonstration_keep_the_rules(whole: Any, rules: etree.XMLSchema) -> None:
    """Every register is valid; its instruments are of its field and keep our id and code."""
    registers, _ = whole[1]
    assert {"MB-Mass.xml", "MB-Electrical.xml", "MB-Length.xml", "KH-CAN-Mass.xml"} <= set(registers)
    for name, register in registers.items():
        assert rules.validate(register), (name, rules.error_log)
        assert name.endswith(f"-{register.get('team')}.xml")
    with whole[0].store.reading() as session:
        codes = dict(session.exec(select(Instrument.id, Instrument.code)).all())
    pieces = [piece for register in registers.values() for piece in register]
    pieces = [one for one in pieces if one.tag is not etree.Comment]
    assert all(codes[row_id_of(one.findtext("m:id", namespaces=HERE))] == one.get("alias") for one in pieces)


@pytest.mark.timeout(300)
def test_what_the_demonstration_holds_is_in_its_registers_or_said_to_lack(whole: Any) -> None:
    """Each instrument and each certificate of one stands in a register or in the list, and digits are unchanged."""
    registers, lacking = whole[1]
    pieces = {
        one.get("alias"): one for register in registers.values() for one in register.iterfind("m:equipment", HERE)
    }
    left_out = {(one["instrument"], one["certificate"]) for one in lacking}
    assert all(one["reason_vi"] and one["reason_en"] for one in lacking)
    with whole[0].store.reading() as session:
        held = session.exec(select(Instrument).where(col(Instrument.merged_into_id).is_(None))).all()
        assert {one.code for one in held} == set(pieces) | {code for code, number in left_out if not number}
        rows = select(Instrument.code, Calibration.certificate_number, CalibrationResult).select_from(CalibrationResult)
        rows = rows.join(Calibration, col(Calibration.id) == col(CalibrationResult.calibration_id))
        stated = session.exec(rows.join(Instrument, col(Instrument.id) == col(Calibration.instrument_id))).all()
    compared = 0
    for code, number, result in stated:
        if (code, number) in left_out or (code, "") in left_out or code not in pieces:
            continue
        tables = pieces[code].xpath(f".//m:report[@id='{number}']/m:table", namespaces=HERE)
        found = [row for table in tables for row in cells(table) if row["Position"] == str(result.position)]
        digits = (result.nominal, result.value, result.expanded_uncertainty, result.coverage_factor)
        assert any({one for one in digits if one} <= set(row.values()) for row in found), (code, number)
        compared += 1
    assert compared > 200 and len(lacking) < compared


@pytest.mark.timeout(300)
def test_the_next_edition_wants_only_names_of_its_own_staff(whole: Any) -> None:
    """With the attribute that edition 0.2.0 requires, each fault of a register is that attribute and nothing else."""
    tree: Any = etree.parse(RULES)
    for name in ("equipment", "report"):
        (kind,) = tree.findall(f"{XSD}complexType[@name='{name}']")
        etree.SubElement(kind, f"{XSD}attribute", name="enteredBy", type="xs:string", use="required")
    stricter: Any = etree.XMLSchema(tree)
    assert not stricter.validate(deepcopy(whole[1][0]["MB-Mass.xml"]))
    assert all("'enteredBy' is required" in one.message for one in stricter.error_log)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_quality_manager_gets_the_registers_of_his_centre(
    laboratory: Callable[..., SmallLaboratory], rules: etree.XMLSchema, database: str
) -> None:
    """Standards with place, range and parts are there, another customer's item is not."""
    small = laboratory(database)
    lab, trang = small.lab, small.actors["trang"]
    instrument_facts.place_instrument(lab, trang, small.ids["standard"], place="Tủ 3, phòng 201")
    instrument_facts.set_range(
        lab, trang, small.ids["standard"], line="1", quantity="conventional mass", lower="0", upper="10", unit="kg"
    )
    instrument_facts.set_status(lab, trang, small.ids["comparator"], status="out_of_service", reason="Đầu cân hỏng")
    name, content = exported(lab, trang, form="msl")
    assert name == "chuan-2026-11-16-msl.zip"
    registers, lacking = opened(content)
    assert all(rules.validate(one) for one in registers.values())
    (standard,) = registers["MB-Mass.xml"].xpath("m:equipment[@alias='CT-KL-017']", namespaces=HERE)
    (ours,) = standard.xpath("m:specifications/c:instrument", namespaces=HERE)
    assert ours.findtext("c:place", namespaces=HERE) == "Tủ 3, phòng 201"
    assert ours.find("c:range", HERE).get("upper") == "10"
    assert standard.findtext("m:location", namespaces=HERE) == "Not at MSL"
    ids = {row_id_of(str(one.text)) for register in registers.values() for one in register.iterfind(".//m:id", HERE)}
    assert small.ids["standard"] in ids and small.ids["other_item"] not in ids
    assert not any(one["body"] == "KH-2" for one in lacking)


def test_the_command_writes_registers(small_home: Path, command: Command, tmp_path: Path) -> None:
    """`lims export --format msl` writes the ZIP and says how many of what are in it."""
    file = tmp_path / "registers.zip"
    status, told, _ = command("export", "--home", small_home, "--format", "msl", "-o", file, "--json")
    registers, lacking = opened(file.read_bytes())
    assert status == 0 and told["rows"]["registers"] == len(registers)
    assert told["rows"]["left_out"] == len(lacking) and told["rows"]["equipment"] == sum(
        len(one.findall("m:equipment", HERE)) for one in registers.values()
    )
    status, _, said = command("export", "--home", small_home, "--format", "msl", "-o", tmp_path / "again.zip")
    assert status == 0 and "left-out.csv" in said


@pytest.fixture
def small_home(laboratory: Callable[..., SmallLaboratory]) -> Path:
    """The folder of a small laboratory on SQLite."""
    return laboratory("sqlite").lab.settings.home


def weight(**columns: str) -> HeldInstrument:
    """A weight with its plate, as the registry holds it."""
    usual: dict[str, Any] = {
        "code": "CC-1", "owner_id": "x", "name_vi": "Quả cân", "name_en": "Weight", "kind": "standard",
        "maker": "Xưởng", "model": "M", "serial_number": "1", "quantity": "conventional mass",
    }  # fmt: skip
    row = Instrument(id=new_id(), **usual | columns)
    return HeldInstrument(row, "MB", "MB")


def calibrated(held: HeldInstrument, *results: CalibrationResult, **columns: Any) -> HeldCalibration:
    """A calibration added to an instrument."""
    row = Calibration(
        id=new_id(), instrument_id=held.row.id, laboratory_id="x", certificate_number="A/1",
        performed_on=date(2026, 1, 2), issued_on=date(2026, 1, 5), **columns,
    )  # fmt: skip
    held.calibrations.append(HeldCalibration(row, "Viện", results=list(results)))
    return held.calibrations[-1]


def result(value: str = "1.0", **columns: Any) -> CalibrationResult:
    """A result in grams."""
    stated = {"quantity": "conventional mass", "unit": "g", "value": value} | columns
    return CalibrationResult(id=new_id(), calibration_id="x", **stated)


def register_of(made: MslEquipment) -> Any:
    """A register with one instrument, read again from its bytes."""
    register = etree.Element(f"{{{HERE['m']}}}register", team=made.team)
    register.append(made.element)
    return etree.fromstring(etree.tostring(register))


numbers = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12).map(
    lambda one: f"{one:f}" if one.as_tuple().exponent not in (0,) else str(int(one))
)
anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@settings(max_examples=40)
@given(st.lists(st.tuples(numbers, st.none() | numbers), min_size=1, max_size=4), anything)
def test_every_text_and_number_goes_through(
    rules: etree.XMLSchema, rows: list[tuple[str, str | None]], text: str
) -> None:  # fmt: skip
    """Whatever the registry's texts are, the register is valid; every number stands there with the same digits."""
    held = weight(maker=text, serial_number=text, material_vi=text, asset_code=text, code=text)
    held.place = text
    stated = [result(value, expanded_uncertainty=spread, position=at) for at, (value, spread) in enumerate(rows)]
    calibrated(held, *stated, evidence=text).laboratory = text
    register = register_of(msl_equipment(held))
    assert rules.validate(register), rules.error_log
    found = {row["Position"]: row for table in register.iterfind(".//m:table", HERE) for row in cells(table)}
    for at, (value, spread) in enumerate(rows):
        assert (found[str(at)]["Value"], found[str(at)].get("Expanded uncertainty")) == (value, spread)


def test_files_adjustments_and_what_was_found_before_stand_in_the_register(rules: etree.XMLSchema) -> None:
    """A DCC is a digital report by its hash, a paper certificate a file; the state before an adjustment is a table."""
    held, left = weight(), result("10.2", phase="as_left", measuring_range="0 to 10 kg")
    one = calibrated(held, left)
    one.files += [NamedFile("their.xml", "ab" * 32, dcc=True), NamedFile("paper.pdf", "cd" * 32), NamedFile("", "x")]
    one.as_found[left.id] = AsFoundResult(
        adjustment_id="x", result_id=left.id, value="10.7", unit="g", expanded_uncertainty="0.10", uncertainty_unit="g"
    )
    held.adjustments.append(
        Adjustment(instrument_id=held.row.id, performed_on=date(2026, 1, 2), description="Làm\nsạch")
    )
    register = register_of(msl_equipment(held))
    assert rules.validate(register), rules.error_log
    (digital,) = register.iterfind(".//m:digitalReport", HERE)
    assert (digital.get("format"), digital.get("id")) == ("PTB DCC", "A/1")
    assert digital.findtext("m:sha256", namespaces=HERE) == "ab" * 32
    assert [one.text for one in register.iterfind(".//m:file/m:url", HERE)] == ["their.xml", "paper.pdf"]
    assert register.findtext(".//m:adjustment", namespaces=HERE) == "Làm sạch"
    tables = {str(one.get("comment")): cells(one)[0] for one in register.iterfind(".//m:table", HERE)}
    assert [row["Value"] for row in tables.values()] == ["10.2", "10.7"]
    assert any("as found" in comment for comment in tables) and all("range 0 to 10 kg" in one for one in tables)


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"value": "khoảng 3"}, "digits"),
        ({"quantity": "amount of substance"}, "no_quantity"),
    ],
)
def test_what_the_vocabulary_cannot_say_is_left_out_with_its_reason(columns: dict[str, str], expected: str) -> None:
    """A value that is no number, or a quantity without a name there, is no part of a report; the list names it."""
    held = weight()
    calibrated(held, result(**columns))
    made = msl_equipment(held)
    assert [(number, why.key) for number, why in made.left_out] == [("A/1", f"msl_register.{expected}")]
    assert register_of(made).find(".//m:report", HERE) is None


def test_a_withdrawn_calibration_is_never_a_report() -> None:
    """Nobody who reads the register can rely on a calibration that was withdrawn; the list says so."""
    held = weight()
    one = calibrated(held, result())
    one.withdrawn = CalibrationWithdrawal(calibration_id=one.row.id, withdrawn_on=date(2026, 3, 1), reason="x")
    calibrated(held)
    made = msl_equipment(held)
    assert [why.key for _, why in made.left_out] == ["msl_register.withdrawn", "msl_register.no_results"]
    assert register_of(made).find(".//m:report", HERE) is None
    assert register_of(made).findtext(".//m:traceable", namespaces=HERE) == "false"


def test_an_instrument_without_a_known_quantity_is_not_guessed_at() -> None:
    """No field is invented for an instrument; the list says which quantity has none, or that none is stated."""
    for quantity, key in (("", "quantity_missing"), ("torque", "no_field")):
        made = msl_equipment(weight(quantity=quantity))
        assert made.element is None and [why.key for _, why in made.left_out] == [f"msl_register.{key}"]


@pytest.mark.parametrize(
    ("months", "until", "years"),
    [(None, None, "0"), ("6", None, "0.5"), ("7", None, "0.5833"), ("24", date(2027, 1, 2), "0.9993")],
)
def test_the_interval_is_never_longer_than_what_was_decided(
    months: str | None, until: date | None, years: str
) -> None:  # fmt: skip
    """In years, cut after the fourth decimal; the last day set for the latest calibration goes before the interval."""
    held = weight()
    calibrated(held, result(), valid_until=until)
    if months:
        held.properties.append(
            InstrumentProperty(
                instrument_id=held.row.id, name="calibration_interval_months", text=months, valid_from=date(2026, 1, 1)
            )
        )
    (measurand,) = register_of(msl_equipment(held)).iterfind(".//m:measurand", HERE)
    assert measurand.get("calibrationInterval") == years
    assert not months or Decimal(years) <= Decimal(months) / 12


def test_the_vocabulary_says_only_what_the_rules_allow() -> None:
    """Every field, status and quantity of our data file is one of the closed lists of the vocabulary."""
    tree: Any = etree.parse(RULES)
    words = msl_vocabulary()

    def allowed(name: str) -> set[str]:
        return {str(one) for one in tree.xpath(f"//*[@name='{name}']//@value")}

    assert set(words.teams.values()) == allowed("team")
    assert set(words.statuses.values()) <= allowed("status") and {words.place} == allowed("room")
    assert {one.name for one in words.quantities.values()} - {""} <= allowed("quantity")
    assert {one.letter for one in words.quantities.values()} <= set(words.teams) and words.dcc in allowed("format")
    assert words.namespace == HERE["m"]
