"""The chain upwards on a given day: from an instrument to the national standards, and where it breaks and why.

Source: ISO/IEC 17025:2017, 6.5 and Annex A; ILAC-P10:07/2020.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlmodel import Session

from instruments import chain_rows
from instruments.chain import Chain, Finding, Link, chain_path
from instruments.chain_links import judged_link, lowest_link
from instruments.chain_rows import ChainRows, Step
from instruments.models import Calibration, Instrument, TraceabilityLink
from instruments.points import shown_day

__all__ = ["MOST_LEVELS", "Chain", "Finding", "Link", "chain", "chain_of", "chain_path", "chains"]

MOST_LEVELS = 20
"""A longer chain is cut here and counts as broken: no dissemination of a unit has twenty steps."""


def chain(
    session: Session,
    instrument_id: str,
    day: date,
    *,
    result_id: str | None = None,
    known_on: date | None = None,
) -> Chain:
    """The chain of an instrument as it stood on a day, beginning with its latest calibration then.

    Args:
        session: a session on the registry.
        instrument_id: the instrument.
        day: the day on which the instrument is used; its calibration has to be in date then.
        result_id: the result of that calibration that is used; without it, the one of the instrument's quantity.
        known_on: withdrawals made known up to this day count; the day asked about when absent. Give today's date to
            judge an earlier use by what is known now.

    Raises:
        KeyError: no such instrument.
    """
    rows = chain_rows.read_latest(session, instrument_id, day, known_on or day)
    if rows.lowest:
        return _chain(rows, rows.lowest[0], day, result_id, used=True)
    instrument = session.get(Instrument, instrument_id)
    if instrument is None:
        raise KeyError(instrument_id)
    values = {"code": instrument.code, "day": shown_day(day)}
    missing = Finding(None, "instruments.no_calibration", values)
    return Chain(instrument.id, instrument.code, day, 0, (), (missing,), ())


def chains(session: Session, latest: Mapping[str, Calibration], day: date) -> dict[str, Chain]:
    """What ``chain`` gives for many instruments, read together.

    Args:
        session: a session on the registry.
        latest: their latest calibrations on the day, by the ids of the instruments.
        day: the day asked about.
    """
    found: dict[str, Chain] = {}
    for rows in chain_rows.read_many(session, sorted(one.id for one in latest.values()), day):
        judged = {key: _chain(rows, key, day, None, used=True) for key in rows.lowest}
        found |= {instrument: judged[one.id] for instrument, one in latest.items() if one.id in judged}
    return found


def chain_of(
    session: Session,
    calibration_id: str,
    day: date | None = None,
    *,
    result_id: str | None = None,
    known_on: date | None = None,
) -> Chain:
    """The chain above one calibration: every calibration it rests on, each judged on the day on which it was used.

    Args:
        session: a session on the registry.
        calibration_id: the lowest calibration of the chain.
        day: the day on which its result is used. Without it the chain is that of the day of the calibration itself, and
            whether the calibration is still in date is not asked.
        result_id: the result of it that is used.
        known_on: withdrawals made known up to this day count; the day asked about when absent.

    Raises:
        KeyError: no such calibration.
    """
    asked = day or _performed_on(session, calibration_id)
    rows = chain_rows.read(session, calibration_id, known_on or asked)
    if calibration_id not in rows.steps:
        raise KeyError(calibration_id)
    return _chain(rows, calibration_id, asked, result_id, used=day is not None)


def _performed_on(session: Session, calibration_id: str) -> date:
    calibration = session.get(Calibration, calibration_id)
    if calibration is None:
        raise KeyError(calibration_id)
    return calibration.performed_on


def _chain(rows: ChainRows, root: str, day: date, result_id: str | None, *, used: bool) -> Chain:
    """The chain above one of the calibrations read: each link judged, in the order of their depth.

    Args:
        rows: what was read.
        root: the lowest calibration.
        day: the day asked about.
        result_id: the result of it that is used.
        used: whether it is used on that day.
    """
    steps, laboratories = rows.steps, rows.laboratories
    lowest = steps[root]
    closing: set[str] = set()
    depths = _straight(steps, root)
    order: Sequence[str] = tuple(depths)
    if not depths:
        order, closing = _ordered(steps, root)
        depths = _depths(steps, order, closing)
    first = lowest_link(lowest, laboratories[lowest.calibration.laboratory_id], day, result_id, used=used)
    links, breaks, warnings = [first.link], list(first.breaks), list(first.warnings)
    for depth, _, _, above in _in_order(steps, order, depths):
        lower, upper = steps[above.calibration_id], steps[above.upstream_calibration_id]
        asked = result_id if lower is lowest else None
        laboratory = laboratories[upper.calibration.laboratory_id]
        one = judged_link(lower, asked, above, upper, laboratory, depth, above.id in closing)
        links.append(one.link)
        breaks += one.breaks
        warnings += one.warnings
    warnings += _repeated(steps, links, order, closing)
    levels = 1 + max(depths.values())
    if levels > MOST_LEVELS:
        deep = next(link for link in links if link.depth >= MOST_LEVELS)
        links = [link for link in links if link.depth < MOST_LEVELS]
        values = {"code": deep.instrument_code, "most": MOST_LEVELS}
        breaks = [one for one in breaks if one.link in links] + [Finding(deep, "instruments.too_deep", values)]
        warnings = [one for one in warnings if one.link in links]
    instrument = lowest.instrument
    return Chain(
        instrument.id, instrument.code, day, levels, tuple(links), _told_once(breaks), _told_once(warnings)
    )  # fmt: skip


def _in_order(
    steps: Mapping[str, Step], order: Sequence[str], depths: Mapping[str, int]
) -> list[tuple[int, str, str, TraceabilityLink]]:
    """Every link, lowest first, those of one level by the instrument's code; its depth comes with it."""
    every = []
    for lower in order:
        for above in steps[lower].links:
            upper = above.upstream_calibration_id
            every.append((depths[upper], steps[upper].instrument.code, above.id, above))
    return sorted(every)


def _repeated(
    steps: Mapping[str, Step], links: Sequence[Link], order: Sequence[str], closing: set[str]
) -> list[Finding]:
    """Warnings where an instrument stands again above itself: traced, but through its own earlier state."""
    if len({steps[one].instrument.id for one in order}) == len(order):
        return []
    below: dict[str, set[str]] = {order[0]: set()}
    for lower in order:
        met = below[lower] | {steps[lower].instrument.id}
        for above in steps[lower].links:
            if above.id not in closing:
                below.setdefault(above.upstream_calibration_id, set()).update(met)
    seen: set[str] = set()
    found: list[Finding] = []
    for link in links:
        if link.instrument_id in below.get(link.calibration_id, ()) and link.calibration_id not in seen:
            seen.add(link.calibration_id)
            values = {"code": link.instrument_code, "certificate": link.certificate}
            found.append(Finding(link, "instruments.instrument_again", values))
    return found


def _told_once(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Findings without those that say the same of the same use: a certificate of many points is a link for each."""
    if len(findings) < 2:
        return tuple(findings)
    kept: dict[tuple[str | None, str | None, str], Finding] = {}
    for one in findings:
        use = (None, None) if one.link is None else (one.link.calibration_id, one.link.used_by)
        kept.setdefault((*use, one.text("en")), one)
    return tuple(kept.values())


def _straight(steps: Mapping[str, Step], root: str) -> dict[str, int]:
    """The depth of each calibration of a chain that branches nowhere, lowest first; nothing for any other."""
    depths = {root: 0}
    links = steps[root].links
    while links:
        upper = links[0].upstream_calibration_id
        if len(links) > 1 or upper in depths:
            return {}
        depths[upper] = len(depths)
        links = steps[upper].links
    return depths


def _ordered(steps: Mapping[str, Step], root: str) -> tuple[list[str], set[str]]:
    """The calibrations so that each stands before those above it, and the links that close a cycle.

    Depth first without recursion; a link to a calibration that is still open on the way down closes a cycle.
    """
    closing: set[str] = set()
    finished: list[str] = []
    state = {root: "open"}
    stack = [(root, iter(steps[root].links))]
    while stack:
        lower, remaining = stack[-1]
        above = next(remaining, None)
        if above is None:
            state[lower] = "done"
            finished.append(lower)
            stack.pop()
            continue
        upper = above.upstream_calibration_id
        if upper not in state:
            state[upper] = "open"
            stack.append((upper, iter(steps[upper].links)))
        elif state[upper] == "open":
            closing.add(above.id)
    return finished[::-1], closing


def _depths(steps: Mapping[str, Step], order: Sequence[str], closing: set[str]) -> dict[str, int]:
    """The greatest number of steps from the lowest calibration to each, cycles left out."""
    depths = {order[0]: 0}
    for lower in order:
        for above in steps[lower].links:
            if above.id not in closing:
                upper = above.upstream_calibration_id
                depths[upper] = max(depths.get(upper, 0), depths[lower] + 1)
    return depths
