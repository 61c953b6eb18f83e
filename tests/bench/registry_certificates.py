"""An impact over certificates of our own, each with its job and its evaluation: shifts, and verdicts judged again."""

import statistics
import time
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from sqlmodel import Session, SQLModel, col, select

from instruments.impact import Amount, Shift
from instruments.models import Calibration, CalibrationResult, Instrument, TraceabilityLink
from lims import impact_cases, impact_sheets, impacts
from lims.quantity_text import in_unit
from lims.store.tables import Certificate, CertificateIssue, EvaluationRecord, Job
from tests.bench.table import Row
from tests.laboratories import SmallLaboratory

OURS, CERTIFICATES, IMPACT_S, ROUNDS = "Chuẩn", 10_000, 3.0, 3
TENTH, AT_ONCE, STANDARD = 10, 1_000, "CT-KL-017"
JUST = Decimal("0.0001")
SHIFT = Shift((Amount("0.5", "mg"),))
"""Five times what the value of every tenth lies below its limit, in grams."""


def verdicts(small: SmallLaboratory, label: str, certificates: int = CERTIFICATES) -> Iterator[Row]:
    """The impact of a shift of a standard on certificates with statements of conformity, one in ten of them turned."""
    with small.lab.store.reading() as session:
        numbers = session.exec(select(Certificate.number).order_by(col(Certificate.id)).limit(certificates)).all()
    # A registry that was kept has its copies, and its standard is held by the case that was opened about it.
    used = small.certificate(copied_certificates(small, certificates) if len(numbers) < certificates else numbers[0])
    with small.lab.store.reading() as session:
        link = session.exec(
            select(TraceabilityLink)
            .join(Calibration, col(Calibration.id) == col(TraceabilityLink.calibration_id))
            .where(Calibration.own_certificate_id == used.id, TraceabilityLink.role == "reference")
        ).one()
        upper = session.get_one(Calibration, link.upstream_calibration_id).certificate_number
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        found = impacts.impact_of(small.lab, small.actors["trang"], upper, shift=SHIFT)
        times.append(time.perf_counter() - start)
        assert len(found.affected) > certificates
        assert found.count("flips") >= certificates // TENTH
    median = statistics.median(times) * 10_000 / len(found.affected)
    task = f"impact with verdicts, for 10 000 certificates of our own, {label}"
    yield Row(task, OURS, median, median, "s", IMPACT_S, median <= IMPACT_S)


def long_pages(small: SmallLaboratory) -> dict[str, tuple[str, str]]:
    """Addresses of the pages that show these certificates, and a word on each: the list, a search, an impact case."""
    trang = small.actors["trang"]
    cases = impact_sheets.impact_cases(small.lab, trang)
    if not cases:
        impact_cases.open_impact_case(
            small.lab, trang, centre_id=small.ids["centre"], kind="out_of_tolerance", named=STANDARD, shift=SHIFT,
            reason="Lệch khi hiệu chuẩn lại",
        )  # fmt: skip
        cases = impact_sheets.impact_cases(small.lab, trang)
    return {
        "certificates": ("/certificates", "MB-KL-"),
        "certificates found by a word": ("/certificates?q=000001", "MB-KL-"),
        "impact case": (f"/impact/{cases[0].id}", cases[0].number),
    }  # fmt: skip


def copied_certificates(small: SmallLaboratory, count: int) -> str:
    """One certificate with a statement of conformity, issued by its acts, and copies of its rows; its number."""
    small.everyone_signs_in()
    job_id = small.job_in("REVIEWED", conformity={"rule": "simple", "accuracy_class": "F₂"})  # type: ignore[arg-type]
    number = small.issued(job_id)
    with small.lab.store.writing() as session:
        rows = _rows_of(session, number)
        for first in range(0, count, AT_ONCE):
            for table, plain in rows:
                copies = [_copy(table, plain, place) for place in range(first, min(first + AT_ONCE, count))]
                session.connection().execute(SQLModel.metadata.tables[str(table.__tablename__)].insert(), copies)
    return number


def _rows_of(session: Session, number: str) -> list[tuple[Any, Mapping[str, Any]]]:
    certificate = session.exec(select(Certificate).where(Certificate.number == number)).one()
    of_job = session.exec(select(EvaluationRecord).where(EvaluationRecord.job_id == certificate.job_id)).one()
    calibration = session.exec(select(Calibration).where(Calibration.own_certificate_id == certificate.id)).one()
    results = session.exec(select(CalibrationResult).where(CalibrationResult.calibration_id == calibration.id)).all()
    links = session.exec(select(TraceabilityLink).where(TraceabilityLink.calibration_id == calibration.id)).all()
    item, job = session.get_one(Instrument, calibration.instrument_id), session.get_one(Job, certificate.job_id)
    issue = session.get_one(CertificateIssue, certificate.id)
    every = (item, job, of_job, certificate, issue, calibration, *results, *links)
    return [(type(row), row.model_dump()) for row in every]


OWN = {
    Instrument: ("id",), Job: ("id", "item_id"), EvaluationRecord: ("id", "job_id"),
    Certificate: ("id", "job_id", "item_id"), CertificateIssue: ("certificate_id",),
    Calibration: ("id", "instrument_id", "own_certificate_id"),
    CalibrationResult: ("id", "calibration_id"), TraceabilityLink: ("id", "calibration_id"),
}  # fmt: skip
"""The columns in which each copy names rows of its own."""


def _copy(table: Any, plain: Mapping[str, Any], place: int) -> dict[str, Any]:
    row = dict(plain) | {name: f"{plain[name]}-{place}" for name in OWN[table]}
    if table is Instrument:
        row |= {"code": f"{plain['code']}-{place}", "identity": None, "giai": None}
    elif table is Job:
        row |= {"number": f"{plain['number']}{place:06d}", "state": "RECEIVED", "version": 1}
    elif table is Certificate:
        row |= {name: f"{plain[name]}-{place}" for name in ("number", "token")}
        row |= {"sequence": plain["sequence"] * 1_000_000 + place}
    elif table is Calibration:
        row |= {"certificate_number": f"{plain['certificate_number']}-{place}"}
    elif table is EvaluationRecord and place % TENTH == 0:
        (point,) = plain["points"]
        near = in_unit(" ".join(point["nominal"]), point["unit"]) + Decimal(point["conformity"]["limit_upper"]) - JUST
        row |= {"points": [point | {"output": point["output"] | {"estimate": float(near)}}]}
    return row
