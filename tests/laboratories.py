"""A small laboratory for tests, founded and peopled by its own acts: one institute, one centre, one customer."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from instruments.models import Instrument, ScopeLine
from lims import access, accounts, calibration, founding, issuing, registering, submission
from lims.clock import SetClock
from lims.config import Settings
from lims.entering import TypedCell
from lims.laboratory import Laboratory
from lims.people import Actor
from lims.registering import NewCalibration, NewInstrument, NewName, NewResult
from lims.store.tables import Job

PASSWORD = "một câu dễ nhớ 10 kg"
MORNING = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
MASS = ("mass-weight-comparison", "2026-1")
PEOPLE = {
    "admin2": ("Quản Trị Hai", "administrator"),
    "hang": ("Nguyễn Thị Hằng", "technician"),
    "binh": ("Lê Văn Bình", "technician"),
    "bao": ("Trần Quốc Bảo", "reviewer"),
    "trang": ("Phạm Thu Trang", "quality_manager"),
    "quang": ("Vũ Minh Quang", "quality_manager"),
}
S2_ROWS = (("0", "10", "10", "0"), ("0", "30", "30", "0"), ("0", "20", "20", "0"))
"""Readings in mg that give the differences 10, 30 and 20 mg of EA-4/02 M:2022, S2."""


@dataclass
class SmallLaboratory:
    """The laboratory, its clock, its people signed in, and the ids of what it holds."""

    lab: Laboratory
    clock: SetClock
    actors: dict[str, Actor] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    def sign_in(self, name: str) -> Actor:
        """Sign a person in again, as on a new day."""
        self.actors[name] = access.sign_in(self.lab, name, PASSWORD).actor
        return self.actors[name]

    def everyone_signs_in(self) -> None:
        """Sign all people in at the present time of the clock."""
        for name in list(self.actors):
            self.sign_in(name)

    def receive(self, *, conformity: dict[str, str] | None = None, customer: str = "customer", item: str = "item") -> str:
        """Take the 10 kg weight in; return the job's id."""
        job: Job = calibration.receive(
            self.lab, self.actors["hang"], centre_id=self.ids["centre"], item_id=self.ids[item],
            customer_id=self.ids[customer], procedure=MASS, condition=("Nguyên vẹn, sạch", "Undamaged, clean"),
            conformity=conformity,
        )  # fmt: skip
        return job.id

    def prepared(self, job_id: str) -> None:
        """Assign the job, choose standard and comparator, note the conditions."""
        lab, hang = self.lab, self.actors["hang"]
        assert hang.person_id is not None
        calibration.assign(lab, self.actors["bao"], job_id, technician_id=hang.person_id)
        calibration.choose_standard(lab, hang, job_id, role="reference", instrument_id=self.ids["standard"])
        calibration.choose_standard(lab, hang, job_id, role="comparator", instrument_id=self.ids["comparator"])
        for quantity, text in (("temperature", "20,3"), ("humidity", "52"), ("pressure", "1008,4")):
            calibration.record_environment(lab, hang, job_id, quantity=quantity, moment="start", text=text)

    def measured(self, job_id: str, rows: tuple[tuple[str, ...], ...] = S2_ROWS) -> None:
        """Type the readings, cell by cell in the order at the bench."""
        for row, texts in enumerate(rows):
            cells = [
                TypedCell(0, "weighing", row, column, text)
                for column, text in zip(("A1", "B1", "B2", "A2"), texts, strict=True)
            ]
            calibration.record_readings(self.lab, self.actors["hang"], job_id, cells=cells)

    def submitted(self, job_id: str) -> None:
        """Evaluate and send for review."""
        prepared = submission.prepare(self.lab, self.actors["hang"], job_id)
        calibration.evaluate(self.lab, self.actors["hang"], job_id, submission=submission.submit(prepared))

    def reviewed(self, job_id: str) -> None:
        """Review by the second person."""
        calibration.review(self.lab, self.actors["bao"], job_id)

    def seen(self, job_id: str, by: str = "trang") -> str:
        """The hash of the content that the approval screen shows."""
        return issuing.preview(self.lab, self.actors[by], job_id).seen

    def issued(self, job_id: str, by: str = "trang") -> str:
        """Approve and issue; return the certificate's number."""
        return issuing.approve_and_issue(
            self.lab, self.actors[by], job_id, seen=self.seen(job_id, by), password=PASSWORD
        )

    def whole_job(self) -> tuple[str, str]:
        """One job from reception to the issued certificate; return its id and the number."""
        job_id = self.receive()
        self.prepared(job_id)
        self.measured(job_id)
        self.submitted(job_id)
        self.reviewed(job_id)
        return job_id, self.issued(job_id)


def small_laboratory(home: Path) -> SmallLaboratory:
    """Found the laboratory in the empty folder `home` (on the database that the environment names)."""
    clock = SetClock(MORNING, tick_s=0.01)
    lab = Laboratory.found(Settings(home=home, public_address="https://tracuu.example"), clock)
    small = SmallLaboratory(lab, clock)
    link = founding.first_administrator(
        lab, body_code="VDL", body_kind="nmi", user_name="admin", name="Quản Trị Một",
        body_name=NewName("Viện Đo lường mẫu", "Model Metrology Institute", "1 phố Chuẩn, Hà Nội", "1 Chuan St, Hanoi"),
    )  # fmt: skip
    access.accept_invitation(lab, link, PASSWORD)
    small.sign_in("admin")
    _people(small)
    _registry(small)
    return small


def _people(small: SmallLaboratory) -> None:
    lab, admin = small.lab, small.actors["admin"]
    with lab.store.reading() as session:
        from instruments.bodies import body_by_code

        institute = body_by_code(session, "VDL")
    assert institute is not None
    small.ids["institute"] = institute.id
    centre = accounts_body(small, "MB", "centre", "Trung tâm Đo lường miền Bắc (mẫu)", "Northern Metrology Centre (model)")
    small.ids["centre"] = centre
    registering.set_letterhead(
        lab, admin, centre_id=centre, monogram="B", accent="#12365C", city_vi="Hà Nội", city_en="Hanoi"
    )
    for user_name, (name, role) in PEOPLE.items():
        account, token = accounts.create_account(
            lab, admin, user_name=user_name, name=name, title_vi="Phó Giám đốc", title_en="Deputy Director"
        )
        body = small.ids["institute"] if role == "administrator" else centre
        accounts.grant_role(lab, admin, person_id=account.person_id, role=role, body_id=body)
        access.accept_invitation(lab, token, PASSWORD)
        small.sign_in(user_name)
    for number in ("1", "2"):
        customer = registering.register_customer(
            lab, small.actors["hang"], code=f"KH-{number}",
            name=NewName(f"Công ty Cân số {number}", f"Scale Company no. {number}", "2 phố Cân, Hà Nội", "2 Can St, Hanoi"),
        )  # fmt: skip
        small.ids["customer" if number == "1" else "other_customer"] = customer.id
        account, token = accounts.create_account(lab, admin, user_name=f"khach{number}", name=f"Khách {number}")
        accounts.grant_role(lab, admin, person_id=account.person_id, role="customer", body_id=customer.id)
        access.accept_invitation(lab, token, PASSWORD)
        small.sign_in(f"khach{number}")
    granted = {"hang": "perform", "binh": "perform", "bao": "review", "trang": "sign"}
    for user_name, function in granted.items():
        _authorise(small, "quang", user_name, function)
    _authorise(small, "trang", "quang", "sign")


def _authorise(small: SmallLaboratory, by: str, user_name: str, function: str) -> None:
    person_id = small.actors[user_name].person_id
    assert person_id is not None
    registering.grant_competence(
        small.lab, small.actors[by], centre_id=small.ids["centre"], person_id=person_id, procedure_id=MASS[0],
        service="calibration", function=function, evidence="Biên bản đánh giá số 1", valid_from=date(2026, 1, 1),
        valid_until=date(2028, 12, 31),
    )  # fmt: skip


def accounts_body(small: SmallLaboratory, code: str, kind: str, name_vi: str, name_en: str) -> str:
    """Enter a body below the institute; return its id."""
    name = NewName(name_vi, name_en, "8 phố Mẫu, Hà Nội", "8 Mau St, Hanoi", "024 0000 0000")
    body = registering.found_body(
        small.lab, small.actors["admin"], code=code, kind=kind, name=name, parent_id=small.ids["institute"]
    )
    return body.id


def _registry(small: SmallLaboratory) -> None:
    lab, trang = small.lab, small.actors["trang"]
    registering.record_recognition(
        lab, trang, centre_id=small.ids["centre"], body_id=small.ids["institute"], kind="cipm_mra", number="",
        evidence="bản mẫu", valid_from=date(2020, 1, 1), valid_to=None,
        lines=[
            ScopeLine(body_id=small.ids["institute"], kind="cipm_mra", line="1", quantity="conventional mass", lower="1",
                      upper="20", unit="kg", cmc="5", cmc_unit="mg", valid_from=date(2020, 1, 1))
        ],
    )  # fmt: skip
    national = _standard(small, "CQG-1", "Chuẩn quốc gia khối lượng", "National mass standard", "national")
    top = _calibrated(small, national, "QG-01", "9.5 mg", None)
    working = _standard(small, "CT-KL-017", "Quả cân chuẩn 10 kg", "Reference weight 10 kg", "working")
    _calibrated(small, working, "VDL-26-0088", "45 mg", top)
    small.ids["standard"] = working.id
    registering.set_property(lab, trang, working.id, name="drift_limit", text="15", unit="mg", source="lịch sử 5 lần")
    comparator = registering.register_standard(
        lab, trang, centre_id=small.ids["centre"],
        new=NewInstrument("Bộ so sánh khối lượng", "Mass comparator", code="TB-KL-006", kind="equipment"),
    )  # fmt: skip
    small.ids["comparator"] = comparator.id
    for name, text in (("pooled_standard_deviation", "25"), ("eccentricity_limit", "10"), ("resolution", "1")):
        registering.set_property(lab, trang, comparator.id, name=name, text=text, unit="mg", source="EA-4/02, S2")
    for key, owner in (("item", "customer"), ("other_item", "other_customer")):
        item = registering.register_item(
            lab, small.actors["hang"], owner_id=small.ids[owner],
            new=NewInstrument(
                "Quả cân 10 kg", "Weight, 10 kg", maker="Xưởng Cân", model="M1", serial_number=f"30127-{key}",
                quantity="conventional mass", nominal="10", nominal_unit="kg", accuracy_class="M1",
            ),
        )  # fmt: skip
        small.ids[key] = item.id


def _standard(small: SmallLaboratory, code: str, name_vi: str, name_en: str, level: str) -> Instrument:
    return registering.register_standard(
        small.lab, small.actors["trang"], centre_id=small.ids["centre"],
        new=NewInstrument(
            name_vi, name_en, code=code, quantity="conventional mass", nominal="10", nominal_unit="kg",
            accuracy_class="F2", level=level, kind="standard",
        ),
    )  # fmt: skip


def _calibrated(small: SmallLaboratory, instrument: Instrument, number: str, u: str, upstream: str | None) -> str:
    digits, unit = u.split()
    result = NewResult("conventional mass", "10000.005", "g", digits, unit, nominal="10", nominal_unit="kg")
    calibration_row = registering.record_calibration(
        small.lab, small.actors["trang"], instrument.id,
        new=NewCalibration(
            small.ids["institute"], number, date(2026, 2, 3), date(2026, 2, 5), date(2027, 3, 14), "cipm_mra",
            results=[result], upstream=[upstream] if upstream else [],
        ),
    )  # fmt: skip
    return calibration_row.id
