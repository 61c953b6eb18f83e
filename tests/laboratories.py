"""A small laboratory for tests, founded and peopled by its own acts: one institute, one centre, two customers."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlmodel import select

from instruments.bodies import body_by_code
from instruments.models import Instrument, ScopeLine
from lims import access, accounts, calibration, founding, issuing, registering, submission
from lims.clock import SetClock
from lims.config import DATABASE_VARIABLE, Settings
from lims.entering import TypedCell
from lims.laboratory import Laboratory
from lims.passwords import FOR_ALL_TO_KNOW
from lims.people import Actor
from lims.registering import NewCalibration, NewInstrument, NewName, NewResult
from lims.store.engine import Store
from lims.store.tables import Certificate, Job

PASSWORD = "một câu dễ nhớ 10 kg"
TRIALS = 200_000
"""Enough to agree with first order; a simulation that has settled is for the tests of uncertainty and of the story."""
MORNING = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
PUBLIC_ADDRESS = "https://tracuu.example"
REASON = "lý do ghi lại để thử"
MASS = ("mass-weight-comparison", "2026-1")
PEOPLE = {
    "admin2": ("Quản Trị Hai", "administrator"),
    "hang": ("Nguyễn Thị Hằng", "technician"),
    "binh": ("Lê Văn Bình", "technician"),
    "bao": ("Trần Quốc Bảo", "reviewer"),
    "trang": ("Phạm Thu Trang", "quality_manager"),
    "quang": ("Vũ Minh Quang", "quality_manager"),
    "lan": ("Đỗ Thị Lan", "reception"),
}
S2_ROWS = (("0", "10", "10", "0"), ("0", "30", "30", "0"), ("0", "20", "20", "0"))
"""Readings in mg that give the differences 10, 30 and 20 mg of EA-4/02 M:2022, S2."""
WEIGHINGS = ("A1", "B1", "B2", "A2")
CONDITIONS = (("temperature", "20,3"), ("humidity", "52"), ("pressure", "1008,4"))
STAGES = (
    "RECEIVED", "ASSIGNED", "MEASURING", "IN_REVIEW", "REVIEWED", "APPROVED", "NUMBERED", "ISSUED", "CANCELLED",
)  # fmt: skip


def weighing(row: int, column: str, text: str) -> TypedCell:
    """A text typed into one cell of the weighings of the only point."""
    return TypedCell(0, "weighing", row, column, text)


@dataclass
class SmallLaboratory:
    """The laboratory, its clock, its people signed in, and the ids of what it holds."""

    lab: Laboratory
    clock: SetClock
    actors: dict[str, Actor] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The address of the database."""
        return self.lab.store.url.render_as_string(hide_password=False)

    def person(self, name: str) -> str:
        """The id of the person behind a user name."""
        person_id = self.actors[name].person_id
        assert person_id is not None
        return person_id

    def sign_in(self, name: str) -> Actor:
        """Sign a person in again, as on a new day."""
        self.actors[name] = access.sign_in(self.lab, name, PASSWORD).actor
        return self.actors[name]

    def everyone_signs_in(self) -> None:
        """Sign all people in at the present time of the clock."""
        for name in list(self.actors):
            self.sign_in(name)

    def later(self, step: timedelta) -> None:
        """Let time go by, and let people sign in again where a sign-in would have ended."""
        self.clock.put(self.clock.moment + step)
        if step > timedelta(minutes=50):
            self.everyone_signs_in()

    def receive(
        self, *, conformity: dict[str, str] | None = None, customer: str = "customer", item: str = "item"
    ) -> str:
        """Take the 10 kg weight in; return the job's id."""
        job: Job = calibration.receive(
            self.lab, self.actors["hang"], centre_id=self.ids["centre"], item_id=self.ids[item],
            customer_id=self.ids[customer], procedure=MASS, condition=("Nguyên vẹn, sạch", "Undamaged, clean"),
            conformity=conformity,
        )  # fmt: skip
        return job.id

    def assigned(self, job_id: str) -> None:
        """Assign the job to the technician."""
        calibration.assign(self.lab, self.actors["bao"], job_id, technician_id=self.person("hang"))

    def equipped(self, job_id: str) -> None:
        """Choose standard and comparator."""
        for role, key in (("reference", "standard"), ("comparator", "comparator")):
            calibration.choose_standard(
                self.lab, self.actors["hang"], job_id, role=role, instrument_id=self.ids[key]
            )  # fmt: skip

    def prepared(self, job_id: str, conditions: tuple[tuple[str, str], ...] = CONDITIONS) -> None:
        """Assign the job, choose standard and comparator, note the conditions."""
        self.assigned(job_id)
        self.equipped(job_id)
        self.conditioned(job_id, conditions)

    def conditioned(self, job_id: str, conditions: tuple[tuple[str, str], ...] = CONDITIONS) -> None:
        """Note the conditions."""
        for quantity, text in conditions:
            calibration.record_environment(
                self.lab, self.actors["hang"], job_id, quantity=quantity, moment="start", text=text
            )

    def measured(self, job_id: str, rows: tuple[tuple[str, ...], ...] = S2_ROWS) -> None:
        """Type the readings, row by row in the order at the bench."""
        cells = [
            weighing(row, column, text)
            for row, texts in enumerate(rows)
            for column, text in zip(WEIGHINGS, texts, strict=True)
        ]
        calibration.record_readings(self.lab, self.actors["hang"], job_id, cells=cells)

    def submitted(self, job_id: str) -> None:
        """Evaluate and send for review."""
        prepared = submission.prepare(self.lab, self.actors["hang"], job_id)
        calibration.evaluate(
            self.lab, self.actors["hang"], job_id, submission=submission.submit(prepared, trials=TRIALS)
        )

    def reviewed(self, job_id: str) -> None:
        """Review by the second person."""
        calibration.review(self.lab, self.actors["bao"], job_id)

    def seen(self, job_id: str, by: str = "trang") -> str:
        """The hash of the content that the approval screen shows."""
        return issuing.preview(self.lab, self.actors[by], job_id).seen

    def approved(self, job_id: str, by: str = "trang") -> None:
        """Approve what the screen shows, with the password given again."""
        seen = self.seen(job_id, by)
        access.confirm(self.lab, self.actors[by], PASSWORD, act="approve", target_id=job_id, seen=seen)
        calibration.approve(self.lab, self.actors[by], job_id, seen=seen)

    def issued(self, job_id: str, by: str = "trang") -> str:
        """Approve and issue; return the certificate's number."""
        return issuing.approve_and_issue(
            self.lab, self.actors[by], job_id, seen=self.seen(job_id, by), password=PASSWORD
        )

    def job_in(self, state: str, **received: str) -> str:
        """A new job of the ordinary kind, brought into `state` by its acts; its id."""
        job_id = self.receive(**received)  # type: ignore[arg-type]
        if state == "CANCELLED":
            calibration.cancel(self.lab, self.actors["trang"], job_id, reason=REASON)
            return job_id
        acts: dict[str, Callable[[str], object]] = {
            "ASSIGNED": self.assigned,
            "MEASURING": self._at_the_bench,
            "IN_REVIEW": self.submitted,
            "REVIEWED": self.reviewed,
            "APPROVED": self.approved,
            "NUMBERED": lambda one: calibration.bind_number(self.lab, self.actors["trang"], one),
            "ISSUED": lambda one: issuing.issue(self.lab, self.actors["trang"], one),
        }
        for reached in STAGES[1 : STAGES.index(state) + 1]:
            acts[reached](job_id)
        return job_id

    def _at_the_bench(self, job_id: str) -> None:
        self.prepared(job_id)
        self.measured(job_id)

    def whole_job(self) -> tuple[str, str]:
        """One job from reception to the issued certificate; return its id and the number."""
        job_id = self.job_in("REVIEWED")
        return job_id, self.issued(job_id)

    def certificate(self, number: str) -> Certificate:
        """The row of a certificate by its number."""
        with self.lab.store.reading() as session:
            return session.exec(select(Certificate).where(Certificate.number == number)).one()

    def job(self, job_id: str) -> Job:
        """The row of a job as it stands now."""
        with self.lab.store.reading() as session:
            return session.get_one(Job, job_id)


@contextmanager
def database_named(url: str) -> Iterator[None]:
    """The environment naming the database `url` (empty: none) for the laboratories opened meanwhile."""
    before = os.environ.get(DATABASE_VARIABLE)
    os.environ[DATABASE_VARIABLE] = url
    try:
        yield
    finally:
        if before is None:
            del os.environ[DATABASE_VARIABLE]
        else:
            os.environ[DATABASE_VARIABLE] = before


def copied(small: SmallLaboratory, home: Path, url: str = "") -> SmallLaboratory:
    """The same laboratory in another folder, on the copied database `url` (SQLite: the file is copied here).

    The original has to be closed. What costs time to make and never differs is shared: type faces, procedures,
    compiled statements.
    """
    shutil.copytree(small.lab.settings.home, home, symlinks=True)
    clock = SetClock(small.clock.moment, tick_s=small.clock.tick_s)
    with database_named(url):
        lab = Laboratory.open(home, clock)
    lab.passwords = FOR_ALL_TO_KNOW
    lab.__dict__["procedures"] = small.lab.procedures
    _share_statements(lab.store, small.lab.store)
    return SmallLaboratory(lab, clock, dict(small.actors), dict(small.ids))


def _share_statements(store: Store, first: Store) -> None:
    """Let a copy use the statements that were compiled for the original, as the next act of a running server does."""
    for door, original in ((store.writer, first.writer), (store.reader, first.reader)):
        door.dialect, door._compiled_cache = original.dialect, original._compiled_cache  # the keys name the dialect


def small_laboratory(home: Path, url: str = "", cache: Path | None = None) -> SmallLaboratory:
    """Found the laboratory in the empty folder `home`, on the empty database `url` (without it a SQLite file).

    Args:
        home: the laboratory's folder.
        url: address of an empty PostgreSQL database.
        cache: folder for derived type faces that several laboratories share.
    """
    clock = SetClock(MORNING, tick_s=0.01)
    home.mkdir(parents=True, exist_ok=True)
    if cache is not None:
        (home / "cache").symlink_to(cache)
    with database_named(url):
        lab = Laboratory.found(Settings(home=home, public_address=PUBLIC_ADDRESS), clock)
    lab.passwords = FOR_ALL_TO_KNOW  # what hashing at full cost promises is proven where it matters
    small = SmallLaboratory(lab, clock)
    link = founding.first_administrator(
        lab, body_code="VDL", body_kind="nmi", user_name="admin", name="Quản Trị Một",
        body_name=NewName("Viện Đo lường mẫu", "Model Metrology Institute", "1 phố Chuẩn, Hà Nội", "1 Chuan St, Hanoi"),
    )  # fmt: skip
    access.accept_invitation(lab, link, PASSWORD)
    small.sign_in("admin")
    with lab.store.reading() as session:
        institute = body_by_code(session, "VDL")
    assert institute is not None
    small.ids["institute"] = institute.id
    small.ids["centre"] = centre(
        small, "MB", "Trung tâm Đo lường miền Bắc (mẫu)", "Northern Metrology Centre (model)", monogram="B"
    )
    _people(small)
    _registry(small)
    return small


ADDRESS = ("8 phố Mẫu, Hà Nội", "8 Mau St, Hanoi")


def centre(
    small: SmallLaboratory, code: str, name_vi: str, name_en: str, *, monogram: str, address: tuple[str, str] = ADDRESS
) -> str:
    """Enter a centre below the institute, with its letterhead; return its id."""
    name = NewName(name_vi, name_en, *address, "024 0000 0000")
    body = registering.found_body(
        small.lab, small.actors["admin"], code=code, kind="centre", name=name, parent_id=small.ids["institute"]
    )
    registering.set_letterhead(
        small.lab, small.actors["admin"], centre_id=body.id, monogram=monogram, accent="#12365C", city_vi="Hà Nội",
        city_en="Hanoi",
    )  # fmt: skip
    return body.id


def invited(small: SmallLaboratory, user_name: str, name: str, role: str, body_id: str) -> None:
    """Create an account with a role at a body, let its person set a password and sign in."""
    admin = small.actors["admin"]
    account, token = accounts.create_account(
        small.lab, admin, user_name=user_name, name=name, title_vi="Phó Giám đốc", title_en="Deputy Director"
    )
    accounts.grant_role(small.lab, admin, person_id=account.person_id, role=role, body_id=body_id)
    access.accept_invitation(small.lab, token, PASSWORD)
    small.sign_in(user_name)


def authorised(small: SmallLaboratory, by: str, user_name: str, function: str, until: date = date(2028, 12, 31)) -> str:
    """Authorise a person for a function of the mass procedure; the id of the competence."""
    granted = registering.grant_competence(
        small.lab, small.actors[by], centre_id=small.ids["centre"], person_id=small.person(user_name),
        procedure_id=MASS[0], service="calibration", function=function, evidence="Biên bản đánh giá số 1",
        valid_from=date(2026, 1, 1), valid_until=until,
    )  # fmt: skip
    return granted.id


def _people(small: SmallLaboratory) -> None:
    lab = small.lab
    for user_name, (name, role) in PEOPLE.items():
        body = small.ids["institute"] if role == "administrator" else small.ids["centre"]
        invited(small, user_name, name, role, body)
    for number, key in (("1", "customer"), ("2", "other_customer")):
        customer = registering.register_customer(
            lab, small.actors["hang"], code=f"KH-{number}",
            name=NewName(
                f"Công ty Cân số {number}", f"Scale Company no. {number}", "2 phố Cân, Hà Nội", "2 Can St, Hanoi"
            ),
        )  # fmt: skip
        small.ids[key] = customer.id
        invited(small, f"khach{number}", f"Khách {number}", "customer", customer.id)
    for user_name, function in (("hang", "perform"), ("binh", "perform"), ("bao", "review"), ("trang", "sign")):
        small.ids[f"competence_{user_name}"] = authorised(small, "quang", user_name, function)
    small.ids["competence_quang"] = authorised(small, "trang", "quang", "sign")


def _registry(small: SmallLaboratory) -> None:
    lab, trang = small.lab, small.actors["trang"]
    registering.record_recognition(
        lab, trang, centre_id=small.ids["centre"], body_id=small.ids["institute"], kind="cipm_mra", number="",
        evidence="bản mẫu", valid_from=date(2020, 1, 1), valid_to=None,
        lines=[
            ScopeLine(
                body_id=small.ids["institute"], kind="cipm_mra", line="1", quantity="conventional mass", lower="1",
                upper="20", unit="kg", cmc="5", cmc_unit="mg", valid_from=date(2020, 1, 1),
            )
        ],
    )  # fmt: skip
    national = standard(small, "CQG-1", "Chuẩn quốc gia khối lượng", "National mass standard", "national")
    small.ids["national"] = national.id
    small.ids["top"] = calibrated(small, national.id, "QG-01", "9.5 mg", None)
    working = standard(small, "CT-KL-017", "Quả cân chuẩn 10 kg", "Reference weight 10 kg", "working")
    small.ids["standard"] = working.id
    small.ids["working"] = calibrated(small, working.id, "VDL-26-0088", "45 mg", small.ids["top"])
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


def standard(small: SmallLaboratory, code: str, name_vi: str, name_en: str, level: str) -> Instrument:
    """Enter a 10 kg standard that the centre keeps."""
    return registering.register_standard(
        small.lab, small.actors["trang"], centre_id=small.ids["centre"],
        new=NewInstrument(
            name_vi, name_en, code=code, quantity="conventional mass", nominal="10", nominal_unit="kg",
            accuracy_class="F2", level=level, kind="standard",
        ),
    )  # fmt: skip


def calibrated(
    small: SmallLaboratory, instrument_id: str, number: str, expanded: str, upstream: str | None,
    *, performed_on: date = date(2026, 2, 3), valid_until: date = date(2027, 3, 14),
) -> str:  # fmt: skip
    """Enter a calibration of a 10 kg standard with its expanded uncertainty ("45 mg"); return its id."""
    digits, unit = expanded.split()
    result = NewResult("conventional mass", "10000.005", "g", digits, unit, nominal="10", nominal_unit="kg")
    row = registering.record_calibration(
        small.lab, small.actors["trang"], instrument_id,
        new=NewCalibration(
            small.ids["institute"], number, performed_on, performed_on + timedelta(days=2), valid_until, "cipm_mra",
            results=[result], upstream=[upstream] if upstream else [],
        ),
    )  # fmt: skip
    return row.id
