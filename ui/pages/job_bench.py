"""What is done to an item besides reading it: looked at, adjusted, labelled and sealed; each kept when it is stated."""

from collections.abc import Callable
from functools import partial
from typing import Any

from nicegui import ui

from lims import bench
from lims.laboratory import Laboratory
from lims.people import Actor
from lims.sheets import JobSheet
from ui.components.button import button
from ui.components.confirm_reason import confirm_reason
from ui.components.field import choice, field
from ui.components.markup import tag
from ui.components.panel import panel
from ui.desk import Note, attempt, call
from ui.session import Visit
from uncertainty.wording import wording


class JobBench:
    """The panel with a choice for each check, the adjustment, and the numbers of labels and seals."""

    def __init__(self, visit: Visit, sheet: JobSheet) -> None:
        """Draw the panel where the page stands; nothing where the procedure asks for nothing of the kind."""
        self._visit, self._sheet = visit, sheet
        procedure = sheet.procedure
        sealed = procedure.verification is not None and procedure.verification.sealed
        if not (procedure.checks or procedure.phases or sealed):
            return
        self._note = Note(visit.language)
        with panel(self._word("title")):
            with ui.element("div").classes("c-form"):
                for name, label, outcome in sheet.checks:
                    with ui.element("div"):
                        self._check(name, label.text(visit.language), outcome)
            if procedure.phases:
                self._adjustment()
            if sealed:
                self._seals()

    def _word(self, key: str, **values: object) -> str:
        return wording(f"bench.{key}", self._visit.language, **values)

    def _check(self, name: str, label: str, outcome: str) -> None:
        options = {one: self._word(f"outcome_{one}") for one in bench.OUTCOMES}
        made = choice(label, options, value=outcome or None)

        async def stated() -> None:
            chosen = str(made.input.value or "")
            if not chosen or chosen == outcome:
                return
            if outcome:
                made.input.value = outcome
                self._correct(name, label, options[outcome], chosen, options[chosen])
                return
            if not await self._act(_checked, name, chosen, ""):
                made.input.value = None  # what was refused does not stand there as if it were kept

        made.input.on_value_change(stated)

    def _correct(self, name: str, label: str, before: str, chosen: str, after: str) -> None:
        """Another outcome is a correction: it needs a reason, the first one stays readable."""

        async def act(reason: str) -> None:
            await call(self._visit, _checked, self._sheet.row.id, name, chosen, reason)
            self._reload()

        language = self._visit.language
        confirm_reason(
            self._word("correct", check=label),
            wording("screens.correct_consequence", language, before=before, after=after),
            wording("screens.correct", language),
            wording("screens.keep", language),
            act,
            language,
        )

    def _adjustment(self) -> None:
        ui.html(tag("span", self._word("adjustment")), tag="h3").classes("c-section c-form--new")
        if self._sheet.adjustment is not None:
            ui.html(tag("p", self._sheet.adjustment.text(self._visit.language)))
            return
        ui.html(tag("p", self._word("adjustment_hint"), class_="c-hint"))
        with ui.element("div").classes("c-form"):
            with ui.element("div"):
                vi = field(self._word("text_vi"), longest=300)
            with ui.element("div"):
                en = field(self._word("text_en"), longest=300)

        async def adjusted() -> None:
            await self._act(_adjusted, vi.text, en.text)

        button(self._word("adjust"), adjusted).classes("c-form--new")

    def _seals(self) -> None:
        language = self._visit.language
        ui.html(tag("span", self._word("seals")), tag="h3").classes("c-section c-form--new")
        for of, put, place in self._sheet.seals:
            with ui.element("div").classes("c-entry"):
                words = tag("p", self._word(f"kind_{of}"), " ", tag("b", put), f" {place.text(language)}")
                ui.html(words).classes("c-entry__words")
                made = button(wording("legal.spoil", language), partial(self._spoil, of, put), size="small")
                made.props["aria-label"] = f"{wording('legal.spoil', language)} {put}"
        kinds = {one: self._word(f"kind_{one}") for one in bench.SEAL_KINDS}
        with ui.element("div").classes("c-form"):
            with ui.element("div"):
                kind = choice(self._word("kind"), kinds, value="label")
            with ui.element("div"):
                number = field(self._word("number"), longest=bench.MOST_NUMBER)
            with ui.element("div"):
                vi = field(self._word("place_vi"), longest=300)
            with ui.element("div"):
                en = field(self._word("place_en"), longest=300)

        async def sealed() -> None:
            await self._act(_sealed, str(kind.input.value or ""), number.text, vi.text, en.text)

        button(self._word("seal"), sealed).classes("c-form--new")

    def _spoil(self, kind: str, number: str) -> None:
        """A spoiled label or seal leaves the item, with the reason; its number is used up."""

        async def act(reason: str) -> None:
            await call(self._visit, bench.spoil_seal, self._sheet.row.id, kind=kind, number=number, reason=reason)
            self._reload()

        language = self._visit.language
        confirm_reason(
            wording("legal.spoil_this", language, number=number),
            wording("legal.spoil_consequence", language),
            wording("legal.spoil", language),
            wording("screens.keep", language),
            act,
            language,
        )

    async def _act(self, act: Callable[..., bool], *given: Any) -> bool:
        """Do an act; what it changes is drawn by opening the page anew. What was typed stays where it is refused."""
        done = bool(await attempt(self._visit, self._note, act, self._sheet.row.id, *given))
        if done:
            self._reload()
        return done

    def _reload(self) -> None:
        ui.navigate.to(f"/jobs/{self._sheet.row.id}")


def _checked(lab: Laboratory, actor: Actor, job_id: str, name: str, outcome: str, why: str) -> bool:
    """Keep the outcome of a check, and say that it was done."""
    bench.record_check(lab, actor, job_id, name=name, outcome=outcome, why=why)
    return True


def _adjusted(lab: Laboratory, actor: Actor, job_id: str, text_vi: str, text_en: str) -> bool:
    """Keep the adjustment, and say that it was done."""
    bench.record_item_adjustment(lab, actor, job_id, text_vi=text_vi, text_en=text_en)
    return True


def _sealed(lab: Laboratory, actor: Actor, job_id: str, kind: str, number: str, place_vi: str, place_en: str) -> bool:
    """Keep a label or seal, and say that it was done."""
    bench.record_seal(lab, actor, job_id, kind=kind, number=number, place_vi=place_vi, place_en=place_en)
    return True
