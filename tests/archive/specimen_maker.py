"""Makes the specimens of the documentation: `python -m tests.archive.specimen_maker docs/specimens FONTS`.

One laboratory with three centres, each with its own people, letterhead and test keys, carries out a job of every kind
in each of them. What remains is the files as issued, the root of the keys and, for tests that draw and sign them anew,
the frozen contents behind the files.
"""

import gzip
import json
import os
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding

from certificates.content import CertificateContent
from lims import calibration, registering, submission
from lims.amendments import NewText
from lims.config import DATABASE_VARIABLE
from lims.entering import TypedCell
from lims.key_making import make_keys
from lims.people import QUALITY_MANAGER, RECEPTION, REVIEWER, TECHNICIAN
from lims.record import read_record
from lims.registering import NewName
from tests.ac_voltage import AC_VOLTAGE
from tests.documents import (
    BALANCE,
    ECCENTRICITY,
    MULTIMETER,
    SET,
    THERMOMETER,
    DocumentJob,
    carried_out,
    performed,
    roles_of,
    weights,
)
from tests.laboratories import ADDRESS, MASS, TRIALS, SmallLaboratory, centre, invited, small_laboratory

FROZEN = Path(__file__).with_name("specimen_contents.json.gz")
KINDS = (
    "single-point", "as-found-as-left", "set-of-weights", "coefficients", "matrix", "verification", "rejection",
    "test-report", "replaced", "replacement", "amendment",
)  # fmt: skip
"""What each centre has a file of; "replaced" is the file that "replacement" took the place of."""
TYPED, MEANT = "41,5", "14,5"
"""A reading whose digits were typed in the wrong order, and as it stood on the bench sheet."""
REASON = "Một số chỉ bị gõ đảo hai chữ số so với phiếu đo; khách hàng đã được báo"
SCRATCHED = NewText("item.condition", "Nguyên vẹn, có một vết xước", "Undamaged, one scratch")
WHY = ("Bổ sung tình trạng theo biên bản nhận", "The condition was added from the sheet of reception")
REASON_EN = "A reading was typed with two digits in the wrong order; the customer has been told"
WEIGHT = DocumentJob(
    procedure=MASS,
    item={
        "name_vi": "Quả cân 1 kg", "name_en": "Weight, 1 kg", "maker": "Xưởng Cân", "model": "M1",
        "serial_number": "Q1-2210", "quantity": "conventional mass", "nominal": "1", "nominal_unit": "kg",
        "accuracy_class": "M1",
    },
    item_properties={},
    standards={
        "reference": {**weights("CT-BQ-04", "F1", ("1000",)), "properties": {"drift_limit": ("0.5", "mg")}}
    },
    equipment={
        "comparator": {
            "pooled_standard_deviation": ("0.5", "mg"), "eccentricity_limit": ("0.3", "mg"),
            "resolution": ("0.1", "mg"),
        }
    },
    conditions={"temperature": "20,4", "humidity": "51", "pressure": "1007,6"},
    readings=[f"0,0 {MEANT} 14,6 0,1; 0,1 14,6 14,7 0,0; 0,0 14,5 14,5 0,1"],
    conformity={"rule": "guarded"},
)  # fmt: skip
"""A weight of 1 kg within class M1."""
FAILING = replace(
    BALANCE, readings=["5,0 0,05", "500,1 0,03", "1000,0 0,08", "2000,1 0,10"], seals=(), regime="after_repair"
)


@dataclass(frozen=True)
class Centre:
    """A centre of the specimens: its names, what its letterhead shows, who works there, its customer."""

    code: str
    name: tuple[str, str]
    monogram: str
    accent: str
    city: tuple[str, str]
    address: tuple[str, str]
    people: tuple[str, str, str, str]
    customer: NewName
    languages: str = "vi-en"


CENTRES = (
    Centre(
        "MB", ("Trung tâm Đo lường miền Bắc (mẫu)", "Northern Metrology Centre (model)"), "B", "#12365C",
        ("Hà Nội", "Hanoi"), ADDRESS, ("Nguyễn Thị Hằng", "Trần Quốc Bảo", "Phạm Thu Trang", "Vũ Minh Quang"),
        NewName("Công ty Cơ khí số 1 (mẫu)", "Mechanics Company No. 1 (model)", "2 phố Mẫu, Hà Nội", "2 Mau St, Hanoi"),
    ),
    Centre(
        "MT", ("Trung tâm Đo lường miền Trung (mẫu)", "Central Metrology Centre (model)"), "T", "#0B4F4C",
        ("Đà Nẵng", "Da Nang"), ("36 đường Mẫu, Đà Nẵng", "36 Mau Rd, Da Nang"),
        ("Trần Thị Hoa", "Lê Quang Dũng", "Nguyễn Hải Yến", "Phan Văn Tâm"),
        NewName("Nhà máy Dệt số 2 (mẫu)", "Textile Mill No. 2 (model)", "5 đường Mẫu, Đà Nẵng", "5 Mau Rd, Da Nang"),
    ),
    Centre(
        "MN", ("Trung tâm Đo lường miền Nam (mẫu)", "Southern Metrology Centre (model)"), "N", "#5E3A0E",
        ("TP. Hồ Chí Minh", "Ho Chi Minh City"),
        ("75 đường Mẫu, TP. Hồ Chí Minh", "75 Mau Rd, Ho Chi Minh City"),
        ("Phạm Ngọc Thảo", "Võ Minh Khang", "Huỳnh Thị Mai", "Đặng Quốc Huy"),
        NewName(
            "Công ty Dược số 3 (mẫu)", "Pharmaceutical Company No. 3 (model)", "9 đường Mẫu, TP. Hồ Chí Minh",
            "9 Mau Rd, Ho Chi Minh City",
        ),
        languages="en",
    ),
)  # fmt: skip
"""North, Central and South; the South issues its calibration certificates in English."""
NATIONAL = {
    "conventional mass": ("Chuẩn quốc gia khối lượng", "National standard of mass"),
    "multifunction electrical": ("Chuẩn quốc gia điện áp và điện trở", "National standards of voltage and resistance"),
    "temperature": ("Chuẩn quốc gia nhiệt độ", "National standard of temperature"),
}
"""The name of the national standard of each quantity."""
ROLES = {"hang": TECHNICIAN, "bao": REVIEWER, "trang": QUALITY_MANAGER, "quang": QUALITY_MANAGER, "lan": RECEPTION}


def contents() -> dict[str, CertificateContent]:
    """The frozen contents behind the specimens, by kind and centre: "matrix MB"."""
    found = json.loads(gzip.decompress(FROZEN.read_bytes()))
    return {name: CertificateContent.from_json(one) for name, one in found.items()}


def make(folder: Path, cache: Path) -> list[Path]:
    """Write the specimens of every kind and centre, and their root, into a folder; the files that were written."""
    os.environ.pop(DATABASE_VARIABLE, None)
    with tempfile.TemporaryDirectory() as home:
        small = small_laboratory(Path(home) / "laboratory", "", cache)
        small.lab.settings = replace(small.lab.settings, demonstration=True)
        try:
            for one in CENTRES:
                _open(small, one)
            made, contents = [], {}
            for one in CENTRES:
                _enter(small, one)
                for kind, number in _numbers(small, one).items():
                    made.append(folder / f"{kind}_{number}.pdf")
                    made[-1].write_bytes(calibration.download(small.lab, small.actors["trang"], number))
                    contents[f"{kind} {one.code}"] = json.loads(small.certificate(number).content)
            text = json.dumps(contents, ensure_ascii=False, sort_keys=True)
            FROZEN.write_bytes(gzip.compress(text.encode(), mtime=0))
            roots = b"".join(each.public_bytes(Encoding.PEM) for each in small.lab.keys.roots())
            (folder / "root.pem").write_bytes(roots)
        finally:
            small.lab.close()
    return made


def _open(small: SmallLaboratory, one: Centre) -> None:
    """Found a centre with its letterhead, its people and a customer."""
    admin, vi, en = small.actors["admin"], *one.name
    own = small.ids["centre"]
    if one.code != "MB":
        own = centre(small, one.code, vi, en, monogram=one.monogram, address=one.address)
    registering.set_letterhead(
        small.lab, admin, centre_id=own, monogram=one.monogram, accent=one.accent, city_vi=one.city[0],
        city_en=one.city[1],
    )  # fmt: skip
    if one.code != "MB":
        for (user_name, role), name in zip(ROLES.items(), (*one.people, "Tiếp Nhận Mẫu"), strict=True):
            invited(small, f"{user_name}{one.code.lower()}", name, role, own)
    clerk = small.actors["hang" if one.code == "MB" else f"hang{one.code.lower()}"]
    small.ids[f"centre {one.code}"] = own
    small.ids[f"customer {one.code}"] = registering.register_customer(
        small.lab, clerk, code=f"KH-{one.code}", name=one.customer
    ).id


def _enter(small: SmallLaboratory, one: Centre) -> None:
    """Go on in a centre: its people, its customer, its keys."""
    small.ids |= {"centre": small.ids[f"centre {one.code}"], "customer": small.ids[f"customer {one.code}"]}
    small.ids["card"] = f"KĐV-{one.code} 0417"
    if one.code != "MB":
        small.actors |= {name: small.actors[f"{name}{one.code.lower()}"] for name in ROLES}


def _numbers(small: SmallLaboratory, one: Centre) -> dict[str, str]:
    """A job of every kind in one centre; the numbers of what it issued."""
    found = {}
    for kind, job in (
        ("single-point", WEIGHT), ("as-found-as-left", MULTIMETER), ("set-of-weights", SET),
        ("coefficients", THERMOMETER), ("matrix", AC_VOLTAGE), ("test-report", ECCENTRICITY),
    ):  # fmt: skip
        mine = _of(small, one, job, kind)
        job_id = performed(small, mine)
        found[kind] = _issued(small, job_id)
        if kind == "single-point":
            found["amendment"] = _amended(small, job_id)
    verified = _of(small, one, BALANCE, "verification")
    job_id = performed(small, verified)
    found["verification"] = _issued(small, job_id)
    again = replace(FAILING, item=verified.item)
    found["rejection"] = _issued(small, carried_out(small, again, small.job(job_id).item_id, roles_of(small, job_id)))
    return found | _replaced(small, one)


def _amended(small: SmallLaboratory, job_id: str) -> str:
    """A further document that states the condition of the item anew; its number."""
    edition = calibration.prepare_amendment(
        small.lab, small.actors["hang"], job_id, stated=[SCRATCHED], reason=WHY[0], reason_en=WHY[1]
    )
    small.reviewed(edition.id)
    return small.issued(edition.id)


def _replaced(small: SmallLaboratory, one: Centre) -> dict[str, str]:
    """A certificate with a reading typed in the wrong order, and the one that replaced it."""
    wrong = replace(WEIGHT, readings=[WEIGHT.readings[0].replace(MEANT, TYPED, 1)])
    job_id = performed(small, _of(small, one, wrong, "replaced"))
    old = _issued(small, job_id)
    edition = calibration.amend(
        small.lab, small.actors["trang"], job_id, remeasure=True, reason=REASON, reason_en=REASON_EN
    )
    cell = TypedCell(0, "weighing", 0, "B1", MEANT)
    with small.lab.store.reading() as session:
        standing = read_record(session, small.job(edition.id)).readings[cell.cell]
    calibration.correct_reading(
        small.lab, small.actors["hang"], edition.id, cell=cell, replaces=standing.id,
        reason="Gõ đảo hai chữ số, sửa theo phiếu đo",
    )  # fmt: skip
    return {"replaced": old, "replacement": _issued(small, edition.id)}


def _issued(small: SmallLaboratory, job_id: str) -> str:
    """Send for review, review and issue, by the people of the centre at hand; the number."""
    make_keys(small.lab)
    lab, technician = small.lab, small.actors["hang"]
    prepared = submission.prepare(lab, technician, job_id)
    calibration.evaluate(lab, technician, job_id, submission=submission.submit(prepared, trials=TRIALS))
    small.reviewed(job_id)
    return small.issued(job_id)


def _of(small: SmallLaboratory, one: Centre, job: DocumentJob, kind: str) -> DocumentJob:
    """The job with codes, serial and label numbers of the centre, in its languages."""
    small.ids["codes"] = f"{one.code}-TB-{KINDS.index(kind) + 1}"
    standards: dict[str, dict[str, Any]] = {}
    for role, what in job.standards.items():
        code = f"{one.code}-{what['instrument']['code']}-{KINDS.index(kind) + 1}"
        national = NATIONAL[what["instrument"]["quantity"]]
        standards[role] = {**what, "national": national, "instrument": {**what["instrument"], "code": code}}
    item = {**job.item, "serial_number": f"{one.code}-{job.item['serial_number']}"}
    if kind == "replaced":
        item["serial_number"] += "B"
    seals = [(of, f"{one.code} {number[3:]}" if of == "label" else number, vi, en) for of, number, vi, en in job.seals]
    english = one.languages == "en" and job.procedure[0] != BALANCE.procedure[0]
    return replace(
        job, standards=standards, item=item, seals=seals, languages="en" if english else job.languages
    )  # fmt: skip


if __name__ == "__main__":
    for path in make(Path(sys.argv[1]), Path(sys.argv[2])):
        print(path.name, path.stat().st_size)
