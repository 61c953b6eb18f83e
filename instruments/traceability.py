"""The chain upwards on a given day: from an instrument to the national standards, and where it breaks and why.

Source: ISO/IEC 17025:2017, 6.5 and Annex A; ILAC-P10:07/2020.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from instruments import chain_rows
from instruments.chain import Chain, Finding, Link, chain_path
from instruments.chain_rows import ChainRows, Step
from instruments.chain_verdicts import breaks_of_link, breaks_of_provider, findings_between, recognition_of
from instruments.models import Calibration, CalibrationResult, Instrument, TraceabilityLink
from instruments.points import same_point, shown_day
from instruments.spelling import folded

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
        return _Judged(rows, rows.lowest[0], day, result_id, used=True).chain()
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
        judged = {key: _Judged(rows, key, day, None, used=True).chain() for key in rows.lowest}
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
    return _Judged(rows, calibration_id, asked, result_id, used=day is not None).chain()


def _performed_on(session: Session, calibration_id: str) -> date:
    calibration = session.get(Calibration, calibration_id)
    if calibration is None:
        raise KeyError(calibration_id)
    return calibration.performed_on


@dataclass
class _Judged:
    """One chain being put together."""

    rows: ChainRows
    root: str
    day: date
    result_id: str | None
    used: bool

    def chain(self) -> Chain:
        """Walk the links in the order of their depth, and judge each."""
        order, closing = _ordered(self.rows, self.root)
        depths = _depths(self.rows, order, closing)
        links: list[Link] = []
        breaks: list[Finding] = []
        warnings: list[Finding] = []
        for above in self._rows_in_order(order, depths):
            link, result = self._link(above, depths, closing)
            links.append(link)
            breaks += self._breaks(link, result)
            if above is not None:
                lower = self.rows.steps[above.calibration_id]
                broken, explained = findings_between(
                    link, lower, self._asked(lower), above, self.rows.steps[link.calibration_id]
                )
                breaks += broken
                warnings += explained
        warnings += self._repeated(links, order, closing)
        levels = 1 + max(link.depth for link in links)
        deep = [link for link in links if link.depth >= MOST_LEVELS]
        if deep:
            links = [link for link in links if link.depth < MOST_LEVELS]
            values = {"code": deep[0].instrument_code, "most": MOST_LEVELS}
            breaks = [one for one in breaks if one.link in links] + [Finding(deep[0], "instruments.too_deep", values)]
            warnings = [one for one in warnings if one.link in links]
        instrument = self.rows.steps[self.root].instrument
        found = tuple(links), _told_once(breaks), _told_once(warnings)
        return Chain(instrument.id, instrument.code, self.day, levels, *found)

    def _rows_in_order(self, order: Sequence[str], depths: dict[str, int]) -> list[TraceabilityLink | None]:
        """The lowest calibration (None), then every link, lowest first, those of one level by the instrument's code."""
        every = [above for lower in order for above in self.rows.above.get(lower, ())]

        def place(above: TraceabilityLink) -> tuple[int, str, str]:
            upper = self.rows.steps[above.upstream_calibration_id]
            return depths[above.upstream_calibration_id], upper.instrument.code, above.id

        return [None, *sorted(every, key=place)]

    def _link(
        self, above: TraceabilityLink | None, depths: dict[str, int], closing: set[str]
    ) -> tuple[Link, CalibrationResult | None]:
        upper = self.rows.steps[self.root if above is None else above.upstream_calibration_id]
        lower = None if above is None else self.rows.steps[above.calibration_id]
        wanted = self.result_id if above is None else above.upstream_result_id
        result = _result_used(upper, wanted, () if lower is None else self._asked(lower))
        calibration = upper.calibration
        used_on = self.day if lower is None else lower.calibration.performed_on
        due = self.rows.due(upper, used_on)
        laboratory_vi, laboratory_en = self.rows.laboratory(upper)
        link = Link(
            calibration_id=calibration.id,
            used_by=None if lower is None else lower.calibration.id,
            role="reference" if above is None else above.role,
            depth=depths[calibration.id],
            closes_cycle=above is not None and above.id in closing,
            instrument_id=upper.instrument.id,
            instrument_code=upper.instrument.code,
            name_vi=upper.instrument.name_vi,
            name_en=upper.instrument.name_en,
            level=upper.instrument.level,
            certificate=calibration.certificate_number,
            laboratory_id=calibration.laboratory_id,
            laboratory_vi=laboratory_vi,
            laboratory_en=laboratory_en,
            recognition=recognition_of(upper, self.rows, result),
            performed_on=calibration.performed_on,
            valid_until=due,
            used_on=used_on,
            valid_on_day=calibration.performed_on <= used_on <= (due or date.max) and upper.withdrawal is None,
            result_id=None if result is None else result.id,
            quantity=None if result is None else result.quantity,
            nominal=None if result is None else result.nominal,
            nominal_unit=None if result is None else result.nominal_unit,
            value=None if result is None else result.value,
            unit=None if result is None else result.unit,
            expanded_uncertainty=None if result is None else result.expanded_uncertainty,
            uncertainty_unit=None if result is None else result.uncertainty_unit or result.unit,
            coverage_factor=None if result is None else result.coverage_factor,
        )
        return link, result

    def _breaks(self, link: Link, result: CalibrationResult | None) -> list[Finding]:
        step = self.rows.steps[link.calibration_id]
        used = link.used_by is not None or self.used
        return [
            *breaks_of_link(link, step, result, used=used),
            *breaks_of_provider(link, step, self.rows, link.recognition),
        ]

    def _asked(self, step: Step) -> tuple[CalibrationResult, ...]:
        """The results of a calibration that matter here: one named for the lowest, otherwise all."""
        if step.calibration.id == self.root and self.result_id is not None:
            return tuple(result for result in step.results if result.id == self.result_id)
        return step.results

    def _repeated(self, links: Sequence[Link], order: Sequence[str], closing: set[str]) -> list[Finding]:
        """Warnings where an instrument stands again above itself: traced, but through its own earlier state."""
        below: dict[str, set[str]] = {self.root: set()}
        for lower in order:
            met = below[lower] | {self.rows.steps[lower].instrument.id}
            for above in self.rows.above.get(lower, ()):
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
    kept: dict[tuple[str | None, str | None, str], Finding] = {}
    for one in findings:
        use = (None, None) if one.link is None else (one.link.calibration_id, one.link.used_by)
        kept.setdefault((*use, one.text("en")), one)
    return tuple(kept.values())


def _ordered(rows: ChainRows, root: str) -> tuple[list[str], set[str]]:
    """The calibrations so that each stands before those above it, and the links that close a cycle.

    Depth first without recursion; a link to a calibration that is still open on the way down closes a cycle.
    """
    closing: set[str] = set()
    finished: list[str] = []
    state = {root: "open"}
    stack = [(root, iter(rows.above.get(root, ())))]
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
            stack.append((upper, iter(rows.above.get(upper, ()))))
        elif state[upper] == "open":
            closing.add(above.id)
    return finished[::-1], closing


def _depths(rows: ChainRows, order: Sequence[str], closing: set[str]) -> dict[str, int]:
    """The greatest number of steps from the lowest calibration to each, cycles left out."""
    depths = {order[0]: 0}
    for lower in order:
        for above in rows.above.get(lower, ()):
            if above.id not in closing:
                upper = above.upstream_calibration_id
                depths[upper] = max(depths.get(upper, 0), depths[lower] + 1)
    return depths


def _result_used(step: Step, result_id: str | None, by: Sequence[CalibrationResult]) -> CalibrationResult | None:
    """The result of a calibration that was used: the one named, else that of the same point, else the first fitting."""
    if result_id is not None:
        return next((result for result in step.results if result.id == result_id), None)
    quantities = {folded(lower.quantity) for lower in by} or {folded(step.instrument.quantity)}
    fitting = [result for result in step.results if folded(result.quantity) in quantities]
    points = [(lower.nominal, lower.nominal_unit or lower.unit) for lower in by if lower.nominal is not None]
    for result in fitting:
        mine = (result.nominal, result.nominal_unit or result.unit)
        if mine[0] is not None and any(same_point(mine[0], mine[1], *point) for point in points if point[0]):
            return result
    return next(iter(fitting or step.results), None)
