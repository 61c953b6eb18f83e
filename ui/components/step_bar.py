"""The step bar: where a job stands on its six steps, drawn as equal parts of a scale."""

from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from ui.components.markup import icon, join, tag
from uncertainty.wording import wording


@dataclass(frozen=True)
class StepPart:
    """One step: its title, who and when (done), what is missing (now), who will do it (ahead)."""

    title: str
    detail: str
    state: Literal["done", "now", "ahead"]


def step_bar(parts: tuple[StepPart, ...], language: str) -> Markup:
    """The bar for the desk and, for a phone, its dashes with one sentence. Steps are taken by acts, never here."""
    wide = tag(
        "ol",
        *(_part(part, language) for part in parts),
        class_="c-panel c-steps",
        aria_label=wording("screens.steps", language),
    )
    return join(wide, _dashes(parts, language))


def _part(part: StepPart, language: str) -> Markup:
    done = join(icon("check"), tag("span", wording("screens.step_done", language), class_="c-hidden"))
    return tag(
        "li",
        tag("span", done if part.state == "done" else None, part.title, class_="c-steps__title"),
        tag("span", part.detail, class_="c-steps__detail", title=part.detail or None),
        class_=f"c-steps__{part.state}",
        aria_current="step" if part.state == "now" else None,
    )


def _dashes(parts: tuple[StepPart, ...], language: str) -> Markup:
    dashes = tag("div", *(tag("i", class_=f"c-dashes__{part.state}") for part in parts), class_="c-dashes__row")
    here = next((index for index, part in enumerate(parts) if part.state == "now"), len(parts) - 1)
    part = parts[here]
    where = wording("screens.step_of", language, number=here + 1, count=len(parts), title=part.title)
    return tag(
        "div",
        tag("div", dashes, aria_hidden="true"),
        tag("p", tag("b", where), f" · {part.detail}" if part.detail else None),
        class_="c-dashes",
    )
