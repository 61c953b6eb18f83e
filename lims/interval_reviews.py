"""Reviews of calibration intervals: a method proposes, a person accepts or rejects with a reason; nothing by itself.

Source: ISO/IEC 17025:2017, 6.4.7; ILAC-G24:2022 / OIML D 10:2022, 6.
"""

import json
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from instruments import interval_methods, interval_reliability
from instruments.history_models import IntervalDecision, IntervalProposal
from instruments.interval_data import IntervalData, family_events, interval_data
from instruments.interval_methods import Review, bounded
from instruments.intervals import INTERVAL
from instruments.models import Instrument, InstrumentProperty
from lims.calibration_entry import kept_here
from lims.chains import instrument_named, visible
from lims.errors import Refused
from lims.interval_policies import IntervalPolicy, interval_policies, policy_named
from lims.step import Act, query, step


@dataclass(frozen=True)
class ReviewRow:
    """A proposal with what was decided about it, None while it is open."""

    proposal: IntervalProposal
    decision: IntervalDecision | None

    @property
    def data(self) -> dict[str, Any]:
        """What the method saw."""
        found: dict[str, Any] = json.loads(self.proposal.data)
        return found


@dataclass(frozen=True)
class IntervalSheet:
    """The interval of an instrument as it stands, and every proposal for it, newest first."""

    code: str
    current: int | None
    legal: int | None
    events: int
    policies: dict[str, IntervalPolicy]
    rows: tuple[ReviewRow, ...]


@step(on=Instrument, permission="registry.standard", clause="ISO/IEC 17025, 6.4.7", network=True)
def propose_interval(act: Act, instrument: Instrument, *, policy: str) -> IntervalProposal:
    """Let a method propose a calibration interval from the data of today; the interval stays as it is.

    Raises:
        Refused: no interval is set yet, a proposal is still open, or the method has too few data.
    """
    kept_here(act, instrument, "registry.standard")
    chosen = policy_named(policy)
    data = interval_data(act.session, instrument, act.day)
    if data.current is None:
        raise Refused("intervals.none_yet", code=instrument.code)
    if any(row.decision is None for row in reviews_of(act.session, instrument.id)):
        raise Refused("intervals.still_open", code=instrument.code)
    found = _review(act.session, chosen, data, data.current)
    if found is None:
        raise Refused("intervals.too_few", code=instrument.code, events=len(data.events), policy=chosen.name)
    months = bounded(found.months, data.current, chosen.bounds, data.legal)
    seen = {
        "asked_months": round(found.months, 2), "legal_months": data.legal, "figures": found.figures,
        "source": chosen.source,
        "calibrations": [[one.day.isoformat(), round(one.months, 2), round(one.share, 4)] for one in data.events],
    }  # fmt: skip
    row = IntervalProposal(
        instrument_id=instrument.id, proposed_on=act.day, policy=chosen.id, method=chosen.method,
        old_months=data.current, new_months=months,
        reliability=None if found.reliability is None else f"{found.reliability:.3f}",
        data=json.dumps(seen, ensure_ascii=False),
    )  # fmt: skip
    act.session.add(row)
    act.session.flush()
    return row


def _review(session: Session, policy: IntervalPolicy, data: IntervalData, current: int) -> Review | None:
    parameters = policy.parameters
    match policy.method:
        case "staircase":
            return interval_methods.staircase(data.events, current, parameters)
        case "control_chart":
            return interval_methods.control_chart(data.drifts, policy.bounds.most_months, parameters)
        case "in_use":
            return interval_methods.in_use(data.counters, parameters["permitted_use"])
        case "in_service":
            return interval_methods.in_service(data.outcomes, current, parameters)
    events = family_events(session, data.instrument, data.day)
    if policy.method == "a3":
        return interval_reliability.review_by_test(events, current, policy.bounds.most_change, parameters)
    return interval_reliability.review_by_model(events, parameters)


@step(on=Instrument, permission="registry.standard", clause="ISO/IEC 17025, 6.4.7", reason=True, network=True)
def decide_interval(act: Act, instrument: Instrument, *, proposal_id: str, accepted: bool) -> IntervalDecision:
    """Accept or reject a proposed interval with the reason; an accepted one holds from today on.

    Raises:
        Refused: the proposal is of another instrument or decided already, or the interval in force has changed since.
    """
    kept_here(act, instrument, "registry.standard")
    proposal = act.session.get(IntervalProposal, proposal_id)
    if proposal is None or proposal.instrument_id != instrument.id:
        raise Refused("lims.not_found")
    known = select(IntervalDecision).where(IntervalDecision.proposal_id == proposal_id)
    if act.session.exec(known).first() is not None:
        raise Refused("intervals.decided_already", code=instrument.code)
    data = interval_data(act.session, instrument, act.day)
    if accepted and data.current != proposal.old_months:
        raise Refused("intervals.changed_since", code=instrument.code, old=proposal.old_months, now=data.current or "–")
    if accepted and data.legal is not None and proposal.new_months > data.legal:
        raise Refused("intervals.beyond_law", code=instrument.code, months=proposal.new_months, legal=data.legal)
    row = IntervalDecision(
        proposal_id=proposal_id, decided_on=act.day, accepted=accepted, decided_by=act.actor.name, reason=act.reason
    )
    act.session.add(row)
    if accepted:
        source = f"{policy_named(proposal.policy).name.vi}; {act.reason}"
        act.session.add(
            InstrumentProperty(
                instrument_id=instrument.id, name=INTERVAL, text=str(proposal.new_months), unit="1",
                source=source[:200], valid_from=act.day,
            )
        )  # fmt: skip
    act.session.flush()
    return row


def reviews_of(session: Session, instrument_id: str) -> list[ReviewRow]:
    """Every proposal for an instrument with its decision, newest first."""
    mine = select(IntervalProposal).where(col(IntervalProposal.instrument_id) == instrument_id)
    proposals = session.exec(mine.order_by(col(IntervalProposal.id).desc())).all()
    ids = [one.id for one in proposals]
    decided = select(IntervalDecision).where(col(IntervalDecision.proposal_id).in_(ids))
    decisions = {one.proposal_id: one for one in session.exec(decided)}
    return [ReviewRow(one, decisions.get(one.id)) for one in proposals]


@query(permission="registry.read")
def interval_sheet(act: Act, code: str) -> IntervalSheet:
    """The interval of an instrument and the proposals for it.

    Raises:
        Refused: there is no such instrument, or the actor may not see it.
    """
    found = instrument_named(act.session, code)
    if found is None or not visible(act, found):
        raise Refused("chains.instrument_unknown", code=code)
    data = interval_data(act.session, found, act.day)
    rows = tuple(reviews_of(act.session, found.id))
    return IntervalSheet(found.code, data.current, data.legal, len(data.events), interval_policies(), rows)
