"""Reception: whose item, which item, which procedure, in which condition. The job number comes with the act."""

from decimal import Decimal

from nicegui import ui

from lims import calibration, registering, registry_sheets
from lims.clock import local_day
from lims.laboratory import Laboratory
from lims.legal_periods import USUAL_REGIME, regimes_on
from lims.people import Actor
from lims.procedure_format import Procedure
from lims.reception_sheet import ReceptionChoices, reception_choices
from lims.registering import NewInstrument, NewName
from ui.components.button import button
from ui.components.field import Field, choice, field
from ui.components.page_head import PageHead
from ui.components.panel import panel
from ui.desk import Note, attempt, call
from ui.entrance import page
from ui.frame import frame
from ui.numbers import number
from ui.session import Visit
from ui.sockets import Sockets
from uncertainty.rounding import canonical
from uncertainty.units import display_unit
from uncertainty.wording import wording

NEW = "new"
_ITEM = (
    "name_vi",
    "name_en",
    "maker",
    "model",
    "serial_number",
    "asset_code",
    "nominal",
    "nominal_unit",
    "accuracy_class",
    "apart_from",
)
_CUSTOMER = ("code", "name_vi", "name_en", "address_vi", "address_en", "telephone")


def offer(lab: Laboratory, sockets: Sockets) -> None:
    """Register the page."""

    @page(lab, sockets, "/reception")
    async def reception(visit: Visit) -> None:
        Reception(visit, await call(visit, reception_choices))


class Reception:
    """The form. What was typed stays when the laboratory refuses it."""

    def __init__(self, visit: Visit, choices: ReceptionChoices) -> None:
        """Draw the page."""
        self._visit, self._choices, self._language = visit, choices, visit.language
        self._customer_fields: dict[str, Field] = {}
        self._item_fields: dict[str, Field] = {}
        self._needs: dict[str, Field] = {}
        self._found: dict[str, str] = {}
        crumbs = ((self._word("nav_work"), "/"), (self._word("receive"), ""))
        with frame(visit, PageHead(self._word("receive"), line=self._word("receive_line"), crumbs=crumbs), here="/"):
            self._note = Note(visit.language)
            with panel(self._word("column_customer")):
                self._customer()
            with panel(self._word("column_item")):
                self._item()
            with panel(self._word("service")):
                self._service()
            with ui.element("div").classes("c-form__acts"):
                button(self._word("receive_do"), self._receive, look="main")

    def _word(self, key: str, **values: object) -> str:
        return wording(f"screens.{key}", self._language, **values)

    def _customer(self) -> None:
        known = {one[0]: f"{one[1]} · {one[2].text(self._language)}" for one in self._choices.customers}
        with ui.element("div").classes("c-form"), ui.element("div").classes("c-form__wide"):
            self._who = choice(self._word("column_customer"), {**known, NEW: self._word("customer_new")})
        new = ui.element("div").classes("c-form c-form--new")
        new.set_visibility(False)
        with new:
            for name in _CUSTOMER:
                with ui.element("div"):
                    self._customer_fields[name] = field(self._word(f"field_{name}"))
        self._who.input.on_value_change(lambda: new.set_visibility(self._who.text == NEW))

    def _item(self) -> None:
        with ui.element("div").classes("c-form"):
            with ui.element("div"):
                self._words = field(
                    self._word("item_search"), on_enter=self._search, hint=self._word("item_search_hint")
                )
            with ui.element("div"):
                self._which = choice(self._word("column_item"), {NEW: self._word("item_new")}, value=NEW)
        self._new_item = ui.element("div").classes("c-form c-form--new")
        with self._new_item:
            for name in _ITEM:
                with ui.element("div"):
                    self._item_fields[name] = field(self._word(f"field_{name}"))
        self._which.input.on_value_change(lambda: self._new_item.set_visibility(self._which.text == NEW))
        self._words.input.on("blur", self._search)

    async def _search(self) -> None:
        """Known items by name, maker, serial number: one identity, once."""
        if not self._words.text.strip():
            return
        given = {"text": self._words.text[:200], "kind": "item"}
        rows = await attempt(self._visit, self._note, registry_sheets.instruments, **given)
        shown = {
            one.id: " · ".join(part for part in (one.code, one.name.text(self._language), one.serial_number) if part)
            for one in rows or ()
        }
        select = self._which.input
        if isinstance(select, ui.select):
            select.set_options({**shown, NEW: self._word("item_new")}, value=next(iter(shown), NEW))

    def _service(self) -> None:
        language = self._language
        self._procedures = {f"{one.id}|{one.edition}": one for one in self._choices.procedures}
        with ui.element("div").classes("c-form"):
            with ui.element("div"):
                centres = {key: label.text(language) for key, label in self._choices.centres}
                self._centre = choice(self._word("centre"), centres, value=next(iter(centres), None))
            with ui.element("div"):
                titles = {key: f"{one.title.text(language)} ({one.edition})" for key, one in self._procedures.items()}
                self._procedure = choice(self._word("procedure"), titles)
            with ui.element("div"):
                self._languages = choice(
                    self._word("certificate_languages"),
                    {"vi-en": self._word("languages_vi_en"), "en": self._word("languages_en")},
                    value="vi-en",
                )
            self._of_law = ui.element("div")
            with self._of_law:
                self._regime = choice(wording("legal.choose_regime", language), {})
            self._of_law.set_visibility(False)
            with ui.element("div"):
                self._rule = choice(self._word("conformity"), self._rules(None), value="")
        self._more = ui.element("div").classes("c-form c-form--new")
        self._more.set_visibility(False)
        with ui.element("div").classes("c-form c-form--new"):
            with ui.element("div"):
                self._condition_vi = field(self._word("condition_vi"), value=self._word("condition_usual_vi"))
            with ui.element("div"):
                self._condition_en = field(self._word("condition_en"), value=self._word("condition_usual_en"))
        self._procedure.input.on_value_change(self._procedure_chosen)

    def _rules(self, procedure: Procedure | None) -> dict[str, str]:
        offered = procedure.report.conformity if procedure else None
        rules = {"": self._word("conformity_none")}
        if offered is None:
            return rules
        factor = canonical(Decimal(repr(offered.guard_factor)).normalize())
        guard = "U" if offered.guard_factor == 1 else f"{number(factor, self._language)} U"
        return rules | {one: self._word(f"rule_{one}", guard=guard) for one in offered.rules}

    def _procedure_chosen(self) -> None:
        """What the procedure needs to know of the item, and the decision rules it offers."""
        procedure = self._procedures.get(self._procedure.text)
        if isinstance(self._rule.input, ui.select):
            self._rule.input.set_options(self._rules(procedure), value="")
        self._regimes(procedure)
        self._more.clear()
        self._needs.clear()
        self._more.set_visibility(procedure is not None and bool(set(procedure.item) - {"nominal"}))
        with self._more:
            for name, one in (procedure.item if procedure else {}).items():
                if name == "nominal":
                    continue
                unit = display_unit(one.unit, self._language)
                with ui.element("div"):
                    self._needs[name] = field(one.label.text(self._language), hint=unit)

    def _regimes(self, procedure: Procedure | None) -> None:
        """The verifications that the law foresees today, where the procedure is one; the usual one is chosen."""
        rules = procedure.verification if procedure else None
        self._of_law.set_visibility(rules is not None)
        today = local_day(self._visit.lab.clock.now(), self._visit.lab.settings.time_zone)
        known = regimes_on(rules.period, today) if rules else ()
        usual = USUAL_REGIME if USUAL_REGIME in known else next(iter(known), None)
        if isinstance(self._regime.input, ui.select):
            words = {one: wording(f"legal.regime_{one}", self._language) for one in known}
            self._regime.input.set_options(words, value=usual)

    async def _receive(self) -> None:
        """Enter what is new, then take the item in; each act is its own, and what succeeded is not done twice."""
        procedure = self._procedures.get(self._procedure.text)
        if procedure is None or not self._who.text:
            self._note.say_text(self._word("receive_choose"))
            return
        customer_id = await self._known_customer()
        item_id = await self._known_item(customer_id) if customer_id else None
        if not customer_id or not item_id:
            return
        for name, one in self._needs.items():
            if one.text.strip():
                given = {"name": name, "text": one.text, "unit": procedure.item[name].unit}
                if await attempt(self._visit, self._note, registering.describe_item, item_id, **given) is None:
                    return
        job = await attempt(
            self._visit, self._note, calibration.receive, centre_id=self._centre.text, item_id=item_id,
            customer_id=customer_id, procedure=(procedure.id, procedure.edition),
            condition=(self._condition_vi.text, self._condition_en.text), languages=self._languages.text,
            conformity={"rule": self._rule.text} if self._rule.text else None, regime=self._regime.text,
        )  # fmt: skip
        if job is not None:
            ui.navigate.to(f"/jobs/{job.id}")

    async def _known_customer(self) -> str | None:
        if self._who.text != NEW:
            return self._who.text
        texts = {name: one.text for name, one in self._customer_fields.items()}
        code = texts.pop("code")
        body = await attempt(self._visit, self._note, registering.register_customer, code=code, name=NewName(**texts))
        if body is None:
            return None
        if isinstance(self._who.input, ui.select):
            self._who.input.set_options({body.id: f"{body.code} · {texts['name_vi']}"}, value=body.id)
        return str(body.id)

    async def _known_item(self, customer_id: str) -> str | None:
        if self._which.text != NEW:
            return self._which.text
        texts = {name: one.text.strip() for name, one in self._item_fields.items()}
        item = await attempt(self._visit, self._note, _registered, customer_id, texts)
        if item is None:
            return None
        if isinstance(self._which.input, ui.select):
            self._which.input.set_options({item: self._item_fields["name_vi"].text}, value=item)
        return item


def _registered(lab: Laboratory, actor: Actor, owner_id: str, texts: dict[str, str]) -> str:
    """Enter an item and return its id."""
    return str(registering.register_item(lab, actor, owner_id=owner_id, new=NewInstrument(**texts)).id)
