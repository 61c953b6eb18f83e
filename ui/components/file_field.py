"""A field that takes one file: chosen or dropped, sent at once, handed over as bytes with its name."""

from collections.abc import Awaitable, Callable

from nicegui import events, ui

from ui.components.button import button
from ui.components.markup import tag

Taken = Callable[[bytes, str], Awaitable[None]]


def file_field(
    label: str, hint: str, accepted: str, taken: Taken, *, drop: str, choose: str, most: int,
    too_large: Callable[[], None],
) -> None:  # fmt: skip
    """The field.

    Args:
        label: what file is asked for.
        hint: which kinds, and how large.
        accepted: the kinds that the browser offers, as its input wants them; the act looks at the bytes.
        taken: what happens with bytes and name.
        drop: what stands where a file is dropped.
        choose: what the button says.
        most: most bytes.
        too_large: what happens where a file is larger or of another kind.
    """

    async def arrived(event: events.UploadEventArguments) -> None:
        content = await event.file.read()
        name = event.file.name
        event.sender.reset()  # type: ignore[attr-defined]
        await taken(content, name)

    with ui.element("div").classes("c-box c-file"):
        ui.html(tag("p", label, tag("span", f" {hint}", class_="c-label__hint"), class_="c-label"))
        made = ui.upload(
            auto_upload=True, max_files=1, max_file_size=most, on_upload=arrived, on_rejected=lambda _: too_large()
        )
        made.props("flat bordered square hide-upload-btn no-thumbnails").classes("c-file__drop")
        made.props["accept"] = accepted
        # Quasar's own head is an unnamed button around the input: here the input has a label, and the button is ours.
        with made.add_slot("header"), ui.element("div").classes("c-file__head"):
            with ui.element("label").classes("c-file__label"):
                ui.html(tag("span", drop))
                ui.element("q-uploader-add-trigger")
            button(choose, lambda: made.run_method("pickFiles"), size="small", icon="upload")
