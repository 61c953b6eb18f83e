"""The head of a page: where it is, its title with the number beside it, one line below."""

from dataclasses import dataclass

from markupsafe import Markup

from ui.components.markup import icon, join, link, tag
from uncertainty.wording import wording


@dataclass(frozen=True)
class PageHead:
    """Crumbs (words, path; the last without path), title, the number that identifies it, one line more."""

    title: str
    code: str = ""
    line: str = ""
    crumbs: tuple[tuple[str, str], ...] = ()


def page_head(head: PageHead, language: str) -> Markup:
    """The words of the head; its acts stand beside it as buttons."""
    title = join(head.title, join(" ", tag("span", head.code, class_="c-title__code")) if head.code else None)
    return tag(
        "div",
        _crumbs(head.crumbs, language) if head.crumbs else None,
        tag("h1", title, class_="c-title"),
        tag("p", head.line, class_="c-subtitle") if head.line else None,
        class_="c-head__words",
    )


def _crumbs(crumbs: tuple[tuple[str, str], ...], language: str) -> Markup:
    pieces: list[Markup | str] = []
    for index, (words, href) in enumerate(crumbs):
        if index:
            pieces.append(icon("chevron-right", 14))
        pieces.append(link(words, href, "") if href else tag("span", words, class_="c-code c-quiet"))
    return tag("nav", *pieces, class_="c-crumbs", aria_label=wording("screens.crumbs", language))
