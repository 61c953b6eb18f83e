"""Export: everything of the centres that a quality manager answers for, in an open format."""

from nicegui import ui

from lims import exporting
from lims.laboratory import Laboratory
from ui.components.button import button, button_link
from ui.components.field import choice
from ui.components.markup import tag
from ui.components.page_head import PageHead
from ui.components.panel import panel
from ui.desk import Note, call
from ui.entrance import page
from ui.frame import frame
from ui.pages.registry_form import Form
from ui.session import Visit
from ui.sockets import Sockets
from uncertainty.wording import wording


def offer(lab: Laboratory, sockets: Sockets) -> None:
    """Register the page."""

    @page(lab, sockets, "/export")
    async def export(visit: Visit) -> None:
        ExportPage(visit, await call(visit, exporting.export_offer))


class ExportPage(Form):
    """The page: a format, and the file."""

    def __init__(self, visit: Visit, forms: tuple[str, ...]) -> None:
        """Draw the page; `forms` are those of an export."""
        super().__init__(visit)
        self.forms = forms
        crumbs = ((wording("screens.nav_standards", self.language), "/standards"), (self.say("export"), ""))
        head = PageHead(self.say("export"), line=self.say("export_line"), crumbs=crumbs)
        with frame(visit, head, here="/standards"), ui.element("div").classes("c-narrowpage c-stack"):
            self.draw()

    def draw(self) -> None:
        """What the file holds, its format, and the act."""
        with panel(self.say("export_what")):
            with ui.element("div").classes("c-stack"):
                for key in ("export_holds", "export_left_out", "export_msl"):
                    ui.html(tag("p", self.say(key), class_="c-second"))
                with ui.element("div").classes("c-form"):
                    formats = {one: self.say(f"format_{one}") for one in self.forms}
                    self.form = choice(self.say("export_format"), formats, value="csv")
            self.note = Note(self.language)
            with ui.element("div").classes("c-form__acts"):
                button(self.say("export_do"), self.fetch, look="main", icon="download")
                ui.html(button_link(self.word("leave_form"), "/standards", look="text"))

    def say(self, key: str, **values: object) -> str:
        """A word of this page."""
        return wording(f"received_pages.{key}", self.language, **values)

    async def fetch(self) -> None:
        """Make the file and hand it to the browser."""
        made = await self.saved(exporting.exported, form=self.form.text)
        if made is not None:
            name, content = made
            ui.download.content(content, name)
