"""The frame of every application page: top bar, demonstration line, the content in one column of the grid."""

from collections.abc import Iterator
from contextlib import contextmanager

from nicegui import ui

from lims.people import ADMINISTRATOR, CUSTOMER, LABORATORY_ROLES, QUALITY_MANAGER
from ui.components.markup import Child, tag
from ui.components.page_head import PageHead, page_head
from ui.components.top_bar import NavLink, Person, TopBar, bottom_bar, demo_line, top_bar
from ui.session import Visit
from ui.theme import dress
from uncertainty.wording import wording


def top_bar_of(visit: Visit, here: str, *, waiting: int = 0, seek_text: str = "") -> TopBar:
    """The bar of a person: only the words whose pages this person may open.

    Args:
        visit: whose page it is.
        here: path of the word that is marked.
        waiting: how many acts wait for this person.
        seek_text: what was searched for.
    """
    me, language = visit.me, visit.language
    links: list[tuple[str, str, str, int]] = []
    staff = me.is_a(*LABORATORY_ROLES)
    if staff:
        links += [
            ("nav_work", "/", "clipboard-list", waiting),
            ("nav_instruments", "/instruments", "scale", 0),
            ("nav_standards", "/standards", "layers", 0),
        ]
    if staff or me.is_a(CUSTOMER):
        links.append(("nav_certificates", "/certificates", "file-check", 0))
        links.append(("due.nav", "/due", "calendar-days", 0))
    if me.is_a(CUSTOMER) and not staff:
        links.append(("scopes.nav", "/who-can", "search", 0))
    if me.is_a(QUALITY_MANAGER):
        links.append(("impact.nav", "/impact", "history", 0))
    if me.is_a(QUALITY_MANAGER):
        links.append(("nav_competences", "/competences", "shield-check", 0))
    if me.is_a(QUALITY_MANAGER):
        links.append(("bodies.nav_scopes", "/scopes", "file-check", 0))
    if me.is_a(ADMINISTRATOR):
        links.append(("nav_accounts", "/accounts", "users", 0))
        links.append(("bodies.nav", "/bodies", "layers", 0))
        links.append(("renewal.nav", "/certificates/renewals", "hourglass", 0))
    shown = tuple(
        NavLink(wording(word if "." in word else f"screens.{word}", language), path, icon, path == here, count)
        for word, path, icon, count in links
    )
    return TopBar(
        Person(me.name, role_words(visit), me.person_id),
        shown,
        visit.appearance,
        visit.path,
        "/instruments" if staff else "",
        seek_text,
    )


def role_words(visit: Visit) -> str:
    """Roles and bodies of a person in words, as they stand below the name."""
    roles = sorted({role for role, _ in visit.me.roles})
    bodies = sorted({visit.me.bodies[body].text(visit.language) for _, body in visit.me.roles})
    words = ", ".join(wording(f"screens.role_{role}", visit.language) for role in roles)
    return " · ".join([words, *bodies[:1]]) if bodies else words


@contextmanager
def frame(
    visit: Visit, head: PageHead, *, here: str, waiting: int = 0, seek_text: str = "", foot: bool = False
) -> Iterator[ui.element]:
    """A page: its frame and head are drawn, what follows goes below; yields the place of the head's acts.

    Args:
        visit: whose page it is.
        head: crumbs, title, number, line.
        here: path of the word that is marked in the bar.
        waiting: how many acts wait for this person.
        seek_text: what was searched for.
        foot: whether a bar with acts stands at the foot.
    """
    dress(visit.language, visit.appearance)
    ui.page_title(f"{head.code or head.title} · Chuẩn")
    bar = top_bar_of(visit, here, waiting=waiting, seek_text=seek_text)
    ui.html(top_bar(bar, visit.language))
    if visit.me.demonstration:
        ui.html(demo_line(visit.language))
    if not foot:
        ui.html(bottom_bar(bar.links, visit.language))
    page = ui.element("div").classes("c-page").props("id=content tabindex=-1")
    if foot:
        page.classes("c-page--bar")
    with page:
        with ui.element("div").classes("c-head"):
            ui.html(page_head(head, visit.language)).classes("c-head__words")
            acts = ui.element("div").classes("c-acts")
        with ui.element("div").classes("c-stack"):
            yield acts


def message(visit: Visit, text: str, *, here: str = "/") -> None:
    """A page that only says something: what was asked for does not exist, or not for this person."""
    what, _, more = text.partition(". ")
    with frame(visit, PageHead(what), here=here):
        ui.html(tag("p", more))
        home: Child = tag("a", wording("screens.home", visit.language), href="/", class_="c-link")
        ui.html(tag("p", home))
