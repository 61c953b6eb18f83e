"""Who may do what at this moment: duties kept apart, authorisations, sign-ins that end, passwords given again."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlmodel import select

from lims import access, accounts, calibration, issuing, registering, submission
from lims.errors import Refused, Stated
from lims.people import Actor
from lims.record import read_record
from lims.store.tables import Account, AuditRecord, Competence, RoleGrant
from tests.laboratories import MASS, MORNING, PASSWORD, REASON, SmallLaboratory, authorised, centre, invited, weighing


def key_of(act: Callable[[], object]) -> str:
    """The key of what an act answers instead of its result."""
    with pytest.raises(Stated) as answer:
        act()
    return answer.value.key


def grant(small: SmallLaboratory, name: str, *roles: str) -> None:
    """Give a person further roles at the centre."""
    for role in roles:
        accounts.grant_role(
            small.lab, small.actors["admin"], person_id=small.person(name), role=role, body_id=small.ids["centre"]
        )


def end_roles(small: SmallLaboratory, name: str) -> None:
    """End every role of a person."""
    with small.lab.store.reading() as session:
        grants = session.exec(select(RoleGrant.id).where(RoleGrant.person_id == small.person(name))).all()
    for one in grants:
        accounts.end_role(small.lab, small.actors["admin"], one, reason=REASON)


def account_of(small: SmallLaboratory, name: str) -> str:
    """The id of a person's account."""
    with small.lab.store.reading() as session:
        return session.exec(select(Account.id).where(Account.person_id == small.person(name))).one()


def confirmed(small: SmallLaboratory, name: str, job_id: str, seen: str, act: str = "approve") -> None:
    """Give the password again for an act on a job."""
    access.confirm(small.lab, small.actors[name], PASSWORD, act=act, target_id=job_id, seen=seen)


def approve_fresh(small: SmallLaboratory, name: str, job_id: str) -> Callable[[], object]:
    """Approving with everything in order but the person."""

    def act() -> None:
        seen = small.seen(job_id, name)
        confirmed(small, name, job_id, seen)
        calibration.approve(small.lab, small.actors[name], job_id, seen=seen)

    return act


def test_nobody_reviews_or_approves_work_of_his_own(small: SmallLaboratory) -> None:
    """Who entered readings reviews and approves nothing of that job, with every role and every authorisation."""
    grant(small, "hang", "reviewer", "quality_manager")
    for function in ("review", "sign"):
        authorised(small, "quang", "hang", function)
    job_id = small.job_in("IN_REVIEW")
    assert key_of(lambda: calibration.review(small.lab, small.actors["hang"], job_id)) == "lims.own_work"
    small.reviewed(job_id)
    assert key_of(approve_fresh(small, "hang", job_id)) == "lims.own_work"
    assert small.job(job_id).state == "REVIEWED"


@pytest.mark.parametrize("content", ["reading", "condition", "standard"])
def test_any_content_makes_a_person_a_contributor(small: SmallLaboratory, content: str) -> None:
    """One reading, one condition or the choice of one standard is enough to be barred from the review."""
    grant(small, "binh", "reviewer")
    authorised(small, "quang", "binh", "review")
    lab, binh = small.lab, small.actors["binh"]
    job_id = small.receive()
    small.prepared(job_id)
    if content == "reading":
        calibration.record_readings(lab, binh, job_id, cells=[weighing(0, "A1", "0")])
    elif content == "condition":
        calibration.record_environment(lab, binh, job_id, quantity="humidity", moment="end", text="53")
    else:
        calibration.choose_standard(lab, binh, job_id, role="reference", instrument_id=small.ids["standard"])
    small.measured(job_id)
    small.submitted(job_id)
    assert key_of(lambda: calibration.review(lab, binh, job_id)) == "lims.own_work"


def test_an_amendment_does_not_wash_the_hands(small: SmallLaboratory) -> None:
    """After an amendment the readings are still those of the person who took them, who cannot review or approve."""
    job_id, _ = small.whole_job()
    grant(small, "hang", "reviewer", "quality_manager")
    for function in ("review", "sign"):
        authorised(small, "quang", "hang", function)
    end_technician(small, "hang")
    after = calibration.amend(small.lab, small.actors["trang"], job_id, remeasure=False, reason=REASON).id
    assert key_of(lambda: calibration.review(small.lab, small.actors["hang"], after)) == "lims.own_work"
    small.reviewed(after)
    assert key_of(approve_fresh(small, "hang", after)) == "lims.own_work"


def end_technician(small: SmallLaboratory, name: str) -> None:
    """End the technician's role of a person, as after a promotion."""
    with small.lab.store.reading() as session:
        held = session.exec(
            select(RoleGrant.id).where(RoleGrant.person_id == small.person(name), RoleGrant.role == "technician")
        ).one()
    accounts.end_role(small.lab, small.actors["admin"], held, reason="Chuyển sang việc soát xét")


def test_duties_follow_the_person_not_the_account(small: SmallLaboratory) -> None:
    """A second account of the same person is the same person to the separation of duties."""
    grant(small, "hang", "reviewer")
    authorised(small, "quang", "hang", "review")
    with small.lab.store.writing() as session:
        first = session.exec(select(Account).where(Account.user_name == "hang")).one()
        session.add(Account(person_id=first.person_id, user_name="hang2", password_hash=first.password_hash))
    job_id = small.job_in("IN_REVIEW")
    second = access.sign_in(small.lab, "hang2", PASSWORD).actor
    assert second.account_id != small.actors["hang"].account_id
    assert key_of(lambda: calibration.review(small.lab, second, job_id)) == "lims.own_work"


def test_an_administrator_holds_no_laboratory_role(small: SmallLaboratory) -> None:
    """A laboratory role for an administrator, and the reverse, are refused; so is a role granted to oneself."""
    lab, admin, centre_id = small.lab, small.actors["admin"], small.ids["centre"]

    def granted(name: str, role: str, body: str) -> Callable[[], object]:
        return lambda: accounts.grant_role(lab, admin, person_id=small.person(name), role=role, body_id=body)

    assert key_of(granted("admin2", "technician", centre_id)) == "lims.administrator_apart"
    assert key_of(granted("hang", "administrator", small.ids["institute"])) == "lims.administrator_apart"
    assert key_of(granted("admin", "administrator", centre_id)) == "lims.own_role"
    assert key_of(granted("hang", "customer", centre_id)) == "lims.role_not_here"
    assert key_of(granted("khach1", "technician", small.ids["customer"])) == "lims.role_not_here"
    assert key_of(granted("hang", "king", centre_id)) == "lims.role_unknown"


def test_nobody_authorises_himself(small: SmallLaboratory) -> None:
    """A quality manager grants competences to others only."""
    assert key_of(lambda: authorised(small, "trang", "trang", "perform")) == "lims.own_competence"


@pytest.mark.parametrize(("name", "state", "function"), [
    ("hang", "MEASURING", "perform"), ("bao", "IN_REVIEW", "review"), ("trang", "REVIEWED", "sign"),
])  # fmt: skip
@pytest.mark.parametrize("ended", ["withdrawn", "expired", "absent"])
def test_an_act_needs_the_authorisation_of_that_day(
    small: SmallLaboratory, name: str, state: str, function: str, ended: str
) -> None:
    """Without an authorisation in force on the day, measuring, review and approval are refused by name."""
    job_id = small.job_in(state)
    if ended == "expired":
        small.later(timedelta(days=366 * 3))  # all of them ended on 31 December 2028
    else:
        by = "trang" if name != "trang" else "quang"
        registering.withdraw_competence(
            small.lab, small.actors[by], small.ids[f"competence_{name}"], reason="Kết quả giám sát không đạt"
        )
    if ended == "absent":
        with small.lab.store.reading() as session:
            assert session.get_one(Competence, small.ids[f"competence_{name}"]).withdrawn_on is not None
        small.later(timedelta(days=1))
    acts: dict[str, Callable[[], object]] = {
        "perform": lambda: calibration.record_readings(
            small.lab, small.actors["hang"], job_id, cells=[weighing(0, "A1", "1")]
        ),
        "review": lambda: calibration.review(small.lab, small.actors["bao"], job_id),
        "sign": approve_fresh(small, "trang", job_id),
    }
    assert key_of(acts[function]) == "lims.not_authorised"
    assert small.job(job_id).state == state


def test_a_job_goes_only_to_an_authorised_technician(small: SmallLaboratory) -> None:
    """Assigning names the person who is not authorised."""
    job_id = small.receive()
    with pytest.raises(Refused) as answer:
        calibration.assign(small.lab, small.actors["bao"], job_id, technician_id=small.person("lan"))
    assert answer.value.key == "lims.other_not_authorised"
    assert "Đỗ Thị Lan" in answer.value.text("vi")


def test_withdrawing_an_authorisation_changes_nothing_done_before(small: SmallLaboratory) -> None:
    """What a person did while authorised stays valid, and goes on to the certificate (T6.2-5)."""
    job_id = small.job_in("REVIEWED")
    small.later(timedelta(days=1))
    for name in ("hang", "bao"):
        registering.withdraw_competence(
            small.lab, small.actors["quang"], small.ids[f"competence_{name}"], reason="Chuyển công tác"
        )
    assert small.issued(job_id)


def test_rights_withdrawn_while_a_page_is_open_end_at_once(small: SmallLaboratory) -> None:
    """A role that has ended does no further act, although the person is still signed in."""
    job_id = small.job_in("IN_REVIEW")
    end_roles(small, "bao")
    key = key_of(lambda: calibration.review(small.lab, small.actors["bao"], job_id))
    assert key in ("lims.not_permitted", "lims.not_found")
    assert small.job(job_id).state == "IN_REVIEW"


def ended_by(small: SmallLaboratory, way: str, token: str, actor: Actor) -> None:
    """End a sign-in in one of its ways."""
    if way == "sign-out":
        access.sign_out(small.lab, token)
    elif way == "disabled":
        accounts.disable_account(small.lab, small.actors["admin"], account_of(small, "bao"), reason=REASON)
    elif way == "new password":
        link = accounts.renew_link(small.lab, small.actors["admin"], account_of(small, "bao"), reason=REASON)
        access.accept_invitation(small.lab, link, "một câu khác hẳn 20 kg")
    elif way == "idle":
        small.clock.put(small.clock.moment + timedelta(minutes=61))
    else:
        for _ in range(25):
            small.clock.put(small.clock.moment + timedelta(minutes=30))
            access.actor_of(small.lab, token)


@pytest.mark.parametrize("way", ["sign-out", "disabled", "new password", "idle", "too old"])
def test_an_ended_sign_in_does_no_act(small: SmallLaboratory, way: str) -> None:
    """Sign-out, a disabled account, a new password, idling and age each end a sign-in for acts and for reads."""
    job_id = small.job_in("IN_REVIEW")
    signed_in = access.sign_in(small.lab, "bao", PASSWORD)
    assert access.actor_of(small.lab, signed_in.token) is not None
    ended_by(small, way, signed_in.token, signed_in.actor)
    assert access.actor_of(small.lab, signed_in.token) is None
    assert key_of(lambda: calibration.review(small.lab, signed_in.actor, job_id)) == "lims.session_ended"
    assert key_of(lambda: calibration.download(small.lab, signed_in.actor, "MB-KL-26-000001")) == "lims.session_ended"
    assert small.job(job_id).state == "IN_REVIEW"


def test_a_made_up_actor_does_no_act(small: SmallLaboratory) -> None:
    """An actor with another person's id or without a session is a stranger."""
    job_id, bao = small.job_in("IN_REVIEW"), small.actors["bao"]
    hang = small.actors["hang"]
    forged = Actor(hang.session_id, bao.account_id, bao.person_id, bao.name)
    assert key_of(lambda: calibration.review(small.lab, forged, job_id)) == "lims.session_ended"
    nobody = Actor(None, bao.account_id, bao.person_id, bao.name)
    assert key_of(lambda: calibration.review(small.lab, nobody, job_id)) == "lims.session_ended"


def test_a_confirmation_serves_one_act_one_job_one_content_once(small: SmallLaboratory) -> None:
    """A password given for another act, job or content, too long ago, or used already, approves nothing."""
    lab, trang = small.lab, small.actors["trang"]
    first, second = small.job_in("REVIEWED"), small.job_in("REVIEWED")
    seen = small.seen(first)

    def approve() -> None:
        calibration.approve(lab, trang, first, seen=seen)

    assert key_of(approve) == "lims.confirm_again"
    confirmed(small, "trang", first, seen, act="withdraw")
    confirmed(small, "trang", second, seen)
    confirmed(small, "trang", first, "0" * 64)
    confirmed(small, "quang", first, seen)
    assert key_of(approve) == "lims.confirm_again"
    confirmed(small, "trang", first, seen)
    small.clock.put(small.clock.moment + timedelta(minutes=6))
    assert key_of(approve) == "lims.confirm_again"
    confirmed(small, "trang", first, seen)
    approve()
    calibration.cancel(lab, trang, first, reason=REASON)
    assert small.job(first).state == "CANCELLED"


def test_a_wrong_password_confirms_nothing(small: SmallLaboratory) -> None:
    """Approving with a wrong password is refused, and the job stays reviewed."""
    job_id = small.job_in("REVIEWED")
    with pytest.raises(Refused) as answer:
        issuing.approve_and_issue(
            small.lab, small.actors["trang"], job_id, seen=small.seen(job_id), password="không phải câu này"
        )
    assert answer.value.key == "lims.password_wrong"
    assert small.job(job_id).state == "REVIEWED"


def test_a_clock_that_steps_back_signs_nothing(small: SmallLaboratory) -> None:
    """Back by an hour: readings are taken and marked, approval and numbering are refused until the clock is right."""
    measuring, reviewed = small.job_in("MEASURING"), small.job_in("REVIEWED")
    seen = small.seen(reviewed)
    confirmed(small, "trang", reviewed, seen)
    right = small.clock.moment
    small.clock.put(right - timedelta(hours=1))

    def approve() -> None:
        calibration.approve(small.lab, small.actors["trang"], reviewed, seen=seen)

    assert key_of(approve) == "lims.clock_stepped_back"
    calibration.record_environment(
        small.lab, small.actors["hang"], measuring, quantity="humidity", moment="end", text="50"
    )
    with small.lab.store.reading() as session:
        marked = session.exec(
            select(AuditRecord).where(AuditRecord.act == "record_environment", AuditRecord.object_id == measuring)
        ).all()
    assert marked[-1].reason.endswith("(clock stepped back)")
    assert not marked[0].reason
    small.clock.put(right + timedelta(seconds=1))
    approve()
    assert small.job(reviewed).state == "APPROVED"


def test_a_small_step_back_takes_the_last_time(small: SmallLaboratory) -> None:
    """Back by up to five seconds, the moment of the last act is used, and order stays true."""
    job_id = small.job_in("MEASURING")
    with small.lab.store.reading() as session:
        before = read_record(session, small.job(job_id)).steps[-1].at
    small.clock.put(before - timedelta(seconds=4))
    calibration.record_readings(small.lab, small.actors["hang"], job_id, cells=[weighing(3, "A1", "0")])
    with small.lab.store.reading() as session:
        assert read_record(session, small.job(job_id)).steps[-1].at == before


def test_a_sign_in_survives_no_clock_of_years(small: SmallLaboratory) -> None:
    """A clock ten years forward ends the sign-ins and leaves every day on record as it was."""
    job_id = small.job_in("REVIEWED")
    small.clock.put(MORNING + timedelta(days=3653))
    assert key_of(lambda: calibration.cancel(small.lab, small.actors["trang"], job_id, reason=REASON)) == (
        "lims.session_ended"
    )
    assert small.job(job_id).received_on == date(2026, 11, 16)


def test_only_the_one_who_approved_issues(small: SmallLaboratory) -> None:
    """Another quality manager cannot bind the number of a job that somebody else approved."""
    job_id = small.job_in("APPROVED")
    assert key_of(lambda: calibration.bind_number(small.lab, small.actors["quang"], job_id)) == "lims.not_permitted"
    assert small.job(job_id).state == "APPROVED"


def test_another_centre_does_not_exist_for_the_administrator_of_one(small: SmallLaboratory) -> None:
    """An administrator of one centre touches neither people nor bodies of another one."""
    lab = small.lab
    south = centre(small, "MN", "Trung tâm miền Nam (mẫu)", "Southern Centre (model)", monogram="N")
    invited(small, "adminnam", "Quản Trị Nam", "administrator", south)
    nam, bao = small.actors["adminnam"], account_of(small, "bao")
    assert key_of(lambda: accounts.renew_link(lab, nam, bao, reason=REASON)) == "lims.not_found"
    assert key_of(lambda: accounts.disable_account(lab, nam, bao, reason=REASON)) == "lims.not_found"
    with lab.store.reading() as session:
        held = session.exec(select(RoleGrant.id).where(RoleGrant.person_id == small.person("bao"))).one()
    assert key_of(lambda: accounts.end_role(lab, nam, held, reason=REASON)) == "lims.not_found"
    name = registering.NewName("Tên khác", "Another name", "Địa chỉ", "Address")
    assert key_of(lambda: registering.rename_body(lab, nam, small.ids["centre"], name=name, reason=REASON)) == (
        "lims.not_found"
    )
    assert key_of(
        lambda: registering.found_body(lab, nam, code="X", kind="centre", name=name, parent_id=small.ids["centre"])
    ) == ("lims.not_found")
    assert key_of(
        lambda: accounts.grant_role(
            lab, nam, person_id=small.person("adminnam"), role="administrator", body_id=small.ids["centre"]
        )
    ) in ("lims.own_role", "lims.not_found")


def test_an_unknown_procedure_or_standard_role_is_refused_by_name(small: SmallLaboratory) -> None:
    """A procedure that is not offered and a role that it does not know are named in the answer."""
    with pytest.raises(Stated) as answer:
        calibration.receive(
            small.lab, small.actors["hang"], centre_id=small.ids["centre"], item_id=small.ids["item"],
            customer_id=small.ids["customer"], procedure=(MASS[0], "1999-1"), condition=("tốt", "good"),
        )  # fmt: skip
    assert "1999-1" in answer.value.text("en")
    job_id = small.job_in("MEASURING")
    with pytest.raises(Stated) as second:
        calibration.choose_standard(
            small.lab, small.actors["hang"], job_id, role="thermometer", instrument_id=small.ids["standard"]
        )
    assert "thermometer" in second.value.text("en")
    assert submission.prepare(small.lab, small.actors["hang"], job_id).points
