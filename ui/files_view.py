"""Photographs and documents of an instrument, as the pages want them. Nothing is decided here."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from markupsafe import Markup

from instruments.fact_models import InstrumentFile
from ui.components.chip import chip
from ui.components.markup import Child, icon, tag
from ui.components.panel import panel_markup
from ui.numbers import as_typed, day
from uncertainty.wording import wording

MOST_SHOWN: Final = 6
_KILO, _MEGA = 1_000, 1_000_000


def _word(key: str, language: str, **values: object) -> str:
    return wording(f"files.{key}", language, **values)


def size_words(size: int, language: str) -> str:
    """A number of bytes as people read it."""
    if size < _MEGA:
        return f"{max(1, round(size / _KILO))}\u00a0kB"
    return f"{as_typed(f'{size / _MEGA:.1f}', language)}\u00a0MB"


def file_path(code: str, one: InstrumentFile) -> str:
    """The address of a file."""
    return f"/files/{quote(code, safe='')}/{one.sha256}"


def picture(code: str, one: InstrumentFile, language: str) -> Markup:
    """The thumbnail of a picture, which opens the picture itself."""
    path = file_path(code, one)
    drawn = tag("img", src=f"{path}/thumbnail", alt=_word("open", language, title=one.title), loading="lazy")
    return tag("a", drawn, href=path, target="_blank", rel="noopener", class_="c-photo__frame")


def photo(code: str, one: InstrumentFile, language: str) -> Markup:
    """A photograph with what stands below it."""
    dated = day(one.taken_on) if one.taken_on else ""
    told = tag("span", one.title, tag("span", dated, class_="c-name__more") if dated else None, class_="c-photo__title")
    return tag("div", picture(code, one, language), told, class_="c-photo")


def document(code: str, one: InstrumentFile, language: str) -> Markup:
    """A document: its title, which downloads it, and what it is."""
    said = [one.name, size_words(one.size, language)]
    if one.taken_on:
        said.append(_word("dated", language, day=day(one.taken_on)))
    title = tag("a", icon("download"), one.title, href=file_path(code, one), class_="c-link c-document__title")
    return tag("div", title, tag("span", " · ".join(said), class_="c-name__more"), class_="c-document")


def told_of(one: InstrumentFile, language: str) -> Markup:
    """Who attached it when, and whether the customer sees it."""
    said = _word("added", language, by=one.added_by, day=day(one.valid_from))
    seen = chip(_word("for_customer", language), "ok", "circle-check") if one.shown_to_id else None
    return tag("p", tag("span", said, class_="c-quiet"), seen, class_="c-document__told")


def is_photograph(one: InstrumentFile) -> bool:
    """Whether it is shown as a picture among the photographs."""
    return one.kind == "photograph" and one.thumbnail_sha256 is not None


def files_summary(code: str, files: Sequence[InstrumentFile], acts: Child, language: str) -> Markup:
    """The panel on an instrument's page: the latest photographs, the documents, and the way to all of them."""
    photos = [one for one in reversed(files) if is_photograph(one)]
    documents = [one for one in reversed(files) if not is_photograph(one)]
    body: list[Child] = []
    if photos:
        shown = [tag("li", photo(code, one, language)) for one in photos[:MOST_SHOWN]]
        body.append(tag("ul", *shown, class_="c-photos c-photos--small"))
    if documents:
        listed = [tag("li", document(code, one, language)) for one in documents[:MOST_SHOWN]]
        body.append(tag("ul", *listed, class_="c-documents"))
    if not body:
        body.append(tag("p", _word("none", language), class_="c-quiet"))
    hint = _word("count", language, count=len(files)) if len(files) > 1 else ""
    return panel_markup(_word("title", language), *body, beside=acts, hint=hint)
