"""The result panel: (value ± U) unit, larger than any title, and what belongs to it."""

from dataclasses import dataclass, field

from markupsafe import Markup

from ui.components.chip import chip
from ui.components.interval_strip import Interval, interval_strip
from ui.components.markup import icon, join, symbol, tag
from ui.numbers import NONE, number, quantity
from uncertainty.wording import wording


@dataclass(frozen=True)
class Methods:
    """How first order and Monte Carlo compare: they agree, or by how much U differs in words."""

    agree: bool
    difference: str = ""


@dataclass(frozen=True)
class Result:
    """What the panel shows; numbers are canonical strings as reported.

    Attributes:
        label: name of the measurand in the reader's language.
        symbol: as the model writes it.
        value: None while nothing can be computed.
        expanded: U; None with the value.
        unit: as shown.
        coverage_factor: k.
        coverage_probability: in per cent, `95`.
        degrees_of_freedom: as shown, `∞` where infinite.
        provisional: why the result is not final, in words ("from 2 of 3 series"); empty when it is.
        interval: against its limits, where there are any.
        limits: what the limits are, in words ("MPE of class M1").
        methods: None as long as no Monte Carlo run stands beside the first order.
        preview: that the figures look ahead to a distribution that is not simulated yet, in words; empty otherwise.
        terms: further figures such as the CMC, (label, text).
        signed: whether the value carries its sign: errors and deviations do.
    """

    label: str
    symbol: str
    value: str | None
    expanded: str | None
    unit: str
    coverage_factor: str = ""
    coverage_probability: str = ""
    degrees_of_freedom: str = ""
    provisional: str = ""
    interval: Interval | None = None
    limits: str = ""
    methods: Methods | None = None
    preview: str = ""
    terms: tuple[tuple[str, str], ...] = field(default=())
    signed: bool = False


def result_panel(result: Result, language: str, *, live: bool = True) -> Markup:
    """The panel as markup.

    Args:
        result: what is shown.
        language: `vi` or `en`.
        live: whether changes are read out (the page must not change it more than once a second).
    """
    left = tag("div", _label(result, language), result_value(result, language), _terms(result, language))
    right = tag("div", _methods(result, language), *_limits(result, language), class_="c-result__side")
    return tag("div", left, right, class_="c-result", aria_live="polite" if live else None)


def result_value(result: Result, language: str, class_: str = "c-result__value") -> Markup:
    """`(value ± U) unit` with quiet brackets, or a dash with the unit while there is none."""
    if result.value is None or result.expanded is None:
        return tag("p", NONE, " ", tag("span", result.unit, class_="c-result__unit"), class_=class_)
    value = number(result.value, language, sign=result.signed)
    return tag(
        "p",
        tag("span", tag("span", "(", class_="c-thin"), value, class_="c-result__part"),
        tag("span", "\u00a0± ", class_="c-thin"),
        tag(
            "span",
            number(result.expanded, language),
            tag("span", ")", class_="c-thin"),
            tag("span", f"\u00a0{result.unit}", class_="c-result__unit"),
            class_="c-result__part",
        ),
        class_=class_,
    )


def _label(result: Result, language: str) -> Markup:
    waits = chip(wording("screens.provisional", language, why=result.provisional), "soon", "clock")
    return tag(
        "p",
        tag("span", join(result.label, " ", symbol(result.symbol) if result.symbol else None)),
        waits if result.provisional else None,
        class_="c-result__label",
    )


def _terms(result: Result, language: str) -> Markup | None:
    if result.value is None:
        return None
    terms: list[Markup] = []
    if result.coverage_factor:
        terms.append(tag("span", tag("i", "k"), " = ", tag("b", number(result.coverage_factor, language))))
    if result.coverage_probability:
        probability = quantity(result.coverage_probability, "%", language)
        terms.append(tag("span", tag("i", "P"), " ≈ ", tag("b", probability)))
    if result.degrees_of_freedom:
        terms.append(tag("span", symbol("ν_eff"), " = ", tag("b", result.degrees_of_freedom)))
    terms += [tag("span", label, " ", tag("b", text)) for label, text in result.terms]
    return tag("p", *terms, class_="c-result__terms")


def _methods(result: Result, language: str) -> Markup | None:
    if result.preview:
        return tag("p", icon("clock"), tag("span", result.preview), class_="c-result__methods")
    if result.methods is None:
        return None
    if result.methods.agree:
        words = join(icon("check"), tag("span", wording("screens.methods_agree", language)))
        return tag("p", words, class_="c-result__methods")
    differ = wording("screens.methods_differ", language, difference=result.methods.difference)
    return tag("p", icon("triangle-alert"), tag("span", differ), class_="c-result__methods c-warn")


def _limits(result: Result, language: str) -> list[Markup | None]:
    if result.interval is None:
        return [tag("p", result.limits) if result.limits else None]
    strip = interval_strip(result.interval, language)
    upper, lower = result.interval.upper, result.interval.lower
    if upper == lower.lstrip("-"):
        figures = f"±{quantity(upper, result.interval.unit, language)}"
    else:
        upper_shown = quantity(upper, result.interval.unit, language, sign=True)
        figures = f"{number(lower, language, sign=True)}…{upper_shown}"
    return [strip, tag("p", result.limits, " ", tag("b", figures))]
