"""What the screens show of bodies: names, letterheads, recognitions with their scopes, and policies."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from instruments.asset_codes import company_prefix
from instruments.bodies import POLICIES, Recognitions, all_names, body_by_code, name_on, policy_on
from instruments.models import ENTERED_KINDS, Body, BodyName, ScopeLine
from lims.content import letterhead_on
from lims.errors import Refused
from lims.people import QUALITY_MANAGER
from lims.procedure_format import Label
from lims.step import Act, query
from lims.store.tables import Letterhead

ORGANISATIONS = ("regulator", "nmi", "centre", "laboratory")


@dataclass(frozen=True)
class BodyRow:
    """One body that does metrological work, with its name of today and, for a centre, its letterhead."""

    id: str
    code: str
    kind: str
    parent: str
    name: BodyName | None
    letterhead: Letterhead | None

    def label(self) -> Label:
        """The name in both languages, the code where it has none."""
        return Label(self.name.name_vi, self.name.name_en) if self.name else Label(self.code, self.code)


@dataclass(frozen=True)
class RecognitionRow:
    """One recognition in force, with the lines of its scope."""

    body_id: str
    body: Label
    kind: str
    number: str
    evidence: str
    authority: Label | None
    valid_from: date
    valid_to: date | None
    lines: tuple[ScopeLine, ...]


@dataclass(frozen=True)
class ScopeSheet:
    """What a quality manager settles for a centre: who is recognised for what, and the centre's policies."""

    centre_id: str
    bodies: tuple[tuple[str, Label], ...]
    recognitions: tuple[RecognitionRow, ...]
    policies: Mapping[str, str]
    permitted: Mapping[str, tuple[str, ...]]
    quantities: tuple[str, ...]


@query(permission="body.read")
def organisations(act: Act) -> list[BodyRow]:
    """All bodies but customers, by kind and code."""
    rows = act.session.exec(select(Body).where(col(Body.kind).in_(ORGANISATIONS))).all()
    codes = {one.id: one.code for one in rows}
    found = [
        BodyRow(
            one.id, one.code, one.kind, codes.get(one.parent_id or "", ""), name_on(act.session, one.id, act.day),
            letterhead_on(act.session, one.id, act.day) if one.kind != "laboratory" else None,
        )
        for one in rows
    ]  # fmt: skip
    return sorted(found, key=lambda row: (ORGANISATIONS.index(row.kind), row.code))


@dataclass(frozen=True)
class BodySheet:
    """One body with every name it has had, the latest first; of today its company prefix and its recognitions."""

    row: BodyRow
    names: tuple[BodyName, ...]
    company_prefix: str
    recognitions: tuple[RecognitionRow, ...]


@query(permission="body.read")
def body_sheet(act: Act, code: str) -> BodySheet:
    """One body by its code; customers are not shown here."""
    found = body_by_code(act.session, code)
    if found is None or found.kind not in ORGANISATIONS:
        raise Refused("lims.not_found")
    parent = act.session.get(Body, found.parent_id) if found.parent_id else None
    names = all_names(act.session, [found.id])[found.id]
    name = name_on(act.session, found.id, act.day)
    row = BodyRow(found.id, found.code, found.kind, parent.code if parent else "", name, None)
    latest_first = tuple(sorted(names, key=lambda one: (one.valid_from, one.id), reverse=True))
    recognitions = tuple(_recognitions(act.session, [found], act.day))
    return BodySheet(row, latest_first, company_prefix(act.session, found.id, act.day), recognitions)


@query(permission="registry.scope")
def scope_sheet(act: Act, *, centre_id: str) -> ScopeSheet:
    """The recognitions that the network knows, and the policies of one centre."""
    if QUALITY_MANAGER not in act.rights.at(centre_id):
        raise Refused("lims.not_found")
    bodies = act.session.exec(select(Body).where(col(Body.kind).in_(ORGANISATIONS)).order_by(Body.code)).all()
    quantities = {role.quantity for one in act.lab.procedures.values() for role in one.standards.values()}
    return ScopeSheet(
        centre_id,
        tuple((one.id, _label(act.session, one, act.day)) for one in bodies),
        tuple(_recognitions(act.session, list(bodies), act.day)),
        {name: policy_on(act.session, centre_id, name, act.day) for name in POLICIES},
        dict(POLICIES),
        tuple(sorted(quantities)),
    )


def _recognitions(session: Session, bodies: list[Body], day: date) -> list[RecognitionRow]:
    found = []
    names = {one.id: _label(session, one, day) for one in bodies}
    book = Recognitions.of(session, names)
    held = [one for of in names for kind in ENTERED_KINDS for one in book.in_force(of, day, kind)]
    for one in held:
        own = sorted(book.lines(one, day), key=lambda line: (line.service, line.quantity, line.line))
        authority = session.get(Body, one.authority_id) if one.authority_id else None
        found.append(
            RecognitionRow(
                one.body_id, names[one.body_id], one.kind, one.number, one.evidence,
                _label(session, authority, day) if authority else None, one.valid_from, one.valid_to, tuple(own),
            )
        )  # fmt: skip
    return sorted(found, key=lambda row: (row.body.vi, row.kind, row.number))


def _label(session: Session, body: Body, day: date) -> Label:
    name = name_on(session, body.id, day)
    return Label(name.name_vi, name.name_en) if name else Label(body.code, body.code)
