"""One impact case on one screen: the ranking with flips first, what cannot be judged, letters, holds, progress."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

from nicegui import ui

from lims import calibration, impact_cases, impact_sheets
from lims.amendments import PrintedReason
from lims.impact_case_rows import CaseSheet, Portion, RecordRow
from lims.impact_progress import PROPOSALS
from lims.laboratory import Laboratory
from ui.components.button import Look, button
from ui.components.chip import chip
from ui.components.confirm_reason import confirm_printed_reason, confirm_reason
from ui.components.facts_strip import facts_strip
from ui.components.markup import link, tag
from ui.components.next_page import next_page
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
    async def impact_case(
        visit: Visit, case_id: str, record: str = "", weight: str = "", after: int = -1, letters: int = 0
    ) -> None:
        portion = Portion(weight, after, record, max(letters, 0))
        CasePage(visit, await call(visit, impact_sheets.impact_case, case_id, portion), portion)


class CasePage:
    """The page of one case, as its reader may see it."""

    def __init__(self, visit: Visit, sheet: CaseSheet, portion: Portion) -> None:
        """Draw the page."""
        self._visit, self._sheet, self._language = visit, sheet, visit.language
        self._portion, self._chosen = portion, sheet.chosen
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

    def _here(self, **asked: object) -> str:
        path = f"{PATH}/{self._sheet.row.id}"
        return f"{path}?{urlencode(asked)}" if asked else path

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
        if self._portion.weight:
            ui.html(tag("p", link(self._word("whole_ranking"), self._here()), class_="c-second"))
        for weight, some in by_weight(lines).items():
            count = self._sheet.counts[weight]
            with panel(self._word(f"weight_{weight}"), hint=self._word("certificates", count=count), padded=False):
                if self._open:
                    for centre_id, waiting in self._sheet.waiting.get(weight, {}).items():
                        self._together(weight, centre_id, waiting)
                chosen = self._chosen.id if self._chosen else ""
                ui.html(ranking(some, weight, self._language, href=self._record_path, here=chosen))
                following = self._sheet.next_rank.get(weight)
                asked = {"weight": weight}
                if following is not None:
                    ui.html(next_page(self._here(), asked, str(following), self._language))

    def _record_path(self, one: Line) -> str:
        if one.record is None:
            return ""
        portion = {"weight": self._portion.weight, "after": self._portion.after} if self._portion.weight else {}
        return self._here(**portion, record=one.record.id)

    def _together(self, weight: str, centre_id: str, waiting: int) -> None:
        """Decide about all certificates of a group that wait at a centre, those on other screens too."""
        with ui.element("div").classes("c-panel__body c-form__acts"):
            centre = self._visit.me.bodies[centre_id].text(self._language) if len(self._visit.me.roles) > 1 else ""
            said = self._word("waiting", count=waiting) + (f" · {centre}" if centre else "")
            ui.html(tag("span", said, class_="c-second"))
            for decision in TOGETHER:

                async def ask(decision: str = decision) -> None:
                    ids = await call(
                        self._visit, impact_sheets.undecided_records, self._sheet.row.id, centre_id=centre_id,
                        weight=weight,
                    )  # fmt: skip
                    act = self._deciding_together(centre_id, list(ids), decision)
                    self._ask(f"decide_{decision}", act, count=len(ids))

                look: Look = "main" if decision == PROPOSALS[weight] else "plain"
                button(self._word(f"decision_{decision}"), ask, size="small", look=look)

    def _deciding_together(self, centre_id: str, ids: list[str], decision: str) -> Callable[[str], Awaitable[None]]:
        async def act(reason: str) -> None:
            await call(
                self._visit, impact_cases.decide_impact, centre_id=centre_id, record_ids=ids, decision=decision,
                reason=reason,
            )  # fmt: skip
            ui.navigate.to(f"/impact/{self._sheet.row.id}")

        return act

    def _deciding(self, one: RecordRow, decision: str) -> Callable[[str], Awaitable[None]]:
        """The act of a decision about one certificate; what has to be done before is done first."""

        async def act(reason: str) -> None:
            if decision == "withdraw" and one.certificate_id and not await self._ended(one):
                await call(self._visit, calibration.withdraw, one.certificate_id, reason=reason)
            await self._deciding_together(one.centre_id, [one.id], decision)(reason)

        return act

    def _amending(self, one: RecordRow) -> Callable[[PrintedReason], Awaitable[None]]:
        """The decision to replace a certificate; the edition that replaces it is opened first."""

        async def act(reason: PrintedReason) -> None:
            job = await call(self._visit, impact_sheets.job_of_record, one.id) if one.job_id is None else None
            if job is not None:
                await call(self._visit, calibration.amend, job, remeasure=False, **reason.arguments())
            await self._deciding(one, "amend")(reason.first)

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
                        return self._ask(f"decide_{decision}", self._deciding(one, decision), count=1)

                    button(
                        self._word(f"decision_{decision}"), ask, size="small",
                        look="main" if decision == one.proposal and one.decision is None else "plain",
                    )  # fmt: skip
