"""The bodies, people, customers, scopes and authorisations of the demonstration, entered on its first day."""

from datetime import timedelta
from typing import Any

from sqlmodel import select

from instruments.models import Body, ScopeLine
from lims import access, accounts, founding, officers, registering
from lims.demonstration.stage import Stage
from lims.people import CUSTOMER
from lims.registering import NewName

EVIDENCE = "Biên bản đánh giá năng lực (minh họa)"
LONG_BEFORE = 400
PROCEDURES = {
    "mass": ("mass-weight-comparison", "2026-1"),
    "length": ("length-vernier-caliper", "2026-1"),
    "electricity": ("resistance-standard-resistor-substitution", "2026-1"),
}
"""The procedure that the demonstration uses in each discipline."""
FUNCTIONS = ("perform", "review", "sign")


def found_network(stage: Stage) -> None:
    """Enter the network; everyone is signed in afterwards."""
    plan, lab = stage.plan, stage.lab
    institute, chief = plan["institute"], plan["administrator"]
    link = founding.first_administrator(
        lab, body_code=institute["code"], body_kind="nmi", body_name=NewName(**institute["name"]),
        user_name=chief["user_name"], name=chief["name"],
    )  # fmt: skip
    access.accept_invitation(lab, link, plan["password"])
    stage.sign_in(chief["user_name"])
    stage.ids[institute["code"]] = _institute_id(stage)
    for centre in plan["centres"]:
        _found_centre(stage, centre)
    _found_laboratories(stage)
    for person in plan["people"]:
        _invite(stage, person, [(role, person["at"]) for role in person["roles"]])
    clerk = next(one["user_name"] for one in plan["people"] if "technician" in one["roles"])
    for customer in plan["customers"]:
        name = NewName(**customer["name"])
        body = registering.register_customer(lab, stage.actors[clerk], code=customer["code"], name=name)
        stage.ids[customer["code"]] = body.id
        _invite(stage, {**customer, "name": customer["person"]}, [(CUSTOMER, customer["code"])])
    for one in plan["recognitions"]:
        _recognise(stage, one)
    for centre in plan["centres"]:
        for name, text in centre.get("policies", {}).items():
            by = next(
                one for one in plan["people"] if one["at"] == centre["code"] and "quality_manager" in one["roles"]
            )
            registering.decide_policy(
                lab, stage.actors[by["user_name"]], centre_id=stage.ids[centre["code"]], name=name, text=text
            )
    for person in plan["people"]:
        _authorise(stage, person)
    give_keys(stage)


def give_keys(stage: Stage) -> None:
    """Give test keys to the centres and signatories that have none."""
    from lims.key_making import make_keys  # loads the library that signs, which takes half a second

    make_keys(stage.lab)


def administrator(stage: Stage) -> str:
    """The user name of the national administrator."""
    return str(stage.plan["administrator"]["user_name"])


def _institute_id(stage: Stage) -> str:
    with stage.lab.store.reading() as session:
        return session.exec(select(Body.id).where(Body.code == stage.plan["institute"]["code"])).one()


def _found_centre(stage: Stage, centre: dict[str, Any]) -> None:
    body = registering.found_body(
        stage.lab, stage.actors[administrator(stage)], code=centre["code"], kind="centre",
        name=NewName(**centre["name"]), parent_id=stage.ids[stage.plan["institute"]["code"]], region=centre["region"],
    )  # fmt: skip
    stage.ids[centre["code"]] = body.id
    if centre.get("letterhead") != "later":
        set_letterhead(stage, centre)


def _found_laboratories(stage: Stage) -> None:
    """Enter the laboratories above the institute; the institute itself writes letters, and needs its letterhead."""
    set_letterhead(stage, stage.plan["institute"])
    by = stage.actors[administrator(stage)]
    for one in stage.plan["laboratories"]:
        name = NewName(**one["name"])
        body = registering.found_body(stage.lab, by, code=one["code"], kind=one["kind"], name=name)
        stage.ids[one["code"]] = body.id


def set_letterhead(stage: Stage, centre: dict[str, Any]) -> None:
    """Settle how the certificates of a centre look."""
    registering.set_letterhead(
        stage.lab, stage.actors[administrator(stage)], centre_id=stage.ids[centre["code"]],
        **{key: centre[key] for key in ("monogram", "accent", "city_vi", "city_en")},
    )  # fmt: skip


def _invite(stage: Stage, person: dict[str, Any], roles: list[tuple[str, str]]) -> None:
    lab, admin = stage.lab, stage.actors[administrator(stage)]
    account, token = accounts.create_account(
        lab, admin, user_name=person["user_name"], name=person["name"], title_vi=person.get("title_vi", ""),
        title_en=person.get("title_en", ""),
    )  # fmt: skip
    for role, place in roles:
        accounts.grant_role(lab, admin, person_id=account.person_id, role=role, body_id=stage.ids[place])
    access.accept_invitation(lab, token, stage.plan["password"])
    if all(role != CUSTOMER for role, _ in roles):  # customers only read, later
        stage.sign_in(person["user_name"])


def _recognise(stage: Stage, one: dict[str, Any]) -> None:
    at, since = stage.ids[one["body"]], stage.day(0) - timedelta(days=731 + LONG_BEFORE)
    entered_by = stage.ids[one.get("at", one["body"])]
    lines = [
        ScopeLine(
            body_id=at, kind=one["kind"], number=one["number"], line=str(place), quantity=quantity, lower=lower,
            service=one.get("service", "calibration"), upper=upper, unit=unit, cmc=cmc, cmc_unit=cmc_unit,
            valid_from=since,
            **dict(zip(("cmc_slope", "cmc_slope_unit", "cmc_form"), growing, strict=False)),
        )
        for place, (quantity, lower, upper, unit, cmc, cmc_unit, *growing) in enumerate(one["lines"], start=1)
    ]  # fmt: skip
    registering.record_recognition(
        stage.lab, stage.actors[one["by"]], centre_id=entered_by, body_id=at, kind=one["kind"], number=one["number"],
        evidence=one["evidence"], valid_from=since, valid_to=None, lines=lines,
        authority_id=stage.ids[one["authority"]] if "authority" in one else None,
    )  # fmt: skip


def _authorise(stage: Stage, person: dict[str, Any]) -> None:
    """Authorise a person for what the plan says; the first quality manager authorises all, the second the first."""
    managers = [
        one["user_name"]
        for one in stage.plan["people"]
        if one["at"] == person["at"] and "quality_manager" in one["roles"]
    ]
    by = next((name for name in managers if name != person["user_name"]), "")
    if "officer_card" in person:
        officers.record_officer_card(
            stage.lab, stage.actors[by], centre_id=stage.ids[person["at"]],
            person_id=stage.person_id(person["user_name"]), **person["officer_card"], valid_from=stage.day(731),
            valid_until=stage.day(0) + timedelta(days=365),
        )  # fmt: skip
    for function in FUNCTIONS:
        named = [PROCEDURES[discipline][0] for discipline in person.get(function, ())]
        for procedure_id in (*named, *person.get(f"{function}_also", ())):
            service = stage.lab.procedures.newest(procedure_id).service
            registering.grant_competence(
                stage.lab, stage.actors[by], centre_id=stage.ids[person["at"]],
                person_id=stage.person_id(person["user_name"]), procedure_id=procedure_id, service=service,
                function=function, evidence=EVIDENCE, valid_from=stage.day(731),
                valid_until=stage.day(0) + timedelta(days=365),
            )  # fmt: skip
