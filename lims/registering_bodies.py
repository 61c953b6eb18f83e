"""Acts on bodies: entering, naming anew, their letterhead, their GS1 prefix; customers."""

import re
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from instruments import asset_codes, bodies
from instruments.fact_models import CompanyPrefix
from instruments.models import BODY_KINDS, Body, BodyName
from lims.errors import Invalid, Refused
from lims.step import Act, step
from lims.store.tables import Letterhead
from uncertainty.typed import clean_text


@dataclass(frozen=True)
class NewName:
    """Name, address and telephone of a body in both languages, and its legal form."""

    name_vi: str
    name_en: str
    address_vi: str
    address_en: str
    telephone: str = ""
    legal_form: str = ""


@step(permission="body.manage", clause="ISO/IEC 17025, 5.1", network=True)
def found_body(
    act: Act, *, code: str, kind: str, name: NewName, parent_id: str | None = None, region: str | None = None
) -> Body:
    """Enter a body of the network (institute, centre, laboratory) with its name and address from today on."""
    if parent_id is not None and not act.rights.holds("body.manage", parent_id):
        raise Refused("lims.not_found")
    return new_body(act.session, act.day, code, kind, name, parent_id, region)


@step(permission="registry.customer", clause="ISO/IEC 17025, 7.8.2.1 e", network=True)
def register_customer(act: Act, *, code: str, name: NewName) -> Body:
    """Enter a customer with name and address from today on."""
    return new_body(act.session, act.day, code, "customer", name)


def new_body(
    session: Session, day: date, code: str, kind: str, name: NewName, parent_id: str | None = None,
    region: str | None = None,
) -> Body:  # fmt: skip
    """Insert a body and its first name; refuses a code that is taken and an empty name or address."""
    code = clean_text(code, field="code", most=20).upper()
    if not code or not code.replace("-", "").isalnum() or not code.isascii():
        raise Invalid("lims.code_form", code=code)
    if kind not in BODY_KINDS:
        raise Invalid("lims.body_kind_unknown", kind=kind)
    if bodies.body_by_code(session, code):
        raise Invalid("lims.code_taken", code=code)
    body = Body(code=code, kind=kind, parent_id=parent_id, region=region)
    session.add(body)
    session.flush()
    session.add(_body_name(body.id, name, day))
    return body


def _body_name(body_id: str, name: NewName, day: date) -> BodyName:
    return BodyName(
        body_id=body_id,
        name_vi=required(name.name_vi, "name_vi", 300),
        name_en=required(name.name_en, "name_en", 300),
        address_vi=required(name.address_vi, "address_vi", 300),
        address_en=required(name.address_en, "address_en", 300),
        telephone=clean_text(name.telephone, field="telephone", most=60),
        legal_form=clean_text(name.legal_form, field="legal_form", most=120) or None,
        valid_from=day,
    )


def required(text: str, field_name: str, most: int) -> str:
    """A text that may not be missing, cleaned; raises Invalid naming the field."""
    cleaned = clean_text(text, field=field_name, most=most)
    if not cleaned:
        raise Invalid("lims.field_empty", field=field_name)
    return cleaned


@step(on=Body, permission="body.manage", clause="ISO/IEC 17025, 7.8.2.1 b", reason=True, network=True)
def rename_body(act: Act, body: Body, *, name: NewName) -> BodyName:
    """Give a body another name or address from today on; earlier certificates keep the earlier one."""
    if body.kind != "customer" and not act.rights.holds("body.manage", body.id):
        raise Refused("lims.not_found")
    row = _body_name(body.id, name, act.day)
    act.session.add(row)
    return row


@step(permission="body.manage", clause="ISO/IEC 17025, 7.8.2.1 b")
def set_letterhead(
    act: Act, *, centre_id: str, monogram: str, accent: str, city_vi: str, city_en: str, national_header: bool = True
) -> Letterhead:
    """Settle how the certificates of a centre look from today on: monogram, colour, city, national header."""
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", accent):
        raise Invalid("lims.accent_form", accent=accent)
    head = Letterhead(
        centre_id=centre_id,
        monogram=required(monogram, "monogram", 3),
        accent=accent,
        city_vi=required(city_vi, "city_vi", 60),
        city_en=required(city_en, "city_en", 60),
        national_header=national_header,
        valid_from=act.day,
    )
    act.session.add(head)
    return head


@step(on=Body, permission="body.manage", clause="GS1 General Specifications, 3.9.2", network=True)
def set_company_prefix(act: Act, body: Body, *, prefix: str, source: str) -> CompanyPrefix:
    """Enter the GS1 company prefix of a body from today on; asset codes that were given before stay as they are."""
    if not act.rights.holds("body.manage", body.id):
        raise Refused("lims.not_found")
    row = CompanyPrefix(
        body_id=body.id, prefix=asset_codes.check_prefix(prefix), source=required(source, "source", 200),
        valid_from=act.day,
    )  # fmt: skip
    act.session.add(row)
    return row
