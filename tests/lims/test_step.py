"""Every act with every wrong role in every wrong state: called directly, as no screen would."""

import sys
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

import pytest
from sqlmodel import func, select

import lims.workflow  # noqa: F401  (brings in every module that declares acts)
from instruments.impact import Amount, Shift
from instruments.models import Instrument
from lims import accounts, calibration, impact_cases, instrument_facts, issuing_runs, step
from lims.errors import Invalid, Refused
from lims.people import OPERATOR_ACTOR, PERMISSIONS, SYSTEM_ACTOR, Actor
from lims.step import STEPS, Step
from lims.store.bench_tables import OfficerCard
from lims.store.impact_tables import ImpactLetter, StandardHold
from lims.store.issuing_tables import IssuingRun
from lims.store.notice_tables import Notice
from lims.store.tables import STATES, Account, AuditRecord, Job, RoleGrant
from tests.laboratories import REASON, STAGES, SmallLaboratory, centre, invited
from uncertainty.wording import sentences

ROLE_OF = {
    "hang": "technician", "bao": "reviewer", "trang": "quality_manager", "lan": "reception", "khach1": "customer",
    "admin": "administrator",
}  # fmt: skip


@cache
def act_named(name: str) -> Callable[..., Any]:
    """The act of that name, as screens and the command line call it."""
    for place, module in sorted(sys.modules.items()):
        found: Any = getattr(module, name, None) if place.startswith("lims.") else None
        if hasattr(found, "__wrapped__") and found.__module__ == place:
            act: Callable[..., Any] = found
            return act
    raise LookupError(f"{name} is in no module of the laboratory")


def on_jobs() -> list[Step]:
    """The acts on jobs, by name."""
    return [one for _, one in sorted(STEPS.items()) if one.on is Job]


def others() -> list[Step]:
    """The acts on everything else, by name."""
    return [one for _, one in sorted(STEPS.items()) if one.on is not Job]


def strangers(small: SmallLaboratory) -> dict[str, Actor]:
    """People of another centre with every laboratory role there."""
    admin = small.actors["admin"]
    south = centre(small, "MN", "Trung tâm miền Nam (mẫu)", "Southern Centre (model)", monogram="N")
    small.ids["south"] = south
    invited(small, "nam", "Trịnh Văn Nam", "technician", south)
    for role in ("reviewer", "quality_manager", "reception"):
        accounts.grant_role(small.lab, admin, person_id=small.person("nam"), role=role, body_id=south)
    return {"nam": small.actors["nam"]}


def refused(small: SmallLaboratory, act: Step, actor: Actor, target: str, **given: Any) -> str:
    """The key of the refusal of an act called with nothing but its object and its centre."""
    arguments = (target,) if act.on is not None else ()
    if act.on is None and not act.network:
        given["centre_id"] = small.ids["centre"]
    with pytest.raises(Refused) as answer:
        act_named(act.name)(small.lab, actor, *arguments, reason=REASON, **given)
    return answer.value.key


def counted(small: SmallLaboratory, outcome: str) -> int:
    """How many records of that outcome stand in all chains."""
    with small.lab.store.reading() as session:
        return session.exec(select(func.count()).where(AuditRecord.outcome == outcome)).one()


def run_of(small: SmallLaboratory) -> str:
    """A run of jobs to be issued."""
    run: IssuingRun = issuing_runs.start_issuing(
        small.lab, small.actors["trang"], centre_id=small.ids["centre"], job_ids=[small.ids["APPROVED"]]
    )
    return run.id


def notice_of(small: SmallLaboratory) -> str:
    """A notice of a certificate."""
    certificate = small.certificate("MB-KL-26-000002")
    with small.lab.store.writing() as session:
        notice = Notice(
            centre_id=certificate.centre_id, certificate_id=certificate.id, way="link", queued_at=small.clock.moment,
            due_at=small.clock.moment,
        )  # fmt: skip
        session.add(notice)
        session.flush()
        return notice.id


def card_of(small: SmallLaboratory) -> str:
    """The card of a verification officer."""
    with small.lab.store.writing() as session:
        card = OfficerCard(
            centre_id=small.ids["centre"], person_id=small.person("binh"), number="KDV-1", issued_by="mẫu",
            fields=["mass"], valid_from=date(2026, 1, 1), valid_until=date(2028, 1, 1),
            recorded_by=small.person("trang"),
        )  # fmt: skip
        session.add(card)
        session.flush()
        return card.id


def targets(small: SmallLaboratory) -> dict[str, str]:
    """An object of each kind that an act can be on, by the kind's name."""
    case_id = impact_cases.open_impact_case(
        small.lab, small.actors["trang"], centre_id=small.ids["centre"], kind="out_of_tolerance", named="CT-KL-017",
        shift=Shift((Amount("1", "mg"),)), reason=REASON,
    ).id  # fmt: skip
    with small.lab.store.reading() as session:
        letter = session.exec(select(ImpactLetter).where(ImpactLetter.case_id == case_id)).first()
        hold = session.exec(select(StandardHold).where(StandardHold.case_id == case_id)).one()
        assert letter is not None
        account = session.exec(select(Account).where(Account.user_name == "binh")).one()
        grant = session.exec(select(RoleGrant).where(RoleGrant.person_id == small.person("binh"))).one()
    return {
        "Account": account.id,
        "RoleGrant": grant.id,
        "Body": small.ids["centre"],
        "Instrument": small.ids["standard"],
        "Calibration": small.ids["working"],
        "Competence": small.ids["competence_binh"],
        "Certificate": small.certificate("MB-KL-26-000002").id,
        "ImpactCase": case_id,
        "ImpactLetter": letter.id,
        "StandardHold": hold.id,
        "IssuingRun": run_of(small),
        "Notice": notice_of(small),
        "OfficerCard": card_of(small),
    }


def test_every_act_on_a_job_refuses_every_wrong_role_in_every_state(staged: SmallLaboratory) -> None:
    """No role without the permission does an act on a job, whatever its state, and each refusal is recorded."""
    strange = strangers(staged)
    done, before = counted(staged, "done"), counted(staged, "refused")
    tried = 0
    for one in on_jobs():
        allowed = PERMISSIONS[one.permission]
        for state in STAGES:
            for name, role in ROLE_OF.items():
                if role in allowed:
                    continue
                key = refused(staged, one, staged.actors[name], staged.ids[state])
                member = role not in ("customer",)
                assert key == ("lims.not_permitted" if member else "lims.not_found"), (one.name, name, state)
                tried += 1
            assert refused(staged, one, strange["nam"], staged.ids[state]) == "lims.not_found"
            tried += 1
            for actor in (SYSTEM_ACTOR, OPERATOR_ACTOR):
                if actor.kind not in allowed:
                    assert refused(staged, one, actor, staged.ids[state]) == "lims.not_permitted"
    assert (counted(staged, "done"), counted(staged, "refused")) == (done, before + tried)
    assert {state: staged.job(staged.ids[state]).state for state in STAGES} == {state: state for state in STAGES}


def test_every_act_on_a_job_refuses_every_wrong_state(staged: SmallLaboratory) -> None:
    """The right person does no act on a job in a state from which it does not lead, and learns the state."""
    by_role = {role: name for name, role in ROLE_OF.items()}
    before, tried = counted(staged, "refused"), 0
    for one in on_jobs():
        assert one.from_ is not None, one.name
        assert one.from_ <= set(STATES)
        role = min(PERMISSIONS[one.permission] & set(by_role), key=lambda one: one != "quality_manager")
        for state in set(STAGES) - one.from_:
            key = refused(staged, one, staged.actors[by_role[role]], staged.ids[state])
            assert key == "lims.wrong_state", (one.name, role, state)
            tried += 1
        if "system" in PERMISSIONS[one.permission]:
            for state in set(STAGES) - one.from_:
                assert refused(staged, one, SYSTEM_ACTOR, staged.ids[state]) == "lims.wrong_state"
    assert counted(staged, "refused") == before + tried


def test_every_other_act_refuses_every_wrong_role(staged: SmallLaboratory) -> None:
    """No role without the permission does an act of the registry or on accounts, and each refusal is recorded."""
    found = targets(staged)
    done, before, tried = counted(staged, "done"), counted(staged, "refused"), 0
    for one in others():
        target = found[one.on.__name__] if one.on is not None else ""
        for name, role in ROLE_OF.items():
            if role not in PERMISSIONS[one.permission]:
                key = refused(staged, one, staged.actors[name], target)
                assert key in ("lims.not_permitted", "lims.not_found"), (one.name, name)
                tried += 1
        for actor in (SYSTEM_ACTOR, OPERATOR_ACTOR):
            if actor.kind not in PERMISSIONS[one.permission]:
                assert refused(staged, one, actor, target) == "lims.not_permitted", one.name
    assert tried > 60
    assert (counted(staged, "done"), counted(staged, "refused")) == (done, before + tried)


def test_every_act_is_in_the_table_and_guarded(staged: SmallLaboratory) -> None:
    """Every act declares a permission that the table of roles knows, and a clause; acts on jobs name their states."""
    for one in STEPS.values():
        assert callable(act_named(one.name))
        assert one.permission in PERMISSIONS
        assert one.clause
        assert (one.from_ is not None) == (one.on is Job)
        if one.fresh or one.independent:
            assert one.on is Job


def test_what_does_not_exist_is_not_found_for_the_right_person(small: SmallLaboratory) -> None:
    """An act on an unknown object answers as it does to a stranger."""
    for one in STEPS.values():
        if one.on is not None:
            name = "admin" if "administrator" in PERMISSIONS[one.permission] else "trang"
            assert refused(small, one, small.actors[name], "0" * 36) == "lims.not_found", one.name


def test_acts_that_go_back_need_a_reason_in_words(staged: SmallLaboratory) -> None:
    """An act that takes something back is refused without a reason of at least ten characters, and changes nothing."""
    found = targets(staged)
    needing = [one for one in STEPS.values() if one.reason]
    assert {one.name for one in needing} >= {"cancel", "withdraw", "amend", "return_for_correction", "correct_reading"}
    for one in needing:
        allowed = PERMISSIONS[one.permission]
        name = next(name for name, role in ROLE_OF.items() if role in allowed)
        target = staged.ids[min(one.from_)] if one.from_ else found[one.on.__name__] if one.on else ""
        for reason in ("", "          ", "ngắn"):
            with pytest.raises(Invalid) as answer:
                act_named(one.name)(staged.lab, staged.actors[name], target, reason=reason)
            assert answer.value.key == "lims.reason_needed", one.name


def test_the_right_is_asked_before_the_input_is_read(staged: SmallLaboratory) -> None:
    """A person without the right learns nothing of what is wrong with the input, a missing reason included."""
    with pytest.raises(Refused) as answer:
        calibration.cancel(staged.lab, staged.actors["hang"], staged.ids["RECEIVED"], reason="")
    assert answer.value.key == "lims.not_permitted"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_act_has_a_name_for_people(language: str) -> None:
    """Who may not do something is told what it is in words of the language, not in the program's."""
    named = sentences("acts", language)
    assert set(named) == set(STEPS) | {"query"}
    assert all(said and "_" not in said for said in named.values())


def test_acts_do_not_nest(small: SmallLaboratory) -> None:
    """An act that is called while another is at work is a mistake of the program, not an answer to a person."""
    token = step._at_work.set("receive")
    try:
        with pytest.raises(RuntimeError, match="do not nest"):
            small.receive()
    finally:
        step._at_work.reset(token)


def test_a_refusal_keeps_no_text_of_a_wrong_input(small: SmallLaboratory) -> None:
    """Of a wrong input only the fact is kept in the record, never what was typed."""
    job_id = small.job_in("MEASURING")
    with pytest.raises(Invalid):
        calibration.record_environment(
            small.lab, small.actors["hang"], job_id, quantity="temperature", moment="end", text="mật khẩu 1,2.3"
        )
    with small.lab.store.reading() as session:
        said = session.exec(select(AuditRecord).where(AuditRecord.outcome == "refused")).all()
    assert len(said) == 1
    assert "mật khẩu" not in said[0].reason + said[0].changes
    assert said[0].object_id == job_id
    assert said[0].person_name == "Nguyễn Thị Hằng"


def test_the_second_of_two_writers_is_told_who_was_first(small: SmallLaboratory) -> None:
    """Who acts on a version that another has changed meanwhile is refused, and told by whom."""
    lab, standard = small.lab, small.ids["standard"]
    with lab.store.reading() as session:
        shown = session.get_one(Instrument, standard).version
    instrument_facts.set_status(
        lab, small.actors["trang"], standard, status="out_of_service", reason="Rơi xuống sàn", version=shown
    )
    with pytest.raises(Refused) as answer:
        instrument_facts.set_status(
            lab, small.actors["quang"], standard, status="retired", reason="Hết hạn sử dụng", version=shown
        )
    assert answer.value.key == "lims.changed_by_another"
    assert "Phạm Thu Trang" in answer.value.text("vi")
    with lab.store.reading() as session:
        assert session.get_one(Instrument, standard).status == "out_of_service"


def test_the_second_of_two_administrators_is_told_too(small: SmallLaboratory) -> None:
    """An account or a body that changed since it was shown is not changed again unseen."""
    lab, account = small.lab, targets_account(small, "binh")
    accounts.disable_account(lab, small.actors["admin"], account, reason="Nghỉ dài hạn", version=2)
    with pytest.raises(Refused) as answer:
        accounts.renew_link(lab, small.actors["admin2"], account, reason="Quên mật khẩu rồi", version=2)
    assert answer.value.key == "lims.changed_by_another"
    assert "Quản Trị Một" in answer.value.text("en")


def targets_account(small: SmallLaboratory, user_name: str) -> str:
    """The id of an account by its user name."""
    with small.lab.store.reading() as session:
        return session.exec(select(Account.id).where(Account.user_name == user_name)).one()


def test_a_key_written_twice_at_once_is_a_refusal(small: SmallLaboratory) -> None:
    """Where two write the same unique key, the second gets a sentence and no trace of the database."""
    with small.lab.store.reading() as session:
        existing = session.exec(select(Account)).first()
    assert existing is not None
    with pytest.raises(Refused) as answer, small.lab.store.writing() as session:
        session.add(Account(person_id=existing.person_id, user_name=existing.user_name))
    assert answer.value.key == "lims.at_the_same_time"
