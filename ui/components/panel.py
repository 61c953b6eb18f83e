"""A panel: a ruled field with a head; NiceGUI elements or markup go inside."""

from collections.abc import Iterator
from contextlib import contextmanager

from markupsafe import Markup
from nicegui import ui

from ui.components.markup import Child, tag


def panel_markup(title: str, *body: Child, beside: Child = None, hint: str = "", padded: bool = True) -> Markup:
    """A panel all of markup.

    Args:
        title: section title.
        body: what stands in it.
        beside: at the right end of the head.
        hint: quiet words behind the title.
        padded: whether the body keeps a margin (tables do not).
    """
    inside = tag("div", *body, class_="c-panel__body" if padded else None)
    return tag("section", _head(title, beside, hint), inside, class_="c-panel")


@contextmanager
def panel(title: str, *, beside: Child = None, hint: str = "", padded: bool = True) -> Iterator[ui.element]:
    """A panel whose body is filled with elements; yields the head, so that a live piece can stand in it."""
    with ui.element("section").classes("c-panel"):
        with ui.element("div").classes("c-panel__head") as head:
            ui.html(tag("span", title), tag="h2").classes("c-section")
            if hint:
                ui.html(tag("span", hint, class_="c-hint"))
            if beside:
                ui.html(tag("div", beside)).classes("c-panel__beside")
        body = ui.element("div")
        if padded:
            body.classes("c-panel__body")
        with body:
            yield head


def _head(title: str, beside: Child, hint: str) -> Markup:
    return tag(
        "div",
        tag("h2", title, class_="c-section"),
        tag("span", hint, class_="c-hint") if hint else None,
        tag("div", beside, class_="c-panel__beside") if beside else None,
        class_="c-panel__head",
    )
