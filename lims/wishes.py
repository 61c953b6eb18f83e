"""What a customer wishes of its certificates: data for machines inside, a notice when one is issued, and whereto."""

import re
from dataclasses import dataclass

from sqlmodel import col, select

from instruments import bodies
from instruments.contact_models import BodyContact
from instruments.dated import each_in_force
from instruments.models import Body, BodyPolicy
from lims.attached_data import WISH
from lims.errors import Invalid, Refused
from lims.step import Act, query, step
from uncertainty.wording import LANGUAGES

NOTICE = "issue_notice"
WAYS = bodies.CUSTOMERS_CHOICES[NOTICE]
NO_NOTICE, LINK, FILE = WAYS
WISHES = (WISH, NOTICE)
MOST_ADDRESSES = 10
_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_LOCAL}@{_LABEL}(?:\.{_LABEL})+")


@step(permission="registry.customer", clause="ISO/IEC 17025, 7.1.1")
def record_wish(act: Act, *, centre_id: str, customer_id: str, name: str, text: str) -> BodyPolicy:
    """Record what a customer asked for, from today on; what is approved already stays as it was seen."""
    if name not in WISHES:
        raise Invalid("wishes.unknown", name=name, known=", ".join(WISHES))
    _customer(act, customer_id)
    decide = bodies.decide_policy if name in bodies.POLICIES else bodies.decide_for_customer
    return decide(act.session, customer_id, name, text, act.day)


@step(permission="registry.customer", clause="ISO/IEC 17025, 7.1.1")
def record_contact(
    act: Act, *, centre_id: str, customer_id: str, email: str, language: str = "vi", ended: bool = False
) -> BodyContact:
    """Record an address to which a customer wants to be written, from today on, or take it back with `ended`."""
    _customer(act, customer_id)
    address = email_address(email)
    if language not in LANGUAGES:
        raise Invalid("wishes.language", language=language[:20], known=", ".join(LANGUAGES))
    known = [one.email for one in contacts_on(act, customer_id)]
    if ended and address not in known:
        raise Refused("wishes.no_such_contact", email=address)
    if not ended and address not in known and len(known) >= MOST_ADDRESSES:
        raise Refused("wishes.too_many_contacts", most=MOST_ADDRESSES)
    contact = BodyContact(body_id=customer_id, email=address, language=language, valid_from=act.day, ended=ended)
    act.session.add(contact)
    return contact


@dataclass(frozen=True)
class ToldHow:
    """How a customer wants to be told of what is issued to it today."""

    way: str
    addresses: tuple[str, ...]


@query(permission="registry.customer")
def told_how(act: Act, customer_id: str) -> ToldHow:
    """How a customer wants to be told, and where."""
    _customer(act, customer_id)
    way = bodies.policy_on(act.session, customer_id, NOTICE, act.day)
    return ToldHow(way, tuple(one.email for one in contacts_on(act, customer_id)))


def _customer(act: Act, customer_id: str) -> None:
    customer = act.session.get(Body, customer_id)
    if customer is None or customer.kind != "customer":
        raise Refused("lims.not_found")


def contacts_on(act: Act, body_id: str) -> list[BodyContact]:
    """The addresses of a body that are in force on the day of an act, in the order in which they were given."""
    of_body = select(BodyContact).where(col(BodyContact.body_id) == body_id).order_by(BodyContact.id)
    return each_in_force(act.session.exec(of_body), act.day)


def email_address(text: str) -> str:
    """An e-mail address as it is kept: ASCII, its domain in small letters.

    Raises:
        Invalid: the text is none.
    """
    address = text.strip()
    if len(address) > 254 or not _ADDRESS.fullmatch(address) or len(address.rpartition("@")[0]) > 64:
        raise Invalid("wishes.email", email=address[:80])
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.lower()}"
