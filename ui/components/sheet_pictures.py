"""The certificate as it will be printed: one page at a time, as a picture of the very file."""

from dataclasses import dataclass

from nicegui import ui

from ui.components.markup import tag
from uncertainty.wording import wording


@dataclass(frozen=True)
class SheetPictures:
    """Title, addresses of the pages in their order, of the file; what is certified and its result, for the words."""

    title: str
    pages: tuple[str, ...]
    file: str
    item: str
    result: str


def sheet_pictures(shown: SheetPictures, language: str) -> None:
    """The panel: links to the pages and the file in its head, the page below."""
    links: list[ui.button] = []
    with ui.element("section").classes("c-sheetview"):
        with ui.element("div").classes("c-sheetview__head"):
            ui.html(tag("span", shown.title), tag="h2").classes("c-section")
            with ui.element("div").classes("c-panel__beside"):
                for index in range(len(shown.pages)):
                    words = wording("pages.sheet_page", language, number=index + 1)
                    one = ui.button(words, color=None).props("flat no-caps :ripple=false").classes("c-pagelink")
                    links.append(one)
                file = tag(
                    "a", wording("pages.sheet_file", language), href=shown.file, target="_blank", class_="c-link"
                )
                ui.html(file)
        picture = ui.html("")

    def show(index: int) -> None:
        words = wording(
            "pages.sheet_alternative", language, number=index + 1, count=len(shown.pages), item=shown.item,
            result=shown.result,
        )  # fmt: skip
        picture.content = tag(
            "img", src=shown.pages[index], alt=words, class_="c-sheetview__page", width=520, height=735
        )
        for place, one in enumerate(links):
            one.props["aria-pressed"] = "true" if place == index else "false"
            one.update()

    for index, one in enumerate(links):
        one.on_click(lambda index=index: show(index))
    show(0)
