"""What the reception form offers."""

from dataclasses import dataclass

from sqlmodel import select

from instruments.bodies import name_on
from instruments.models import Body
from lims.people import STAFF
from lims.procedure_format import Label, Procedure
from lims.step import Act, query


@dataclass(frozen=True)
class ReceptionChoices:
    """What the reception form offers."""

    centres: tuple[tuple[str, Label], ...]
    customers: tuple[tuple[str, str, Label], ...]
    """(body id, code, name)"""
    procedures: tuple[Procedure, ...]


@query(permission="job.receive")
def reception_choices(act: Act) -> ReceptionChoices:
    """The centres, customers and procedures that reception may choose from."""
    centres = []
    for centre_id in act.rights.bodies(frozenset(STAFF)):
        name = name_on(act.session, centre_id, act.day)
        if name and act.rights.holds("job.receive", centre_id):
            centres.append((centre_id, Label(name.name_vi, name.name_en)))
    customers = []
    for body in act.session.exec(select(Body).where(Body.kind == "customer").order_by(Body.code)):
        name = name_on(act.session, body.id, act.day)
        customers.append((body.id, body.code, Label(name.name_vi, name.name_en) if name else Label("", "")))
    newest = tuple(act.lab.procedures.newest(one) for one in sorted(act.lab.procedures.in_force))
    return ReceptionChoices(tuple(centres), tuple(customers), newest)
