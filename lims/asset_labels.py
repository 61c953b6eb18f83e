"""Asset labels: what stands on them, and the file that is printed; the code on a label opens the record."""

from collections.abc import Sequence
from typing import Final

from sqlmodel import Session

from certificates.label_forms import LabelForm, SheetForm, label_form, label_forms, sheet_form, sheet_forms
from certificates.labels import MOST_LABELS, render_labels
from instruments.asset_codes import AI, link_of
from instruments.bodies import name_on
from instruments.identity import present
from instruments.models import Body, Instrument
from lims.errors import Invalid, Refused
from lims.laboratory import Laboratory
from lims.people import Actor
from lims.registry_sheets import visible_instrument
from lims.step import Act, query
from uncertainty.wording import wording

ASSET: Final = "asset"
USUAL_SIZE: Final = "50x25"


def sizes() -> tuple[LabelForm, ...]:
    """The sizes of asset labels, the largest first."""
    return tuple(one for one in label_forms().values() if one.purpose == ASSET)


def sheets_for(form: LabelForm) -> tuple[SheetForm, ...]:
    """The sheets whose labels hold a size, those with the most labels first."""
    fitting = [
        one for one in sheet_forms().values() if one.label_width >= form.width and one.label_height >= form.height
    ]
    return tuple(reversed(fitting))


def size_named(size: str) -> LabelForm:
    """A size of asset labels by its id, or by its measures: `50x25`.

    Raises:
        Invalid: there is no such size; the known ones are named.
    """
    known = {one.id: one for one in sizes()}
    found = known.get(size) or known.get(f"{ASSET}-{size}")
    return found or label_form(size)


def asset_labels(
    lab: Laboratory, actor: Actor, codes: Sequence[str], *, size: str = USUAL_SIZE, sheet: str = "", start: int = 1
) -> bytes:
    """The labels of instruments as PDF.

    Args:
        lab: the laboratory.
        actor: who asks; instruments that he may not see do not exist.
        codes: codes or asset codes, one label each, in this order.
        size: id or measures of the label.
        sheet: id of the sheet; without one each label has a page of its own size.
        start: first free place on the first sheet.

    Raises:
        Refused: an instrument does not exist for the actor, or the laboratory has no public address.
        Invalid: there is no such size, sheet or place, or something has no room on the label.
    """
    form = size_named(size)
    if not 1 <= len(codes) <= MOST_LABELS:
        raise Invalid("labels.count", count=len(codes), most=MOST_LABELS)
    values = label_values(lab, actor, codes)
    return render_labels(values, form, sheet_form(sheet) if sheet else None, start=start, fonts=lab.fonts)


@query(permission="registry.read")
def label_values(act: Act, codes: Sequence[str]) -> list[dict[str, str]]:
    """What stands on the asset labels of some instruments; a merged record gives the label of the one that goes on."""
    address = act.lab.settings.public_address
    if not address:
        raise Refused("facts.address_missing")
    return [_values(act, present(act.session, visible_instrument(act, code)), address) for code in codes]


def _values(act: Act, one: Instrument, address: str) -> dict[str, str]:
    body = act.session.get_one(Body, one.keeper_id or one.owner_id)
    return {
        "kind": wording(f"labels.kind_{one.kind}", "vi").upper(),
        "code": one.code,
        "name": one.name_vi,
        "made": ", ".join(filter(None, (one.maker, one.model))),
        "serial": wording("labels.serial", "vi", serial=one.serial_number) if one.serial_number else "",
        "body": _name(act.session, body, act),
        "body_code": body.code,
        "asset_text": f"({AI}) {one.giai}" if one.giai else one.asset_code,
        "address": link_of(address, one),
    }


def _name(session: Session, body: Body, act: Act) -> str:
    name = name_on(session, body.id, act.day)
    return name.name_vi if name else body.code
