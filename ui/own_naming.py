"""On the customer's own list: whether its name may stand on the public page, changed by one press. Plain HTTP."""

from markupsafe import Markup

from lims import public_names
from lims.errors import Refused
from lims.people import CUSTOMER
from lims.public_names import OwnNaming
from ui.components.markup import tag
from ui.components.panel import panel_markup
from ui.numbers import day
from ui.session import Visit
from uncertainty.wording import wording

PATH = "/certificates/naming"


def own_naming(visit: Visit) -> Markup:
    """One panel with a row for each customer that the person stands for; nothing for others."""
    if not visit.me.is_a(CUSTOMER):
        return Markup("")
    rows = [_row(one, visit.language) for one in public_names.own_namings(visit.lab, visit.actor)]
    says = tag("p", wording("naming.own_says", visit.language), class_="c-second")
    return panel_markup(wording("naming.own_title", visit.language), tag("div", says, *rows, class_="c-stack"))


def _row(one: OwnNaming, language: str) -> Markup:
    """The customer, what is settled since when, and the button that changes it."""

    def hidden(name: str, value: str) -> Markup:
        return tag("input", type="hidden", name=name, value=value)

    state = "shown" if one.shown else "withheld"
    said = wording(f"naming.own_{state}", language)
    if one.since is not None:
        said = wording("naming.own_since", language, state=said, day=day(one.since))
    words = wording("naming.own_withhold" if one.shown else "naming.own_show", language)
    return tag(
        "form",
        tag("p", tag("b", one.name.text(language)), ": ", said),
        hidden("customer", one.customer_id), hidden("shown", "no" if one.shown else "yes"),
        tag("div", tag("button", words, class_="c-btn", type="submit"), class_="c-form__acts"),
        method="post", action=PATH, class_="c-stack",
    )  # fmt: skip


def settle(visit: Visit, customer_id: str, *, shown: bool) -> None:
    """Record the customer's own choice; the reason on record is that it was made here, by itself.

    Raises:
        Refused: the person does not stand for this customer.
    """
    if customer_id not in {one.customer_id for one in public_names.own_namings(visit.lab, visit.actor)}:
        raise Refused("lims.not_found")
    reason = wording("naming.own_reason", visit.language)
    public_names.settle_public_name(visit.lab, visit.actor, customer_id, shown=shown, reason=reason)
