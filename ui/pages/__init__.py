"""Pages: one task, one file. Each registers itself for a laboratory; none holds a rule."""

from lims.laboratory import Laboratory
from ui.pages import accounts, approval, competences, job, my_work, reception
from ui.pages import instrument as one_instrument
from ui.pages import instruments as instrument_lists
from ui.sockets import Sockets


def offer(lab: Laboratory, sockets: Sockets) -> None:
    """Register every page of the application."""
    for page in (my_work, reception, job, approval, instrument_lists, one_instrument, accounts, competences):
        page.offer(lab, sockets)
