"""One impact case on one screen: the ranking with flips first, what cannot be judged, letters, holds, progress."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from lims import calibration, impact_cases, impact_sheets
from lims.amendments import PrintedReason
from lims.impact_sheets import CaseSheet, RecordRow
from lims.laboratory import Laboratory
from ui.components.button import button
from ui.components.chip import chip
from ui.components.confirm_reason import confirm_printed_reason, confirm_reason
from ui.components.facts_strip import facts_strip
from ui.components.markup import link, tag
from ui.components.page_head import PageHead
from ui.components.panel import panel
from ui.desk import call
from ui.entrance import page
from ui.frame import frame
from ui.impact_view import (
    Line,
    by_weight,
    case_words,
    counted,
    counts_of,
    explained,
    line_of_record,
    ranking,
    record_chip,
)
from ui.pages.impact import PATH
from ui.pages.impact_side import CaseSide
from ui.session import Visit
from ui.sockets import Sockets
from uncertainty.wording import wording

TOGETHER = ("no_effect", "inform", "recall")
"""What may be decided about several certificates at once; to amend or to withdraw is done one by one."""


def offer(lab: Laboratory, sockets: Sockets) -> None:
    """Register the page."""

    @page(lab, sockets, "/impact/{case_id}")
    async def impact_case(visit: Visit, case_id: str, record: str = "") -> None:
        sheet = await call(visit, impact_sheets.impact_case, case_id)
        CasePage(visit, sheet, record)


class CasePage:
    """The page of one case, as its reader may see it."""

    def __init__(self, visit: Visit, sheet: CaseSheet, record_id: str) -> None:
        """Draw the page."""
        self._visit, self._sheet, self._language = visit, sheet, visit.language
        self._chosen = next((one for one in sheet.records if one.id == record_id), None)
        row, language = sheet.row, visit.language
        self._open = row.closed_on is None
        crumbs = ((self._word("title"), PATH), (row.number, ""))
        title = f"{row.item.text(language)} ({row.instrument})"
        with frame(visit, PageHead(title, row.number, case_words(row, language), crumbs), here=PATH) as acts:
            with acts:
                self._acts()
            ui.html(facts_strip(counted(counts_of(sheet), language), self._word("title")))
            with ui.element("div").classes("c-columns c-columns--side"):
                with ui.element("div").classes("c-stack"):
                    if self._chosen is not None:
                        self._record(self._chosen)
                    self._ranking()
                with ui.element("div").classes("c-stack"):
                    CaseSide(visit, sheet, self._ask)

    def _word(self, key: str, **values: object) -> str:
        return wording(f"impact.{key}", self._language, **values)

    def _here(self, record: str = "") -> str:
        path = f"{PATH}/{self._sheet.row.id}"
        return f"{path}?record={record}" if record else path

    def _acts(self) -> None:
        if not self._open:
            ui.html(chip(self._word("closed"), "ok", "circle-check"))
        elif self._sheet.may_close:

            async def close(reason: str) -> None:
                await call(self._visit, impact_cases.close_impact_case, self._sheet.row.id, reason=reason)
                ui.navigate.to(f"/impact/{self._sheet.row.id}")

            button(self._word("close_do"), lambda: self._ask("close", close), look="main", icon="check")
        else:
            ui.html(chip(self._word("open_state"), "person", "hourglass"))

    def _ask(self, key: str, act: Callable[[str], Awaitable[None]], **values: object) -> None:
        question, consequence, do = (
            self._word(f"{key}_{part}", **values) for part in ("question", "consequence", "do")
        )
        confirm_reason(question, consequence, do, self._word("leave"), act, self._language)

    def _ask_printed(self, one: RecordRow) -> None:
        """The same for a replacement, whose reason will stand on the certificate."""
        question, consequence, do = (self._word(f"decide_amend_{part}") for part in ("question", "consequence", "do"))
        words = (question, consequence, do, self._word("leave"))
        confirm_printed_reason(words, self._amending(one), self._language)

    def _ranking(self) -> None:
        """One panel for each group; those that wait for a decision have it in their head."""
        lines = [line_of_record(one, self._language) for one in self._sheet.records]
        for weight, some in by_weight(lines).items():
            with panel(self._word(f"weight_{weight}"), hint=self._word("certificates", count=len(some)), padded=False):
                waiting = [one.record for one in some if one.record and one.record.mine and one.record.state == "open"]
                if waiting and self._open:
                    self._together(waiting)
                chosen = self._chosen.id if self._chosen else ""
                ui.html(ranking(some, weight, self._language, href=self._record_path, here=chosen))

    def _record_path(self, one: Line) -> str:
        return self._here(one.record.id) if one.record else ""

    def _together(self, waiting: list[RecordRow]) -> None:
        """Decide about all of a group that wait."""
        with ui.element("div").classes("c-panel__body c-form__acts"):
            ui.html(tag("span", self._word("waiting", count=len(waiting)), class_="c-second"))
            for decision in TOGETHER:
                proposed = decision == waiting[0].proposal

                def ask(decision: str = decision) -> None:
                    ids = [one.id for one in waiting]
                    self._ask(f"decide_{decision}", self._deciding(waiting[0], ids, decision), count=len(ids))

                button(self._word(f"decision_{decision}"), ask, size="small", look="main" if proposed else "plain")

    def _deciding(self, one: RecordRow, ids: list[str], decision: str) -> Callable[[str], Awaitable[None]]:
        """The act of a decision; what has to be done before is done first."""

        async def act(reason: str) -> None:
            if decision == "withdraw" and one.certificate_id and not await self._ended(one):
                await call(self._visit, calibration.withdraw, one.certificate_id, reason=reason)
            await call(
                self._visit, impact_cases.decide_impact, centre_id=one.centre_id, record_ids=ids, decision=decision,
                reason=reason,
            )  # fmt: skip
            ui.navigate.to(f"/impact/{self._sheet.row.id}")

        return act

    def _amending(self, one: RecordRow) -> Callable[[PrintedReason], Awaitable[None]]:
        """The decision to replace a certificate; the edition that replaces it is opened first."""

        async def act(reason: PrintedReason) -> None:
            job = await call(self._visit, impact_sheets.job_of_record, one.id) if one.job_id is None else None
            if job is not None:
                await call(self._visit, calibration.amend, job, remeasure=False, **reason.arguments())
            await self._deciding(one, [one.id], "amend")(reason.first)

        return act

    async def _ended(self, one: RecordRow) -> bool:
        return bool(await call(self._visit, impact_sheets.record_withdrawn, one.id))

    def _record(self, one: RecordRow) -> None:
        """The chosen certificate: the arithmetic in one sentence, what was decided, what may be decided."""
        beside = record_chip(one, self._language)
        with panel(one.certificate, hint=one.customer_name.text(self._language), beside=beside):
            facts = [tag("p", explained(one, self._language))]
            if one.reason:
                facts.append(tag("p", self._word("decided_because", reason=one.reason), class_="c-second"))
            if one.job_id:
                facts.append(tag("p", link(self._word("amendment", number=one.job_number), f"/jobs/{one.job_id}")))
            if one.own:
                facts.append(tag("p", link(self._word("to_certificate"), f"/certificates/{one.certificate}")))
            facts.append(tag("p", link(self._word("to_instrument"), f"/instruments/{one.instrument}")))
            ui.html(tag("div", *facts, class_="c-prose"))
            if not (one.mine and self._open):
                return
            with ui.element("div").classes("c-form__acts"):
                for decision in (*TOGETHER, "amend", "withdraw") if one.own else TOGETHER:

                    def ask(decision: str = decision) -> None:
                        if decision == "amend":
                            return self._ask_printed(one)
                        return self._ask(f"decide_{decision}", self._deciding(one, [one.id], decision), count=1)

                    button(
                        self._word(f"decision_{decision}"), ask, size="small",
                        look="main" if decision == one.proposal and one.decision is None else "plain",
                    )  # fmt: skip
