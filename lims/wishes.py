"""What a customer wishes of its certificates: machine-readable data inside, a notice when one is issued."""

from instruments import bodies
from instruments.models import Body, BodyPolicy
from lims.attached_data import WISH
from lims.errors import Invalid, Refused
from lims.step import Act, step

WISHES = (WISH,)


@step(permission="registry.customer", clause="ISO/IEC 17025, 7.1.1")
def record_wish(act: Act, *, centre_id: str, customer_id: str, name: str, text: str) -> BodyPolicy:
    """Record what a customer asked for, from today on; what is approved already stays as it was seen."""
    if name not in WISHES:
        raise Invalid("wishes.unknown", name=name, known=", ".join(WISHES))
    customer = act.session.get(Body, customer_id)
    if customer is None or customer.kind != "customer":
        raise Refused("lims.not_found")
    return bodies.decide_policy(act.session, customer_id, name, text, act.day)
