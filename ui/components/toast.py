"""A toast: only for what cannot be seen on the page; never an error."""

from typing import Final, Literal

from nicegui import ui

_MILLISECONDS: Final = 5000


def toast(text: str, *, weight: Literal["done", "warn"] = "done", stays: bool = False) -> None:
    """A line at the lower left for five seconds.

    Args:
        text: in the reader's language; shown as text, never as markup.
        weight: green edge, or amber.
        stays: until it is closed.
    """
    modifier = "c-toast" if weight == "done" else "c-toast c-toast--warn"
    ui.notify(
        text,
        position="bottom-left",
        timeout=0 if stays else _MILLISECONDS,
        classes=modifier,
        group=False,
        close_button=False,
        html=False,
    )
