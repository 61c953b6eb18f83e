"""The top bar: mark, four to six words, search, language, who. Plain links, so that it works before any script."""

from dataclasses import dataclass

from markupsafe import Markup

from ui.components.appearance_switch import Appearance, appearance_switch
from ui.components.brand import brand
from ui.components.language_switch import language_switch
from ui.components.markup import icon, join, tag
from uncertainty.wording import wording


@dataclass(frozen=True)
class NavLink:
    """A word of the navigation: where it leads, whether it is here, and how many acts wait for this person."""

    word: str
    href: str
    icon: str
    here: bool = False
    count: int = 0


AT_THE_FOOT = 4
"""How many words the foot of a phone takes; the others stand in the menu behind the initials."""

IN_THE_BAR = 6
"""How many words the bar of a desk takes beside the search; the others stand in the same menu."""


@dataclass(frozen=True)
class Person:
    """Who is signed in: name, role and body in words, initials, and the identity that a page compares."""

    name: str
    role: str
    identity: str = ""

    @property
    def initials(self) -> str:
        """First and last word's letters, or the first of the only word."""
        words = self.name.split()
        return "".join(word[0] for word in ([words[0], words[-1]] if len(words) > 1 else words)).upper()


@dataclass(frozen=True)
class TopBar:
    """What the bar needs; `back` is the path of this page, `seek` where the search leads (none: no search)."""

    person: Person
    links: tuple[NavLink, ...]
    appearance: Appearance
    back: str
    seek: str = "/instruments"
    seek_text: str = ""


def top_bar(bar: TopBar, language: str) -> Markup:
    """The bar; the page's content follows with the id `content`, to which the first link skips."""
    inside = tag(
        "div",
        brand(),
        _navigation(bar.links, language),
        _search(bar, language) if bar.seek else None,
        language_switch(language, bar.back),
        _who(bar, language),
        class_="c-top__in",
    )
    skip = tag("a", wording("screens.skip", language), href="#content", class_="c-skip")
    return join(skip, tag("header", inside, class_="c-top"))


def bottom_bar(links: tuple[NavLink, ...], language: str) -> Markup:
    """The same words at the foot of a phone: four of them."""
    items = [
        tag("a", icon(one.icon, 20), one.word, href=one.href, aria_current="page" if one.here else None)
        for one in links[:AT_THE_FOOT]
    ]
    return tag("nav", *items, class_="c-bottom", aria_label=wording("screens.navigation_foot", language))


def demo_line(language: str) -> Markup:
    """The thin brass line of every page of a demonstration."""
    return tag("p", wording("screens.demonstration", language), class_="c-demo", role="note")


def _navigation(links: tuple[NavLink, ...], language: str) -> Markup:
    items = []
    for one in links[:IN_THE_BAR]:
        waiting = wording("screens.waiting_for_you", language, count=one.count)
        count = join(
            tag("span", str(one.count), class_="c-count", aria_hidden="true"), tag("span", waiting, class_="c-hidden")
        )
        items.append(
            tag("a", one.word, count if one.count else None, href=one.href, aria_current="page" if one.here else None)
        )
    return tag("nav", *items, class_="c-nav", aria_label=wording("screens.navigation", language))


def _search(bar: TopBar, language: str) -> Markup:
    words = wording("screens.search", language)
    field = tag(
        "input", type="search", name="q", value=bar.seek_text or None, placeholder=words, aria_label=words,
        autocomplete="off", maxlength=200, id="seek",
    )  # fmt: skip
    form = tag(
        "form", icon("search"), field, tag("kbd", "Ctrl K", class_="c-kbd", aria_hidden="true"),
        action=bar.seek, method="get", role="search", class_="c-seek",
    )  # fmt: skip
    return join(form, tag("a", icon("search", 20), href=bar.seek, class_="c-seek__open", aria_label=words))


def _who(bar: TopBar, language: str) -> Markup:
    person = bar.person
    name = tag("span", person.name, tag("span", person.role, class_="c-who__role"), class_="c-who__name")
    initials = tag("span", person.initials, class_="c-avatar", aria_hidden="true")
    summary = tag("summary", name, initials, aria_label=f"{person.name}, {person.role}")
    further = [_in_menu(one) for one in bar.links[IN_THE_BAR:]]
    on_phone = [_in_menu(one) for one in bar.links[AT_THE_FOOT:IN_THE_BAR]]
    leave = tag("button", icon("log-out"), wording("screens.sign_out", language), type="submit")
    menu = tag(
        "div",
        tag("div", f"{person.name} · {person.role}", class_="c-menu__title c-narrow"),
        appearance_switch(bar.appearance, bar.back, language),
        tag("div", language_switch(language, bar.back, full=True), class_="c-narrow"),
        tag("hr", class_=None if further else "c-narrow") if further or on_phone else None,
        tag("div", *on_phone, class_="c-narrow") if on_phone else None,
        *further,
        tag("hr"),
        tag("form", leave, action="/sign-out", method="post"),
        class_="c-menu",
    )
    return tag("details", summary, menu, class_="c-who", data_person=person.identity or None)


def _in_menu(one: NavLink) -> Markup:
    """A word of the navigation as it stands in the menu."""
    return tag("a", icon(one.icon), one.word, href=one.href, aria_current="page" if one.here else None)
