"""Conditions and standards of a job: noted and chosen before and during the readings, each saved when it is left."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from lims import calibration
from lims.entering import MOMENTS
from lims.sheets import ConditionView, JobSheet, RoleView
from ui.components.confirm_reason import confirm_reason
from ui.components.field import Field, choice, field
from ui.components.markup import join, tag
from ui.desk import Note, attempt, call
from ui.job_view import condition_limits
from ui.numbers import as_typed
from ui.session import Visit
from uncertainty.units import display_unit
from uncertainty.wording import wording


class JobCircumstances:
    """The panel with a field for each condition and moment, and a choice for each role."""

    def __init__(self, visit: Visit, sheet: JobSheet, changed: Callable[[], Awaitable[None]]) -> None:
        """Draw the panel where the page stands; `changed` is awaited after every act that was done."""
        self._visit, self._sheet, self._changed = visit, sheet, changed
        self._fields: dict[str, Field] = {}
        self._chosen, self._texts = _chosen(sheet), _texts(sheet)
        title = wording("screens.circumstances", visit.language)
        self._fold = ui.element("details").classes("c-panel c-foldpanel")
        if _is_open(sheet):
            self._fold.props("open")
        with self._fold:
            ui.html(tag("span", title, class_="c-section"), tag="summary").classes("c-panel__head")
            with ui.element("div").classes("c-panel__body"):
                with ui.element("div").classes("c-form"):
                    for role in sheet.roles:
                        self._role(role)
                    for condition in sheet.conditions:
                        with ui.element("div").classes("c-pair"):
                            for moment in MOMENTS:
                                self._condition(condition, moment)
                self._note = Note(visit.language)

    def go_to(self, place: str) -> None:
        """Put the focus on the field that a need names: `environment.temperature`, `standards.reference`."""
        name = place.partition(".")[2]
        found = self._fields.get(f"{name}/start") or self._fields.get(name)
        if found is not None:
            self._fold.props("open")
            found.input.run_method("focus")

    def show(self, sheet: JobSheet) -> None:
        """Take over what stands in the record by now; a choice that was refused goes back to what stands there."""
        self._sheet = sheet
        self._chosen, self._texts = _chosen(sheet), _texts(sheet)
        for role, instrument_id in self._chosen.items():
            self._fields[role].input.value = instrument_id or None

    def _role(self, role: RoleView) -> None:
        language = self._visit.language
        options = {
            instrument_id: code if why is None else f"{code} ({why.text(language)})"
            for instrument_id, code, why in role.candidates
        }
        if role.instrument_id and role.instrument_id not in options:
            options[role.instrument_id] = role.code
        made = choice(role.label.text(language), options, value=role.instrument_id)
        self._fields[role.role] = made

        async def chosen() -> None:
            instrument_id = made.input.value
            if instrument_id == self._chosen[role.role] or not isinstance(instrument_id, str):
                return
            act = calibration.choose_standard
            await attempt(self._visit, self._note, act, self._sheet.row.id, role=role.role, instrument_id=instrument_id)
            await self._changed()

        made.input.on_value_change(chosen)

    def _condition(self, one: ConditionView, moment: str) -> None:
        language = self._visit.language
        name = one.label.text(language)
        first = moment == MOMENTS[0]
        # The second field stands beside the first and has its name as well, for those who do not see them together.
        label = (
            f"{name}, {display_unit(one.unit, language)}"
            if first
            else join(tag("span", f"{name} ", class_="c-hidden"), wording("screens.condition_at_end", language))
        )
        limits = condition_limits(one, language) if first else ""
        kept = one.texts.get(moment, "")
        made = field(label, value=as_typed(kept, language), hint=limits, longest=60)
        self._fields[f"{one.quantity}/{moment}"] = made

        async def left() -> None:
            text = made.text.strip()
            standing = self._texts.get((one.quantity, moment), "")
            if not text or text in (standing, as_typed(standing, language)):
                return
            if standing:
                self._correct(made, one, moment, text)
                return
            await self._keep(one, moment, text)

        made.input.on("blur", left)
        made.input.on("keydown.enter", left)

    async def _keep(self, one: ConditionView, moment: str, text: str) -> None:
        act, job_id = calibration.record_environment, self._sheet.row.id
        self._note.clear()
        await attempt(self._visit, self._note, act, job_id, quantity=one.quantity, moment=moment, text=text)
        await self._changed()

    def _correct(self, made: Field, one: ConditionView, moment: str, text: str) -> None:
        """A second text for the same moment is a correction: it needs a reason, the first one stays readable."""
        language, job_id = self._visit.language, self._sheet.row.id
        before = as_typed(self._texts[one.quantity, moment], language)
        made.input.value = before

        async def act(reason: str) -> None:
            given = {"quantity": one.quantity, "moment": moment, "text": text, "why": reason}
            await call(self._visit, calibration.record_environment, job_id, **given)
            await self._changed()

        confirm_reason(
            wording("screens.correct_condition", language, name=one.label.text(language)),
            wording("screens.correct_consequence", language, before=before, after=text),
            wording("screens.correct", language),
            wording("screens.keep", language),
            act,
            language,
        )


def _chosen(sheet: JobSheet) -> dict[str, str | None]:
    """The instrument that stands in the record for each role."""
    return {role.role: role.instrument_id for role in sheet.roles}


def _texts(sheet: JobSheet) -> dict[tuple[str, str], str]:
    """The text that stands in the record for each condition and moment."""
    return {(one.quantity, moment): text for one in sheet.conditions for moment, text in one.texts.items()}


def _is_open(sheet: JobSheet) -> bool:
    """Whether something has to be chosen or noted before the readings: then the panel stands open."""
    return any(not role.code for role in sheet.roles) or any("start" not in one.texts for one in sheet.conditions)
