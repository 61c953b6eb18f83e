"""Whether the public check of a certificate names its customer: withheld, unless the customer allowed it."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, select

from instruments.bodies import decide_for_customer, name_on, policy_on
from instruments.dated import in_force
from instruments.models import Body, BodyPolicy
from lims.errors import Refused
from lims.people import CUSTOMER, QUALITY_MANAGER
from lims.procedure_format import Label
from lims.registry_entries import certificate_visible
from lims.step import Act, query, step

PUBLIC_NAME, SHOWN, WITHHELD = "public_name", "shown", "withheld"
LABEL_DUE, PRINTED = "label_due", "printed"


@step(on=Body, permission="registry.naming", clause="ISO/IEC 17025, 4.2.1", reason=True, network=True)
def settle_public_name(act: Act, body: Body, *, shown: bool) -> BodyPolicy:
    """Settle whether the public check may name a customer, from today on: by itself, or recorded with its agreement."""
    if body.kind != "customer" or not _may_settle(act, body.id):
        raise Refused("lims.not_found")
    return decide_for_customer(act.session, body.id, PUBLIC_NAME, SHOWN if shown else WITHHELD, act.day)


def is_shown(session: Session, customer_id: str, day: date) -> bool:
    """Tell whether a customer has allowed its name on the public page, as the record says on a day."""
    return policy_on(session, customer_id, PUBLIC_NAME, day) == SHOWN


@dataclass(frozen=True)
class PublicNaming:
    """What is settled for the customer of a certificate: its name on the public page, the due date on its labels."""

    customer_id: str
    shown: bool
    due_printed: bool


@query(permission="registry.naming")
def naming_of(act: Act, number: str) -> PublicNaming | None:
    """What is settled for a certificate's customer, for those who may settle it; None where there is nothing to settle.

    Raises:
        Refused: the actor may not read the certificate.
    """
    customer = act.session.get_one(Body, certificate_visible(act, number)[0].customer_id)
    if customer.kind != "customer" or not _may_settle(act, customer.id):
        return None
    printed = policy_on(act.session, customer.id, LABEL_DUE, act.day) == PRINTED
    return PublicNaming(customer.id, is_shown(act.session, customer.id, act.day), printed)


@dataclass(frozen=True)
class OwnNaming:
    """What a customer has settled about its name on the public page, and since when; never where it has not."""

    customer_id: str
    name: Label
    shown: bool
    since: date | None


@query(permission="registry.naming")
def own_namings(act: Act) -> list[OwnNaming]:
    """What is settled for each customer that the actor stands for."""
    found = []
    for customer_id in act.rights.bodies(frozenset({CUSTOMER})):
        of_it = select(BodyPolicy).where(BodyPolicy.body_id == customer_id, BodyPolicy.name == PUBLIC_NAME)
        row, name = in_force(act.session.exec(of_it), act.day), name_on(act.session, customer_id, act.day)
        label = Label(name.name_vi, name.name_en) if name else Label("", "")
        shown = is_shown(act.session, customer_id, act.day)
        found.append(OwnNaming(customer_id, label, shown, row.valid_from if row else None))
    return found


def _may_settle(act: Act, customer_id: str) -> bool:
    """The customer itself, and any centre's quality manager, who records its agreement."""
    return CUSTOMER in act.rights.at(customer_id) or bool(act.rights.bodies(frozenset({QUALITY_MANAGER})))


def public_name(session: Session, customer_id: str, on_certificate: date, day: date) -> Label | None:
    """The name of a customer as it stood on a certificate, where it may be told on a day; None where it may not."""
    if not is_shown(session, customer_id, day):
        return None
    name = name_on(session, customer_id, on_certificate)
    return Label(name.name_vi, name.name_en) if name else None
