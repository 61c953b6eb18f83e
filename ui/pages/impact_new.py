"""A new impact case: which standard or certificate, by how much, since when; the ranking follows what is typed."""

from markupsafe import Markup
from nicegui import ui

from instruments.impact import Shift
from lims import impact_cases, impacts
from lims.errors import Refused, Stated
from lims.laboratory import Laboratory
from lims.people import QUALITY_MANAGER
from lims.shift_text import amounts_of
from lims.store.impact_tables import CASE_KINDS
from ui.components.button import button
from ui.components.confirm_reason import confirm_reason
from ui.components.empty_state import empty_state
from ui.components.facts_strip import facts_strip
from ui.components.field import choice, field
from ui.components.markup import tag
from ui.components.page_head import PageHead
from ui.components.panel import panel, panel_markup
from ui.desk import Note, call
from ui.entrance import page
from ui.frame import frame
from ui.impact_view import WEIGHTS, by_weight, counted, line_of, ranking
from ui.pages.impact import PATH
from ui.session import Visit
from ui.sockets import Sockets
from ui.typed_day import read_day
from uncertainty.wording import Phrase, wording

FORMS = ("constant", "table", "ramp")
PAUSE_S = 0.5
"""How long nobody types before the ranking is computed anew."""


def offer(lab: Laboratory, sockets: Sockets) -> None:
    """Register the page."""

    @page(lab, sockets, "/impact/new")
    async def new(visit: Visit, of: str = "") -> None:
        if not visit.me.is_a(QUALITY_MANAGER):
            raise Refused("lims.not_permitted", act=Phrase("acts.open_impact_case"))
        NewCase(visit, of[:80])


class NewCase:
    """The form on the left, what would be found on the right."""

    def __init__(self, visit: Visit, named: str) -> None:
        """Draw the page."""
        self._visit, self._language = visit, visit.language
        self._managed = [body for role, body in visit.me.roles if role == QUALITY_MANAGER]
        crumbs = ((self._word("title"), PATH), (self._word("new_title"), ""))
        with (
            frame(visit, PageHead(self._word("new_title"), line=self._word("new_line"), crumbs=crumbs), here=PATH),
            ui.element("div").classes("c-columns c-columns--form"),
        ):
            with ui.element("div").classes("c-stack"):
                self._form(named)
            with ui.element("div").classes("c-stack"):
                self._found = ui.html(self._nothing())
        self._asked = 0

    def _word(self, key: str, **values: object) -> str:
        return wording(f"impact.{key}", self._language, **values)

    def _nothing(self) -> Markup:
        """What stands there as long as nothing was found."""
        return empty_state(self._word("preview_empty"), self._word("preview_empty_when"))

    def _form(self, named: str) -> None:
        with panel(self._word("new_what")), ui.element("div").classes("c-stack"):
            self._named = field(self._word("named"), value=named, hint=self._word("named_hint"), longest=80)
            kinds = {kind: self._word(f"kind_{kind}") for kind in CASE_KINDS}
            self._kind = choice(self._word("kind"), kinds, value=CASE_KINDS[0])
            forms = {form: self._word(f"form_{form}") for form in FORMS}
            self._shape = choice(self._word("form"), forms, value=FORMS[0])
            self._amounts = field(self._word("amounts"), kind="lines", hint=self._word("amounts_hint"), longest=8000)
            self._since = field(self._word("since"), hint=self._word("since_hint"), longest=10)
            self._until = field(self._word("until"), hint=self._word("until_hint"), longest=10)
            if len(self._managed) > 1:
                names = {one: self._visit.me.bodies[one].text(self._language) for one in self._managed}
                self._centre = choice(self._word("centre"), names, value=self._managed[0])
            self._note = Note(self._language)
            button(self._word("open_do"), self._ask, look="main")
        for one in (self._named, self._kind, self._shape, self._amounts, self._since, self._until):
            one.input.on_value_change(self._changed)

    def _shift(self) -> Shift:
        """What is typed. Raises: Stated."""
        since, until = (read_day(one.text) if one.text.strip() else None for one in (self._since, self._until))
        return Shift(amounts_of(self._amounts.text), since, until, ramp=self._shape.text == "ramp")

    async def _changed(self) -> None:
        self._asked += 1
        asked = self._asked
        ui.timer(PAUSE_S, lambda: self._preview(asked), once=True)

    async def _preview(self, asked: int) -> None:
        """The ranking of what stands in the form, unless somebody has typed on."""
        if asked != self._asked or not (self._named.text.strip() and self._amounts.text.strip()):
            return
        self._note.clear()
        try:
            found = await call(self._visit, impacts.impact_of, self._named.text, shift=self._shift())
        except Stated as refusal:
            self._note.say(refusal)
            self._found.content = self._nothing()  # the ranking of what stood there before is not this one's
            return
        if asked != self._asked:
            return
        language = self._language
        lines = [line_of(one, language) for one in found.affected]
        counts = {weight: found.count(weight) for weight in WEIGHTS}
        title = self._word("preview", count=len(lines))
        tables = [
            panel_markup(
                wording(f"impact.weight_{weight}", language), ranking(some, weight, language), hint=str(len(some)),
                padded=False,
            )
            for weight, some in by_weight(lines).items()
        ]  # fmt: skip
        self._found.content = tag("div", facts_strip(counted(counts, language), title), *tables, class_="c-stack")

    async def _ask(self) -> None:
        """Ask for the reason, then open the case."""
        self._note.clear()
        try:
            shift = self._shift()
        except Stated as refusal:
            self._note.say(refusal)
            return
        centre_id = self._centre.text if len(self._managed) > 1 else (self._managed or [""])[0]

        async def act(reason: str) -> None:
            case = await call(
                self._visit, impact_cases.open_impact_case, centre_id=centre_id, kind=self._kind.text,
                named=self._named.text, shift=shift, reason=reason,
            )  # fmt: skip
            ui.navigate.to(f"/impact/{case.id}")

        question = self._word("open_question", named=self._named.text.strip())
        confirm_reason(
            question, self._word("open_consequence"), self._word("open_do"), self._word("leave"), act, self._language
        )
