"""Where a calibration from outside comes from: its file, and whether its laboratory was recognised for each result.

Source: ISO/IEC 17025:2017, 6.4.13, 6.5.2; ILAC-P10:07/2020, section 2: the point has to be in the provider's scope on
the day of the work, and the line that says so is kept.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlmodel import Session, col, select

from instruments.bodies import Covering, Recognitions
from instruments.chain_verdicts import CLAIM_BY_EVIDENCE
from instruments.models import RECOGNITION_KINDS, Calibration, CalibrationResult
from instruments.received import CalibrationSource, RecognitionCheck


def point_of(result: CalibrationResult) -> tuple[str, str]:
    """The point of a result, number and unit: its nominal value, or its value where the certificate gives none."""
    if result.nominal is None:
        return result.value, result.unit
    return result.nominal, result.nominal_unit or result.unit


def after_adjustment(results: Iterable[CalibrationResult]) -> list[CalibrationResult]:
    """The results that hold for the use of the instrument: all but those found before an adjustment.

    Where a certificate states nothing else, what was found is what holds.
    """
    every = list(results)
    return [one for one in every if one.phase != "as_found"] or every


def covering(
    book: Recognitions, laboratory_id: str, result: CalibrationResult, day: date, kind: str | None, service: str
) -> Covering | None:
    """What covers one result of a laboratory on a day; None where nothing does."""
    value, unit = point_of(result)
    found = book.covering(laboratory_id, result.quantity, value, unit, day, service=service, kind=kind)
    return found[0] if found else None


def check_recognition(
    session: Session, calibration: Calibration, results: Sequence[CalibrationResult], checked_on: date
) -> list[RecognitionCheck]:
    """What is kept about the recognition claimed for a calibration, one row for each result.

    Args:
        session: a session on the registry.
        calibration: the calibration with its claim.
        results: its results.
        checked_on: the day on which it is looked at; what counts is the day of the work.

    Returns:
        The rows, not yet added. Evidence recorded on the calibration carries a claim by itself.
    """
    book = Recognitions.of(session, [calibration.laboratory_id])
    claimed, rows = calibration.recognition, []
    stated = claimed in CLAIM_BY_EVIDENCE and bool(calibration.evidence.strip())
    for result in results:
        found = None
        if claimed is not None:
            day, service = calibration.performed_on, calibration.service
            found = covering(book, calibration.laboratory_id, result, day, claimed, service)
        rows.append(
            RecognitionCheck(
                result_id=result.id,
                checked_on=checked_on,
                claimed=claimed,
                recognition_id=found.recognition.id if found else None,
                scope_line_id=found.line.id if found and found.line else None,
                held=stated or found is not None,
            )
        )
    return rows


def claimable(
    session: Session, laboratory_id: str, results: Sequence[CalibrationResult], day: date, service: str = "calibration"
) -> str | None:
    """The first kind of recognition that covers every result of a laboratory on a day, None where none does."""
    book = Recognitions.of(session, [laboratory_id])
    for kind in RECOGNITION_KINDS:
        if results and all(covering(book, laboratory_id, one, day, kind, service) for one in results):
            return kind
    return None


def source_of(session: Session, calibration_id: str) -> CalibrationSource | None:
    """The file from which a calibration was entered, or None."""
    mine = select(CalibrationSource).where(col(CalibrationSource.calibration_id) == calibration_id)
    return session.exec(mine.order_by(col(CalibrationSource.id).desc())).first()


def checks_of(session: Session, calibration_id: str) -> dict[str, RecognitionCheck]:
    """What was kept about the recognition of each result of a calibration, by result."""
    mine = (
        select(RecognitionCheck)
        .join(CalibrationResult, col(CalibrationResult.id) == col(RecognitionCheck.result_id))
        .where(col(CalibrationResult.calibration_id) == calibration_id)
        .order_by(col(RecognitionCheck.id))
    )
    return {row.result_id: row for row in session.exec(mine)}
