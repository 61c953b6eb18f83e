"""The files from which an instrument's calibrations were entered: hash, signature, and the file itself."""

from nicegui import ui

from lims import receiving
from lims.receiving import KeptFile
from ui.components.button import button
from ui.components.markup import code, tag
from ui.components.panel import panel
from ui.desk import Note, attempt
from ui.session import Visit
from uncertainty.wording import wording


def files_panel(visit: Visit, kept: tuple[KeptFile, ...]) -> None:
    """One line for each file, with the way to it; nothing where there is none."""
    if not kept:
        return

    def word(key: str, **values: object) -> str:
        return wording(f"received_pages.{key}", visit.language, **values)

    with panel(word("files"), hint=word("files_hint")):
        note = Note(visit.language)
        for one in kept:
            signature = word(f"signature_{one.signature}") if one.signature else ""
            told = tag("span", one.file_name, " · ", code(one.file_sha256[:16]), f" · {signature}" if signature else "")

            async def fetch(calibration_id: str = one.calibration_id) -> None:
                found = await attempt(visit, note, receiving.received_file, calibration_id)
                if found is not None:
                    source, content = found
                    ui.download.content(content, source.file_name, "application/octet-stream")

            with ui.element("div").classes("c-form__acts"):
                ui.html(tag("span", one.certificate_number, " · ", told, class_="c-second"))
                button(word("file_fetch"), fetch, size="small", icon="download")
