"""Standards of the laboratory's own are correlated through what they were calibrated with; nobody says so."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from instruments.impact import Amount, Shift, impact
from instruments.intervals import INTERVAL
from instruments.models import CalibrationResult, ScopeLine
from lims import calibration, registering, sheets, submission
from lims.circumstances import Circumstances
from lims.entering import TypedCell
from lims.impact_evaluation import _shift_of
from lims.procedures import library
from lims.registering import NewCalibration, NewInstrument, NewResult
from lims.results import evaluate_point
from lims.store.tables import Certificate, EvaluationRecord
from tests.laboratories import SmallLaboratory
from tests.laboratory_fixtures import Templates
from uncertainty.archive import read_archive

HEAD = """
edition = "2026-1"
service = "calibration"
discipline = "electricity"
title = {{ vi = "{id}", en = "{id}" }}
id = "{id}"
[outputs.R_X]
unit = "ohm"
label = {{ vi = "Điện trở", en = "Resistance" }}
[item.nominal]
label = {{ vi = "Giá trị danh định", en = "Nominal value" }}
unit = "ohm"
[inputs.r]
label = {{ vi = "Tỉ số", en = "Ratio" }}
observed = "r"
in = "ratios"
no_scatter = "đọc một lần"
[readings.ratios]
label = {{ vi = "Tỉ số", en = "Ratio" }}
unit = "1"
columns = [{{ name = "r", load = "X" }}]
[[points]]
nominal = {{ item = "nominal" }}
part = "1 kohm"
[environment.temperature]
label = {{ vi = "Nhiệt độ", en = "Temperature" }}
unit = "degC"
[evaluation]
coverage_probability = 0.9545
coverage_factor = 2
[model]
R_X = "({sum}) * r"
"""
INPUT = """
[inputs.{name}]
label = {{ vi = "{name}", en = "{name}" }}
source = {{ standard = "{name}", at = "{at}" }}
[standards.{name}]
label = {{ vi = "{name}", en = "{name}" }}
quantity = "resistance"
"""
EXAMPLE = """
[[example]]
source = "by hand"
item = {{ nominal = "{nominal}" }}
point = {{ nominal = "{nominal}", part = "1 kohm" }}
readings = {{ ratios = [["1"]] }}
standards = {{ {standards} }}
expect = {{ R_X = {{ estimate = "{estimate}", expanded_uncertainty = "{expanded}", coverage_factor = "2" }} }}
"""
TEN = [f"R_{number}" for number in range(1, 11)]
SUBSTITUTION, SERIES = ("substitution", "2026-1"), ("series", "2026-1")


def procedure_text(name: str, roles: list[str], at: str, nominal: str, estimate: str, expanded: str) -> str:
    """A procedure that adds the results of its standards."""
    one = '{ nominal = "1 kohm", value = "1000 ohm", expanded_uncertainty = "0.2 ohm", coverage_factor = 2 }'
    example = EXAMPLE.format(
        nominal=nominal, estimate=estimate, expanded=expanded, standards=", ".join(f"{role} = {one}" for role in roles)
    )
    inputs = "".join(INPUT.format(name=role, at=at) for role in roles)
    return HEAD.format(id=name, sum=" + ".join(roles)) + inputs + example


class Bench:
    """A laboratory with the two procedures, a reference resistor, and ten resistors of 1 kohm."""

    def __init__(self, small: SmallLaboratory, folder: Path) -> None:
        self.small, self.lab = small, small.lab
        texts = {
            "substitution": procedure_text("substitution", ["R_S"], "point.nominal", "1 kohm", "1000 ohm", "0.2 ohm"),
            "series": procedure_text("series", TEN, "point.part", "10 kohm", "10000 ohm", "0.63 ohm"),
        }
        for name, text in texts.items():
            (folder / f"{name}.toml").write_text(text, encoding="utf-8")
        found = library(folder)
        assert not found.refused, [one.text("en") for one in found.refused.values()]
        self.lab.__dict__["procedures"] = found
        for user, function in (("hang", "perform"), ("bao", "review"), ("trang", "sign")):
            for procedure in ("substitution", "series"):
                registering.grant_competence(
                    self.lab, small.actors["quang"], centre_id=small.ids["centre"], person_id=small.person(user),
                    procedure_id=procedure, service="calibration", function=function, evidence="bản mẫu",
                    valid_from=date(2026, 1, 1), valid_until=date(2028, 1, 1),
                )  # fmt: skip
        line = ScopeLine(
            body_id=small.ids["institute"], kind="cipm_mra", line="1", quantity="resistance", lower="1", upper="100",
            unit="kohm", cmc="1", cmc_unit="mohm", valid_from=date(2020, 1, 1),
        )  # fmt: skip
        registering.record_recognition(
            self.lab, small.actors["trang"], centre_id=small.ids["centre"], body_id=small.ids["institute"],
            kind="cipm_mra", number="2", evidence="bản mẫu", valid_from=date(2020, 1, 1), valid_to=None, lines=[line],
        )  # fmt: skip
        self.reference = self.resistor("S", "national")
        result = NewResult("resistance", "1000", "ohm", "0.2", "ohm", nominal="1", nominal_unit="kohm")
        self.calibration = registering.record_calibration(
            self.lab, small.actors["trang"], self.reference,
            new=NewCalibration(
                small.ids["institute"], "VDL-R", date(2026, 2, 3), date(2026, 2, 5), date(2027, 3, 14), "cipm_mra",
                results=[result],
            ),
        ).id  # fmt: skip
        self.whole = self.resistor("WHOLE", "working", "10")
        self.ten = [self.resistor(name, "working") for name in TEN]

    def resistor(self, code: str, level: str, nominal: str = "1") -> str:
        """Enter a resistor that the centre keeps."""
        new = NewInstrument(
            "Điện trở", "Resistor", code=code, quantity="resistance", nominal=nominal, nominal_unit="kohm",
            level=level, kind="standard",
        )  # fmt: skip
        trang = self.small.actors["trang"]
        made = registering.register_standard(self.lab, trang, centre_id=self.small.ids["centre"], new=new)
        registering.set_property(self.lab, trang, made.id, name=INTERVAL, text="12", unit="1", source="bản mẫu")
        return made.id

    def at_review(self, item: str, procedure: tuple[str, str], standards: dict[str, str], ratio: str = "1") -> str:
        """A job from reception until it goes to review."""
        lab, actors, centre = self.lab, self.small.actors, self.small.ids["centre"]
        job = calibration.receive(
            lab, actors["hang"], centre_id=centre, item_id=item, customer_id=centre, procedure=procedure,
            condition=("Sạch", "Clean"),
        )  # fmt: skip
        calibration.assign(lab, actors["bao"], job.id, technician_id=self.small.person("hang"))
        for role, instrument in standards.items():
            calibration.choose_standard(lab, actors["hang"], job.id, role=role, instrument_id=instrument)
        calibration.record_environment(lab, actors["hang"], job.id, quantity="temperature", moment="start", text="23,0")
        cells = [TypedCell(0, "ratios", 0, "r", ratio)]
        calibration.record_readings(lab, actors["hang"], job.id, cells=cells)
        prepared = submission.prepare(lab, actors["hang"], job.id)
        calibration.evaluate(lab, actors["hang"], job.id, submission=submission.submit(prepared, trials=20_000))
        return str(job.id)

    def issued(self, job_id: str) -> str:
        """Review, approve and issue; the number of the certificate."""
        self.small.reviewed(job_id)
        return self.small.issued(job_id)


@pytest.fixture(scope="module")
def bench(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """The ten resistors, each calibrated against the same reference by a job of its own."""
    folder = tmp_path_factory.mktemp("shared")
    with ExitStack() as stack:
        made = Bench(templates.copy("sqlite", "founded", folder / "home", stack), folder)
        for item in made.ten:
            made.issued(made.at_review(item, SUBSTITUTION, {"R_S": made.reference}))
        yield made


def results(bench: Bench) -> list[CalibrationResult]:
    """What the registry holds of the ten."""
    with bench.lab.store.reading() as session:
        issued = select(CalibrationResult).where(CalibrationResult.archive.is_not(None))  # type: ignore[union-attr]
        return list(session.exec(issued))


def test_a_result_keeps_what_it_depends_on(bench: Bench) -> None:
    """Each of the ten results holds its archive: as printed, and resting on the one result of the reference."""
    found = results(bench)
    assert len(found) == 10
    for one in found:
        kept = read_archive(one.archive or "", "archive")
        assert list(kept.outputs) == ["R_X"]
        assert (str(kept.outputs["R_X"].value), kept.outputs["R_X"].reported_uncertainty) == (one.value, 0.1)
        (influence,) = kept.influences
        assert influence.contributions == {"R_X": pytest.approx(0.1)}
        rows = json.loads(one.influences)
        assert [row[0] for row in rows] == [influence.id]
    assert len({read_archive(one.archive or "", "archive").influences[0].id for one in found}) == 1


def test_ten_resistors_of_one_reference_are_fully_correlated(bench: Bench) -> None:
    """GUM 5.2.2: u of the ten in series is 1 ohm, not 0.32; screen, record and certificate show the correlation."""
    job_id = bench.at_review(bench.whole, SERIES, dict(zip(TEN, bench.ten, strict=True)))
    lab, actors = bench.lab, bench.small.actors
    sheet = sheets.job_sheet(lab, actors["hang"], job_id)
    live = sheet.points[0].result.result
    assert live is not None and live.standard_uncertainty == pytest.approx(1.0, rel=1e-12)
    shares = {row.kind: 0.0 for row in live.budget}
    for row in live.budget:
        shares[row.kind] += row.share
    assert shares == {"input": pytest.approx(0.1), "covariance": pytest.approx(0.9)}
    assert all(row.through for row in live.budget if row.kind == "covariance")
    number = bench.issued(job_id)
    with lab.store.reading() as session:
        point = session.exec(select(EvaluationRecord).where(EvaluationRecord.job_id == job_id)).one().points[0]
        result = session.exec(select(CalibrationResult).where(CalibrationResult.value == "10000.0")).one()
        certificate = json.loads(session.exec(select(Certificate).where(Certificate.number == number)).one().content)
    assert (point["value"], point["expanded_uncertainty"], point["coverage_factor"]) == ("10000.0", "2.0", "2")
    again = evaluate_point(lab.procedures[SERIES], point["point"], Circumstances.from_json(point["circumstances"]))
    assert again.expanded_uncertainty == "2.0"
    used = {one["result_id"]: 0.001 for one in point["circumstances"]["standards"].values()}
    assert _shift_of(point, lab.procedures[SERIES], used) == pytest.approx(0.01, rel=1e-9)  # ten times 1 mohm
    (influence,) = read_archive(result.archive or "", "archive").influences
    assert influence.contributions == {"R_X": pytest.approx(1.0)}
    lines = certificate["budget"]["lines"]
    assert len(lines) == 11 and sum(float(line["share"]) for line in lines) == pytest.approx(100)


def test_a_shift_reaches_through_standards_of_ones_own(bench: Bench) -> None:
    """Whoever looks for what rests on the reference finds the ten and the series, moved by ten times its shift."""
    with bench.lab.store.reading() as session:
        moved = impact(session, [bench.calibration], Shift((Amount("1", "mohm"),)))
    shifts = sorted(one.worst.shift or 0.0 for one in moved)
    assert shifts == [pytest.approx(0.001)] * 10 + [pytest.approx(0.01)]
