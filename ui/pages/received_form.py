"""A form that begins with a file from outside: given, read, shown as what it would become."""

from abc import abstractmethod
from collections.abc import Callable
from typing import Generic, TypeVar

from nicegui import ui

from lims.laboratory import Laboratory
from lims.people import Actor
from lims.receiving import LARGEST_FILE, MEGABYTE
from ui.components.file_field import file_field
from ui.desk import Note
from ui.pages.registry_form import Form
from ui.session import Visit
from uncertainty.wording import wording

Read = TypeVar("Read")


class ReceivedForm(Form, Generic[Read]):
    """The first step of every such form; what follows is drawn into `place`, and goes when another file comes."""

    place: ui.element

    def __init__(self, visit: Visit, read: Callable[[Laboratory, Actor, bytes, str], Read]) -> None:
        """Keep how a file is read; nothing is read yet."""
        super().__init__(visit)
        self.received: Read | None = None
        self._read = read

    def say(self, key: str, **values: object) -> str:
        """A word of these pages."""
        return wording(f"received_pages.{key}", self.language, **values)

    def file_step(self, name: str, accepted: str) -> None:
        """The field for the file, and the place of what is refused.

        Args:
            name: beginning of the keys of its words.
            accepted: the kinds that the browser offers.
        """
        file_field(
            self.say(f"{name}_file_field"), self.say(f"{name}_file_hint", most=LARGEST_FILE // MEGABYTE), accepted,
            self.take, most=LARGEST_FILE, too_large=self.too_large, drop=self.say("drop_here"),
            choose=self.say("choose_file"),
        )  # fmt: skip
        self.note = Note(self.language)

    def too_large(self) -> None:
        """Say that the browser has refused a file."""
        assert self.note is not None
        self.note.say_text(self.say("file_rejected", most=LARGEST_FILE // MEGABYTE))

    async def take(self, content: bytes, name: str) -> None:
        """Read a file and show what it would become; a refused one leaves nothing on the page."""
        self.place.clear()
        self.received = await self.saved(self._read, content, name)
        if self.received is not None:
            await self.show_read()

    @abstractmethod
    async def show_read(self) -> None:
        """Show what the file would become by what is most likely."""
