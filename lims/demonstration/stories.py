"""What else befalls the jobs of the demonstration: a refusal for each guard, a decision, an amendment, a withdrawal.

A story puts its own acts around those of the job. Whatever has to be refused is tried in earnest, so that the refusal
stands in the record with who tried it and when.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlmodel import select

from lims import accounts, calibration, registering
from lims.demonstration.network import PROCEDURES, administrator, give_keys, set_letterhead
from lims.entering import TypedCell
from lims.people import QUALITY_MANAGER
from lims.record import read_record
from lims.store.tables import Certificate, Job
from lims.submission import Submission

if TYPE_CHECKING:
    from lims.demonstration.jobs import JobPlay

Acts = dict[str, Callable[[], object]]
Story = Callable[["JobPlay", Acts], None]
OUTSIDE_VI = "Nhiệt độ vượt giới hạn 0,6 °C; ảnh hưởng đến khối lượng quy ước nhỏ hơn 0,1 mg, không đáng kể."
OUTSIDE_EN = "The temperature left its limit by 0.6 °C; the effect on conventional mass is below 0.1 mg, negligible."
NOTHING_SEEN = "0" * 64
NOTHING_EVALUATED = Submission("", ())


def _before(acts: Acts, name: str, first: Callable[[], object]) -> None:
    """Let something happen just before an act of the job."""
    then = acts[name]

    def both() -> None:
        first()
        then()

    acts[name] = both


def _after(acts: Acts, name: str, then: Callable[[], object]) -> None:
    """Let something happen just after an act of the job."""
    first = acts[name]

    def both() -> None:
        first()
        then()

    acts[name] = both


def standards_refused(play: "JobPlay", acts: Acts) -> None:
    """A standard out of date, one out of service and one of another quantity are refused before the right one."""

    def try_them() -> None:
        for key, code in (
            ("standard_out_of_date", "MB-CT-KL-11"),
            ("standard_not_in_use", "MB-CT-KL-12"),
            ("standard_other_quantity", "MB-CT-DD-01"),
        ):
            play.stage.refused(key, lambda code=code: _choose(play, code))  # type: ignore[misc]

    _before(acts, "prepare", try_them)


def chain_refused(play: "JobPlay", acts: Acts) -> None:
    """A standard whose principal standard lost its certificate is refused: the chain breaks above it."""
    _before(acts, "prepare", lambda: play.stage.refused("chain_broken", lambda: _choose(play, "MN-CT-KL-06")))


def _choose(play: "JobPlay", code: str) -> None:
    instrument_id = play.stage.ids[code]
    calibration.choose_standard(
        play.stage.lab, play.technician, play.job_id, role="reference", instrument_id=instrument_id
    )


def not_authorised(play: "JobPlay", acts: Acts) -> None:
    """Who is not authorised for the procedure is not given the job, cannot enter readings, and cannot review."""
    stage = play.stage
    other = stage.actors["binh"]

    def try_it() -> None:
        stage.refused(
            "other_not_authorised",
            lambda: calibration.assign(stage.lab, play.reviewer, play.job_id, technician_id=other.person_id),
        )

    def enter() -> None:
        cells = play.cells()[:1]
        stage.refused("not_authorised", lambda: calibration.record_readings(stage.lab, other, play.job_id, cells=cells))
        stage.refused("not_permitted", lambda: calibration.review(stage.lab, other, play.job_id))

    _before(acts, "assign", try_it)
    _before(acts, "measure", enter)


def environment_decided(play: "JobPlay", acts: Acts) -> None:
    """Conditions outside the limits are refused, then decided by the quality manager, then printed."""
    stage, submit = play.stage, acts["submit"]

    def decided() -> None:
        stage.refused("environment_outside", submit)
        calibration.decide_environment(
            stage.lab, play.signatory, play.job_id, reason="Xem lại ảnh hưởng của nhiệt độ lên kết quả",
            text_vi=OUTSIDE_VI,
            text_en=OUTSIDE_EN,
        )  # fmt: skip
        submit()

    acts["submit"] = decided


def below_cmc(play: "JobPlay", acts: Acts) -> None:
    """A U below the CMC is refused; the centre then decides to state the CMC instead."""
    stage, submit = play.stage, acts["submit"]

    def raised() -> None:
        stage.refused("below_cmc", submit)
        centre_id = stage.ids[play.plan["centre"]]
        registering.decide_policy(stage.lab, play.signatory, centre_id=centre_id, name="cmc", text="raise")
        submit()

    acts["submit"] = raised


def no_letterhead(play: "JobPlay", acts: Acts) -> None:
    """The approval is refused while the certificate lacks the issuing centre's head; the administrator adds it."""
    stage = play.stage

    def complete() -> None:
        play.confirm(play.signatory, NOTHING_SEEN)
        stage.refused("body_without_name", lambda: _approve(play, NOTHING_SEEN))
        set_letterhead(stage, next(one for one in stage.plan["centres"] if one["code"] == play.plan["centre"]))
        give_keys(stage)

    _before(acts, "issue", complete)


def recalibrated(play: "JobPlay", acts: Acts) -> None:
    """The standard came back from its own calibration after it was chosen: it has to be chosen anew."""
    stage, submit = play.stage, acts["submit"]

    def again() -> None:
        stage.refused("standard_recalibrated", submit)
        for role, code in play.plan["standards"].items():
            calibration.choose_standard(
                stage.lab, play.technician, play.job_id, role=role, instrument_id=stage.ids[code]
            )
        submit()

    acts["submit"] = again


def own_work(play: "JobPlay", acts: Acts) -> None:
    """Who measured is a reviewer too, and still cannot review it."""
    stage = play.stage
    _before(
        acts, "review",
        lambda: stage.refused("own_work", lambda: calibration.review(stage.lab, play.technician, play.job_id)),
    )  # fmt: skip


def reviewer_approves(play: "JobPlay", acts: Acts) -> None:
    """Who reviewed cannot approve where the centre's policy does not allow it."""
    stage = play.stage

    def try_it() -> None:
        play.confirm(play.reviewer, NOTHING_SEEN)
        stage.refused(
            "reviewer_approves",
            lambda: calibration.approve(stage.lab, play.reviewer, play.job_id, seen=NOTHING_SEEN),
        )

    _before(acts, "issue", try_it)


def other_content(play: "JobPlay", acts: Acts) -> None:
    """An approval without the password, one of another content, and one of what is approved already are refused."""
    stage = play.stage

    def try_them() -> None:
        stage.refused("confirm_again", lambda: _approve(play, NOTHING_SEEN))
        play.confirm(play.signatory, NOTHING_SEEN)
        stage.refused("not_what_was_shown", lambda: _approve(play, NOTHING_SEEN))

    _before(acts, "issue", try_them)
    _after(acts, "issue", lambda: stage.refused("wrong_state", lambda: _approve(play, NOTHING_SEEN)))


def _approve(play: "JobPlay", seen: str) -> None:
    calibration.approve(play.stage.lab, play.signatory, play.job_id, seen=seen)


def returned(play: "JobPlay", acts: Acts) -> None:
    """The reviewer sends the job back with a reason; a reading is corrected, and it comes again."""
    stage, submit = play.stage, acts["submit"]

    def back() -> None:
        reason = "Số chỉ lần 1 của điểm đầu lệch với phiếu đo, kiểm tra lại"
        calibration.return_for_correction(stage.lab, play.reviewer, play.job_id, reason=reason)
        _correct(play, "Đọc nhầm vạch, đã đọc lại trên thiết bị")
        submit()

    _before(acts, "review", back)


def replaced(play: "JobPlay", acts: Acts) -> None:
    """Ten days later a reading turns out to be mistyped: the certificate is replaced by an amended one."""
    stage, plan = play.stage, play.plan
    days_ago = plan["days_ago"] - 10

    def amend() -> None:
        reason = "Một số chỉ bị gõ nhầm so với phiếu đo; khách hàng đã được báo"
        edition = calibration.amend(stage.lab, play.signatory, play.job_id, reason=reason, remeasure=True)
        play.job_id = edition.id
        _correct(play, "Gõ đảo hai chữ số, sửa theo phiếu đo", turned=True)
        play.submit()

    _ = acts
    for clock_time, later, act, name in (
        ("09:00", 0, amend, "amend"),
        ("14:00", 0, play.review, "review"),
        ("09:10", 1, play.issue, "issue"),
    ):
        said = f"{plan['centre']} {plan['item']}: {name}"
        stage.plan_event(stage.at(days_ago, clock_time, later=later), said, act)


def withdrawn(play: "JobPlay", acts: Acts) -> None:
    """Two months later the certificate is withdrawn."""
    stage = play.stage
    _ = acts

    def withdraw() -> None:
        with stage.lab.store.reading() as session:
            certificate_id = session.exec(select(Certificate.id).where(Certificate.number == play.number)).one()
        reason = "Quả cân bị hư hỏng trước khi giao; kết quả không còn đúng với thiết bị"
        calibration.withdraw(stage.lab, play.signatory, certificate_id, reason=reason)

    stage.plan_event(stage.at(play.plan["days_ago"] - 60, "15:00"), f"{play.plan['item']}: withdraw", withdraw)


def _correct(play: "JobPlay", reason: str, *, turned: bool = False) -> None:
    """Correct the first reading by its last digit, or as one typed with its digits in the wrong order."""
    stage, first = play.stage, play.cells()[0]
    with stage.lab.store.reading() as session:
        standing = read_record(session, session.get_one(Job, play.job_id)).readings[first.cell]
    last = "1" if standing.text[-1] != "1" else "2"
    digits = standing.text.removeprefix("-")
    text = standing.text.removesuffix(digits) + digits[::-1] if turned else standing.text[:-1] + last
    cell = TypedCell(*first.cell, text)
    calibration.correct_reading(stage.lab, play.technician, play.job_id, cell=cell, replaces=standing.id, reason=reason)


def wrong_cell(play: "JobPlay", acts: Acts) -> None:
    """A cell holds a text that is no number, another was corrected; the job cannot go to review like this."""
    stage = play.stage

    def evaluate() -> None:
        calibration.evaluate(stage.lab, play.technician, play.job_id, submission=NOTHING_EVALUATED)

    def then() -> None:
        _correct(play, "Đọc lại khi cân đã ổn định")
        stage.refused("cells_to_mend", evaluate)

    _before(acts, "measure", lambda: stage.refused("job_incomplete", evaluate))
    _after(acts, "measure", then)


def own_rights(play: "JobPlay", acts: Acts) -> None:
    """Nobody authorises himself, and an administrator takes no laboratory role."""
    stage = play.stage
    manager, admin = play.signatory, stage.actors[administrator(stage)]

    def try_them() -> None:
        stage.refused(
            "own_competence",
            lambda: registering.grant_competence(
                stage.lab, manager, centre_id=stage.ids[play.plan["centre"]], person_id=manager.person_id,
                procedure_id=PROCEDURES[play.plan["discipline"]][0], service="calibration", function="perform",
                evidence="tự đánh giá", valid_from=stage.day(0), valid_until=stage.day(0),
            ),
        )  # fmt: skip
        centre_id = stage.ids[play.plan["centre"]]
        stage.refused(
            "own_role",
            lambda: accounts.grant_role(
                stage.lab, admin, person_id=admin.person_id, role=QUALITY_MANAGER, body_id=centre_id
            ),
        )

    _before(acts, "receive", try_them)


STORIES: dict[str, Story] = {
    one.__name__: one
    for one in (
        standards_refused, chain_refused, not_authorised, environment_decided, below_cmc, no_letterhead,
        recalibrated, own_work, reviewer_approves, other_content, returned, replaced, withdrawn,
        wrong_cell, own_rights,
    )
}  # fmt: skip
"""The stories by the names that the plan uses."""

REFUSALS = (
    "standard_out_of_date", "standard_not_in_use", "standard_other_quantity", "chain_broken", "other_not_authorised",
    "not_authorised", "not_permitted", "environment_outside", "below_cmc", "body_without_name",
    "standard_recalibrated", "own_work",
    "reviewer_approves", "confirm_again", "not_what_was_shown", "wrong_state", "job_incomplete", "cells_to_mend",
    "own_competence", "own_role",
)  # fmt: skip
"""The refusals that the record of the demonstration holds."""
