"""Plain pages: templates without script, for the door, the public and the customer."""

from functools import cache, partial
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from lims.laboratory import Laboratory
from ui.components.brand import brand
from ui.components.icons import icon
from ui.components.language_switch import language_switch
from ui.session import appearance_of, language_of, path_of
from uncertainty.wording import wording

_TEMPLATES: Final = Path(__file__).parent / "templates"


@cache
def _environment() -> Environment:
    """The templates; everything that is put into them is escaped, and a name that is missing is an error."""
    return Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip


def plain_page(
    lab: Laboratory, request: Request, template: str, *, status: int = 200, language: str = "", **shown: Any
) -> HTMLResponse:
    """A page drawn from a template.

    Args:
        lab: whose page it is.
        request: what was asked for.
        template: file name in `ui/templates`.
        status: of the answer.
        language: `vi` or `en`; else what this browser prefers.
        shown: what the template names, text that is escaped or markup of our components.
    """
    spoken = language or language_of(lab, request)
    twin = "en" if spoken == "vi" else "vi"
    # A page that was posted to cannot be come back to.
    back = path_of(request) if request.method == "GET" else shown.get("back", "/verify")
    text = _environment().get_template(template).render(
        {
            "language": spoken,
            "twin": twin,
            "say": partial(_say, spoken),
            "also": partial(_say, twin),
            "appearance": appearance_of(request),
            "demonstration": lab.settings.demonstration,
            "brand": brand(),
            "icon": icon,
            "languages": language_switch(spoken, back),
        }
        | shown
    )  # fmt: skip
    return HTMLResponse(text, status_code=status)


def _say(language: str, key: str, **values: object) -> str:
    return wording(key, language, **values)
