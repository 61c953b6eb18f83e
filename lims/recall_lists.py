"""The recall list of a centre or a customer as a file: a bilingual PDF to send, or CSV for a spreadsheet."""

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from sqlmodel import col, select

from certificates.content import Bilingual
from certificates.recall_list import RecallContent, RecallGroup, RecallRow, render_recall_list
from instruments.bodies import all_names
from instruments.dated import in_force_or_first
from instruments.models import Body
from lims.content import issuing_body, letterhead_on
from lims.due_dates import Asked, DueRow, own_centres, rows_of
from lims.errors import Invalid, Refused
from lims.laboratory import Laboratory
from lims.people import CUSTOMER, Actor
from lims.procedure_format import Label
from lims.step import Act, query
from uncertainty.wording import wording

CENTRE = "centre"
HEADS = ("number", "item", "identity", "certificate", "due")
CSV_COLUMNS = (
    "due", "code", "name", "maker", "model", "serial", "asset", "owner_code", "owner", "certificate", "performed",
    "service",
)  # fmt: skip


def recall_pdf(lab: Laboratory, actor: Actor, *, asked: Asked) -> bytes:
    """The recall list as PDF.

    Raises:
        Refused: the centre named is not the actor's.
        Invalid: several centres could be meant and none is named, or what is asked cannot be.
    """
    return render_recall_list(recall_content(lab, actor, asked=asked), fonts=lab.fonts)


@query(permission="due.read")
def recall_content(act: Act, *, asked: Asked) -> RecallContent:
    """What the recall list of one centre, or of one customer, says: its instruments by owner, the earliest first."""
    body = _whose(act, asked)
    if body.kind == CENTRE:
        asked = replace(asked, centre=body.code)
    rows = rows_of(act, asked)
    first = asked.first
    period = {"day": f"{act.day:%d/%m/%Y}", "last": f"{asked.until(act.day):%d/%m/%Y}"}
    period |= {"first": f"{first:%d/%m/%Y}"} if first else {}
    late = sum(one.due < act.day for one in rows)
    name = in_force_or_first(all_names(act.session, [body.id])[body.id], act.day)
    return RecallContent(
        body=issuing_body(act.session, body.id, act.day) if letterhead_on(act.session, body.id, act.day) else None,
        name=Bilingual(name.name_vi, name.name_en) if name else Bilingual(body.code, body.code),
        title=_say("title"),
        lines=(
            _say(f"{asked.whose}_between" if first else f"{asked.whose}_until", **period),
            _say("found", count=len(rows), late=late, owners=len({one.owner_code for one in rows})),
            _say("source"),
        ),
        heads=tuple(_say(f"head_{one}") for one in HEADS),
        groups=tuple(_groups(act, rows)),
        nothing=_say("nothing"),
        continued=_say("continued"),
        page=_say("page"),
        day=f"{act.day:%d/%m/%Y}",
    )


def _whose(act: Act, asked: Asked) -> Body:
    """The body whose list it is: the centre named, the only one that the actor works at, or the actor's own."""
    bodies = select(Body).order_by(col(Body.code))
    if asked.centre:
        found = act.session.exec(bodies.where(Body.code == asked.centre.upper())).one_or_none()
        if found is None:
            raise Refused("lims.not_found")
        return found
    if act.actor.kind == "person":
        ids = own_centres(act) or act.rights.bodies(frozenset({CUSTOMER}))
        possible = act.session.exec(bodies.where(col(Body.id).in_(ids))).all()
    else:
        possible = act.session.exec(bodies.where(Body.kind == CENTRE)).all()
    if len(possible) != 1:
        raise Invalid("recall.centre_missing", known=", ".join(one.code for one in possible))
    return possible[0]


def _groups(act: Act, rows: Sequence[DueRow]) -> list[RecallGroup]:
    """The rows by owner, in the order of the owners' codes; within one, as the calendar has them."""
    codes = select(Body.code, Body.id).where(col(Body.code).in_({one.owner_code for one in rows}))
    ids = dict(act.session.exec(codes).all())
    names = all_names(act.session, list(ids.values()))
    groups = []
    for code, some in groupby(sorted(rows, key=lambda one: one.owner_code), key=lambda one: one.owner_code):
        mine, name = list(some), in_force_or_first(names[ids[code]], act.day)
        owner = Bilingual(name.name_vi, name.name_en) if name else Bilingual(code, code)
        of = tuple(_row(act, one) for one in mine)
        groups.append(RecallGroup(owner, code, name.address_vi if name else "", _say("count", count=len(of)), of))
    return groups


def _row(act: Act, one: DueRow) -> RecallRow:
    left = one.days_left(act.day)
    return RecallRow(
        item=_bilingual(one.name),
        made=" · ".join(filter(None, (one.code, one.maker, one.model))),
        serial=one.serial_number,
        asset=one.asset_code,
        service=_say(one.service),
        certificate=one.certificate,
        performed_on=f"{one.performed_on:%d/%m/%Y}" if one.performed_on else "",
        due=f"{one.due:%d/%m/%Y}",
        left=_say("late", days=-left) if left < 0 else _say("left", days=left),
        late=left < 0,
    )


def _bilingual(label: Label) -> Bilingual:
    return Bilingual(label.vi, label.en)


def _say(key: str, **values: object) -> Bilingual:
    return Bilingual(wording(f"recall.{key}", "vi", **values), wording(f"recall.{key}", "en", **values))


def recall_csv(rows: Sequence[DueRow], language: str) -> bytes:
    """The recall list as a file for a spreadsheet: UTF-8 with its mark, days in the ISO form.

    A text that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow([wording(f"due.csv_{one}", language) for one in CSV_COLUMNS])
    for one in rows:
        cells = (
            one.due.isoformat(), one.code, one.name.text(language), one.maker, one.model, one.serial_number,
            one.asset_code, one.owner_code, one.owner.text(language), one.certificate,
            one.performed_on.isoformat() if one.performed_on else "", wording(f"recall.{one.service}", language),
        )  # fmt: skip
        writer.writerow([f"'{cell}" if cell[:1] in "=+-@\t\r" and cell else cell for cell in cells])
    return b"\xef\xbb\xbf" + written.getvalue().encode()
