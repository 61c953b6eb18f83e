"""Whole jobs of every kind of document in a small laboratory, each described by a table: what a person would do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from lims import bench, calibration, instrument_facts, officers, registering, scopes
from lims.entering import TypedCell
from lims.record import chosen
from lims.registering import NewCalibration, NewInstrument, NewResult
from lims.scopes import NewScopeLine
from lims.store.tables import Job
from tests.laboratories import SmallLaboratory

FUNCTIONS = (("hang", "perform", "quang"), ("bao", "review", "quang"), ("trang", "sign", "quang"))


@dataclass(frozen=True)
class DocumentJob:
    """One job: procedure, item, what lies on the bench, what is read and done; rows of readings by point."""

    procedure: tuple[str, str]
    item: Mapping[str, Any]
    item_properties: Mapping[str, tuple[str, str]]
    standards: Mapping[str, Mapping[str, Any]]
    equipment: Mapping[str, Mapping[str, tuple[str, str]]]
    conditions: Mapping[str, str]
    readings: Sequence[str]
    readings_left: Sequence[str] = ()
    adjustment: tuple[str, str] | None = None
    checks: Mapping[str, str] = field(default_factory=dict)
    seals: Sequence[tuple[str, str, str, str]] = ()
    conformity: Mapping[str, str] | None = None
    languages: str = "vi-en"
    regime: str = ""


def performed(small: SmallLaboratory, one: DocumentJob) -> str:
    """The job of a description, as far as the evaluation; its id."""
    procedure = small.lab.procedure(*one.procedure)
    for name, function, by in FUNCTIONS:
        registering.grant_competence(
            small.lab, small.actors[by], centre_id=small.ids["centre"], person_id=small.person(name),
            procedure_id=procedure.id, service=procedure.service, function=function, evidence="Biên bản đánh giá",
            valid_from=date(2026, 1, 1), valid_until=date(2028, 12, 31),
        )  # fmt: skip
    if procedure.verification is not None:
        officer(small)
    roles = {role: _standard(small, role, what) for role, what in one.standards.items()}
    roles |= {role: _equipment(small, role, what) for role, what in one.equipment.items()}
    item = registering.register_item(
        small.lab, small.actors["hang"], owner_id=small.ids["customer"], new=NewInstrument(**one.item)
    )
    for name, (text, unit) in one.item_properties.items():
        registering.describe_item(
            small.lab, small.actors["hang"], item.id, name=name, text=text, unit=unit, source="ghi trên thiết bị"
        )
    return carried_out(small, one, item.id, roles)


def carried_out(small: SmallLaboratory, one: DocumentJob, item_id: str, roles: Mapping[str, str]) -> str:
    """The job of a description on an item that is known, with the standards and the equipment by role; its id."""
    job: Job = calibration.receive(
        small.lab, small.actors["hang"], centre_id=small.ids["centre"], item_id=item_id,
        customer_id=small.ids["customer"], procedure=one.procedure, condition=("Nguyên vẹn, sạch", "Undamaged, clean"),
        conformity=dict(one.conformity) if one.conformity else None, languages=one.languages,
        regime=one.regime,
    )  # fmt: skip
    small.assigned(job.id)
    hang = small.actors["hang"]
    for role, instrument_id in roles.items():
        calibration.choose_standard(small.lab, hang, job.id, role=role, instrument_id=instrument_id)
    small.conditioned(job.id, tuple(one.conditions.items()))
    for name, outcome in one.checks.items():
        bench.record_check(small.lab, hang, job.id, name=name, outcome=outcome)
    calibration.record_readings(small.lab, hang, job.id, cells=cells(small, one, one.readings, 0))
    if one.adjustment:
        bench.record_item_adjustment(small.lab, hang, job.id, text_vi=one.adjustment[0], text_en=one.adjustment[1])
        left = cells(small, one, one.readings_left, len(one.readings))
        calibration.record_readings(small.lab, hang, job.id, cells=left)
    for kind, number, vi, en in one.seals:
        bench.record_seal(small.lab, hang, job.id, kind=kind, number=number, place_vi=vi, place_en=en)
    return job.id


def roles_of(small: SmallLaboratory, job_id: str) -> dict[str, str]:
    """The standards and the equipment of a job, by role."""
    with small.lab.store.reading() as session:
        return {role: one.instrument.id for role, one in chosen(session, small.job(job_id)).items()}


def officer(small: SmallLaboratory, *, fields: Sequence[str] = ("mass",)) -> str:
    """The card of a verification officer for the technician; its id."""
    card = officers.record_officer_card(
        small.lab, small.actors["quang"], centre_id=small.ids["centre"], person_id=small.person("hang"),
        number=small.ids.get("card", "KĐV 0417"), fields=fields,
        issued_by="Ủy ban Tiêu chuẩn Đo lường Chất lượng Quốc gia (mẫu)",
        valid_from=date(2025, 1, 1), valid_until=date(2029, 12, 31),
    )  # fmt: skip
    return card.id


def issued(small: SmallLaboratory, one: DocumentJob) -> tuple[str, str]:
    """The whole job of a description; its id and the number of its certificate."""
    job_id = performed(small, one)
    small.submitted(job_id)
    small.later(timedelta(minutes=5))
    small.reviewed(job_id)
    return job_id, small.issued(job_id)


def cells(small: SmallLaboratory, one: DocumentJob, rows: Sequence[str], first: int) -> list[TypedCell]:
    """Readings as typed: a text a point, its rows parted by ";", its cells by blanks."""
    (table,) = small.lab.procedure(*one.procedure).readings.values()
    return [
        TypedCell(first + point, table.name, row, column.name, text)
        for point, texts in enumerate(rows)
        for row, line in enumerate(texts.split(";"))
        for column, text in zip(table.columns, line.split(), strict=True)
    ]


def _standard(small: SmallLaboratory, role: str, what: Mapping[str, Any]) -> str:
    """A standard of the centre, calibrated by the institute: results are (quantity, nominal, unit, value, U, unit)."""
    trang = small.actors["trang"]
    new = NewInstrument(**{"level": "working", "kind": "standard", **what["instrument"]})
    standard = registering.register_standard(small.lab, trang, centre_id=small.ids["centre"], new=new)
    top = registering.register_standard(
        small.lab, trang, centre_id=small.ids["centre"],
        new=NewInstrument(
            *what.get("national", (f"Chuẩn quốc gia, {role}", f"National standard, {role}")), code=f"QG-{new.code}",
            level="national", kind="standard", quantity=new.quantity,
        ),
    )  # fmt: skip
    for quantity, lower, upper, unit, cmc, cmc_unit in what["services"]:
        scopes.add_scope_line(
            small.lab, trang, centre_id=small.ids["centre"], body_id=small.ids["institute"],
            new=NewScopeLine("cipm_mra", "", quantity, lower, upper, unit, cmc, cmc_unit), valid_from=date(2020, 1, 1),
        )  # fmt: skip
    upstream: list[str] = []
    for instrument, number in ((top, f"QG-{new.code}-1"), (standard, f"VDL-{new.code}-1")):
        results = [
            NewResult(quantity, value, unit, expanded, u_unit, nominal=nominal, nominal_unit=n_unit)
            for quantity, nominal, n_unit, value, unit, expanded, u_unit in what["results"]
        ]
        made = registering.record_calibration(
            small.lab, trang, instrument.id,
            new=NewCalibration(
                small.ids["institute"], number, date(2026, 2, 3), date(2026, 2, 5), date(2027, 12, 31), "cipm_mra",
                results=results, upstream=upstream,
            ),
        )  # fmt: skip
        upstream = [made.id]
    instrument_facts.record_certification(
        small.lab, trang, standard.id, body_id=small.ids["institute"], number=f"CNC-{new.code}",
        issued_on=date(2026, 2, 10), valid_until=date(2027, 12, 31),
    )  # fmt: skip
    for name, (text, unit) in what.get("properties", {}).items():
        registering.set_property(
            small.lab, trang, standard.id, name=name, text=text, unit=unit, source="giấy chứng nhận"
        )
    return standard.id


def _equipment(small: SmallLaboratory, role: str, properties: Mapping[str, tuple[str, str]]) -> str:
    trang = small.actors["trang"]
    made = registering.register_standard(
        small.lab, trang, centre_id=small.ids["centre"],
        new=NewInstrument(
            f"Thiết bị, {role}", f"Equipment, {role}", kind="equipment",
            code=f"{small.ids.get('codes', 'TB')}-{role[:8].upper()}",
        ),
    )  # fmt: skip
    for name, (text, unit) in properties.items():
        registering.set_property(small.lab, trang, made.id, name=name, text=text, unit=unit, source="tài liệu")
    return made.id


def weights(code: str, accuracy_class: str, nominals: Sequence[str]) -> dict[str, Any]:
    """A set of reference weights of a class."""
    return {
        "instrument": {
            "name_vi": f"Bộ quả cân chuẩn {accuracy_class}", "name_en": f"Set of reference weights {accuracy_class}",
            "code": code, "quantity": "conventional mass", "accuracy_class": accuracy_class,
        },
        "services": [("conventional mass", "1", "5000", "g", "0.001", "mg")],
        "results": [("conventional mass", one, "g", f"{one}.0001", "g", "0.8", "mg") for one in nominals],
    }  # fmt: skip


BALANCE = DocumentJob(
    procedure=("mass-technical-balance-verification", "2026-1"),
    item={
        "name_vi": "Cân kỹ thuật 2 kg", "name_en": "Technical balance, 2 kg", "maker": "Xưởng Cân", "model": "CK-2000",
        "serial_number": "CK-7702", "quantity": "weighing", "accuracy_class": "II",
    },
    item_properties={"verification_interval": ("0.1", "g"), "capacity": ("2", "kg")},
    standards={"reference": weights("CT-BQ-01", "F1", ("5", "500", "1000", "2000"))},
    equipment={"small_weights": {"step": ("0.01", "g")}},
    conditions={"temperature": "22,1", "humidity": "55"},
    readings=["5,0 0,05", "500,0 0,03", "1000,0 0,08", "2000,1 0,10"],
    checks={"external": "pass", "technical": "pass"},
    seals=[("label", "MB 26 018842", "", ""), ("seal", "N-26-55041", "vỏ cân", "housing")],
    regime="periodic",
)  # fmt: skip
"""A technical balance that passes its verification."""


def calibrator(code: str) -> dict[str, Any]:
    """A multifunction calibrator with results of three quantities."""
    return {
        "instrument": {
            "name_vi": "Máy hiệu chuẩn đa năng", "name_en": "Multifunction calibrator", "code": code,
            "quantity": "multifunction electrical",
        },
        "services": [
            ("dc voltage", "-1000", "1000", "V", "0.00001", "V"),
            ("ac voltage", "1", "1000", "V", "0.0001", "V"),
            ("resistance", "0.001", "100", "kohm", "0.0000001", "kohm"),
        ],
        "results": [
            ("dc voltage", "10", "V", "10.0001", "V", "0.0004", "V"),
            ("dc voltage", "-10", "V", "-10.0001", "V", "0.0004", "V"),
            ("dc voltage", "100", "V", "100.0000", "V", "0.0020", "V"),
            ("dc voltage", "190", "V", "190.0010", "V", "0.0040", "V"),
            ("ac voltage", "100", "V", "100.005", "V", "0.020", "V"),
            ("ac voltage", "190", "V", "190.010", "V", "0.040", "V"),
            ("resistance", "1", "kohm", "1.00001", "kohm", "0.00003", "kohm"),
            ("resistance", "10", "kohm", "10.0001", "kohm", "0.0003", "kohm"),
        ],
    }  # fmt: skip


MULTIMETER = DocumentJob(
    procedure=("electricity-digital-multimeter", "2026-1"),
    item={
        "name_vi": "Đồng hồ vạn năng hiện số",
        "name_en": "Digital multimeter",
        "maker": "Hãng thiết bị đo (mẫu)",
        "model": "DM-35",
        "serial_number": "DM-4471",
        "quantity": "multifunction electrical",
    },
    item_properties={},
    standards={"reference": calibrator("CT-DN-01")},
    equipment={},
    conditions={"temperature": "23,1", "humidity": "50"},
    readings=["10,02", "-10,03", "101,4", "192,0", "100,6", "191,1", "1,001", "10,02"],
    readings_left=["10,01", "-10,01", "100,1", "190,1", "100,2", "190,3", "1,001", "10,02"],
    adjustment=("Điện áp một chiều: chỉnh hệ số của dải 200 V.", "DC voltage: gain of the 200 V range adjusted."),
    conformity={"rule": "guarded"},
)
"""A multimeter out of its limits as found on two points, adjusted, within them as left."""

ECCENTRICITY = DocumentJob(
    procedure=("mass-balance-eccentricity-test", "2026-2"),
    item={
        "name_vi": "Cân kỹ thuật 6 kg", "name_en": "Technical balance, 6 kg", "maker": "Xưởng Cân", "model": "CK-6000",
        "serial_number": "CK-8105", "quantity": "weighing", "accuracy_class": "II",
    },
    item_properties={"verification_interval": ("0.1", "g"), "capacity": ("6", "kg")},
    standards={"reference": weights("CT-BQ-02", "F1", ("2000",))},
    equipment={},
    conditions={"temperature": "22,4"},
    readings=["2000,0 2000,1", "2000,0 2000,0", "2000,0 1999,9", "2000,0 2000,0"],
)  # fmt: skip
"""A balance tested under eccentric load; no statement of conformity was agreed."""

SET = DocumentJob(
    procedure=("mass-weight-set-comparison", "2026-1"),
    item={
        "name_vi": "Bộ quả cân 100 g đến 500 g", "name_en": "Set of weights, 100 g to 500 g", "maker": "Xưởng Cân",
        "model": "F2", "serial_number": "F2-0687", "quantity": "conventional mass", "accuracy_class": "F2",
    },
    item_properties={},
    standards={
        "reference": {
            **weights("CT-BQ-03", "F1", ("100", "200", "500")),
            "properties": {"drift_limit": ("0.000001", "1")},
        }
    },
    equipment={
        "comparator": {
            "pooled_standard_deviation": ("0.2", "mg"), "eccentricity_limit": ("0.1", "mg"),
            "resolution": ("0.1", "mg"),
        }
    },
    conditions={"temperature": "20,3", "humidity": "52"},
    readings=[
        "0,0 0,8 0,9 0,1; 0,0 0,9 1,0 0,0", "0,0 0,3 0,2 0,0; 0,1 0,3 0,3 0,0",
        "0,0 4,6 4,5 0,0; 0,0 4,5 4,6 0,1", "0,0 -0,1 -0,2 0,0; 0,0 -0,1 -0,1 0,1",
    ],
    conformity={"rule": "guarded"},
)  # fmt: skip
"""A set of weights of class F2 in which one weight does not meet its class."""

THERMOMETER = DocumentJob(
    procedure=("temperature-platinum-thermometer-bath", "2026-1"),
    item={
        "name_vi": "Nhiệt kế điện trở platin", "name_en": "Platinum resistance thermometer", "maker": "Hãng nhiệt kế",
        "model": "Pt100", "serial_number": "PT-3105", "quantity": "temperature", "accuracy_class": "A",
    },
    item_properties={},
    standards={
        "reference": {
            "instrument": {
                "name_vi": "Nhiệt kế chuẩn", "name_en": "Reference thermometer", "code": "CT-ND-01",
                "quantity": "temperature",
            },
            "services": [("temperature", "-50", "300", "degC", "0.001", "K")],
            "results": [
                ("temperature", "0", "degC", "0.002", "K", "0.008", "K"),
                ("temperature", "50", "degC", "-0.003", "K", "0.008", "K"),
                ("temperature", "100", "degC", "-0.008", "K", "0.010", "K"),
                ("temperature", "150", "degC", "-0.011", "K", "0.012", "K"),
            ],
            "properties": {"drift_limit": ("0.002", "K")},
        }
    },
    equipment={"bath": {"gradient_limit": ("0.004", "K")}, "bridge": {"error_limit": ("0.001", "ohm")}},
    conditions={"temperature": "23,0"},
    readings=[
        "0,003 100,0105; 0,004 100,0107; 0,003 100,0106; 0,003 100,0106",
        "50,010 119,4120; 50,011 119,4122; 50,010 119,4121; 50,010 119,4121",
        "100,010 138,5186; 100,011 138,5188; 100,009 138,5187; 100,010 138,5187",
        "150,008 157,3350; 150,009 157,3352; 150,008 157,3351; 150,008 157,3351",
    ],
)  # fmt: skip
"""A thermometer calibrated in a bath at four temperatures, with its calibration function."""
