"""The interval of a standard on its page: what holds, what was proposed from which data, and what a person decided."""

from typing import Any

from markupsafe import Markup
from nicegui import ui

from lims import interval_reviews
from lims.interval_reviews import IntervalSheet, ReviewRow
from ui.components.button import button
from ui.components.confirm_reason import confirm_reason
from ui.components.data_table import Column, Group, data_table, named
from ui.components.field import choice
from ui.components.markup import Child, tag
from ui.components.panel import panel
from ui.desk import Note, attempt, call
from ui.numbers import day, number, rounded
from ui.session import Visit
from uncertainty.wording import wording

_SHARES = ("last_share", "observed", "lower", "upper", "rejection", "target")


class IntervalPanel:
    """The panel; its acts ask the laboratory for the right."""

    def __init__(self, visit: Visit, sheet: IntervalSheet, instrument_id: str, *, may: bool) -> None:
        """Draw the panel; with `may` its acts too."""
        self._visit, self._sheet, self._id, self._language = visit, sheet, instrument_id, visit.language
        current = self._word("current", months=sheet.current) if sheet.current else "–"
        with panel(self._word("title"), hint=current):
            if sheet.legal:
                ui.html(tag("p", self._word("legal", months=sheet.legal), class_="c-second"))
            if sheet.rows:
                ui.html(self._table())
            waiting = next((row for row in sheet.rows if row.decision is None), None)
            if may and waiting is not None:
                with ui.element("div").classes("c-form__acts"):
                    button(
                        self._word("accept", months=waiting.proposal.new_months),
                        lambda: self._ask(waiting, accepted=True),
                        look="main",
                    )
                    button(
                        self._word("reject", months=waiting.proposal.new_months),
                        lambda: self._ask(waiting, accepted=False),
                    )
            elif may:
                self._form()

    def _word(self, key: str, **values: object) -> str:
        return wording(f"intervals.{key}", self._language, **values)

    def _form(self) -> None:
        names = {one.id: one.name.text(self._language) for one in self._sheet.policies.values()}
        chosen = choice(self._word("review"), names, value=next(iter(names), None))
        note = Note(self._language)

        async def propose() -> None:
            done = await attempt(self._visit, note, interval_reviews.propose_interval, self._id, policy=chosen.text)
            if done is not None:
                ui.navigate.to(f"/instruments/{self._sheet.code}")

        with ui.element("div").classes("c-form__acts"):
            button(self._word("propose"), propose)
            ui.html(tag("span", self._word("nothing_follows"), class_="c-second"))

    def _ask(self, row: ReviewRow, *, accepted: bool) -> None:
        key, one = "accept" if accepted else "reject", row.proposal

        async def act(reason: str) -> None:
            await call(
                self._visit, interval_reviews.decide_interval, self._id, proposal_id=one.id, accepted=accepted,
                reason=reason,
            )  # fmt: skip
            ui.navigate.to(f"/instruments/{self._sheet.code}")

        numbers = {"code": self._sheet.code, "old": one.old_months, "new": one.new_months}
        question, consequence, do, leave = (
            self._word(f"{key}_{part}", **numbers) for part in ("question", "consequence", "do", "leave")
        )
        confirm_reason(question, consequence, do, leave, act, self._language)

    def _table(self) -> Markup:
        heads = ("method", "change", "data", "decision")
        columns = tuple(
            Column(self._word(f"column_{one}"), place="first" if one == "method" else "line") for one in heads
        )
        rows = tuple(self._cells(row) for row in self._sheet.rows)
        return data_table(columns, (Group(rows),), self._word("title"))

    def _cells(self, row: ReviewRow) -> tuple[Child, ...]:
        one, policy = row.proposal, self._sheet.policies.get(row.proposal.policy)
        name = policy.name.text(self._language) if policy else one.policy
        return (
            named(name, day(one.proposed_on)), f"{one.old_months}\u00a0→\u00a0{one.new_months}",
            tag("span", self._seen(row), class_="c-second"), tag("span", self._decided(row), class_="c-second"),
        )  # fmt: skip

    def _decided(self, row: ReviewRow) -> str:
        if row.decision is None:
            return self._word("open")
        key = "accepted" if row.decision.accepted else "rejected"
        return self._word(
            key, who=row.decision.decided_by, day=day(row.decision.decided_on), reason=row.decision.reason
        )

    def _seen(self, row: ReviewRow) -> str:
        data = row.data
        figures = {name: self._figure(name, value) for name, value in data["figures"].items()}
        said = [self._word(f"saw_{row.proposal.method}", **figures)]
        said.append(self._word("asked", months=number(rounded(data["asked_months"], 0), self._language)))
        if row.proposal.reliability is not None:
            share = self._figure("target", float(row.proposal.reliability))
            said.append(self._word("reliability", share=share))
        return "; ".join(said)

    def _figure(self, name: str, value: Any) -> str:
        if isinstance(value, str):
            return self._word(f"model_{value}")
        if name in ("last_share", "rate_share"):
            return number(rounded(100 * value, 0), self._language)
        if name in _SHARES:
            return f"{number(rounded(100 * value, 1), self._language)} %"
        whole = float(value) == int(value)
        return number(rounded(float(value), 0 if whole else 2), self._language)
