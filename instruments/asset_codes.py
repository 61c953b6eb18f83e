"""Asset codes of the whole world: the GIAI of GS1, made of a body's company prefix and its own code of the thing.

Source: GS1 General Specifications, 3.9.2 (AI 8004) and figure 7.11-1 (the 82 characters); GS1 Digital Link 1.4.
"""

import string
from datetime import date
from urllib.parse import quote

from sqlmodel import Session, col, select

from instruments.dated import in_force
from instruments.fact_models import CompanyPrefix
from instruments.models import Instrument
from uncertainty.errors import Invalid, Refused

AI = "8004"
MOST_CHARACTERS = 30
LEAST_PREFIX, MOST_PREFIX = 6, 12
CHARACTERS = frozenset(string.ascii_letters + string.digits + "!\"%&'()*+,-./:;<=>?_")


def check_prefix(prefix: str) -> str:
    """A company prefix without the blanks between its groups.

    Raises:
        Invalid: it is not 6 to 12 digits.
    """
    bare = "".join(prefix.split())
    if not (bare.isascii() and bare.isdigit() and LEAST_PREFIX <= len(bare) <= MOST_PREFIX):
        raise Invalid("facts.prefix_form", prefix=prefix, least=LEAST_PREFIX, most=MOST_PREFIX)
    return bare


def giai(prefix: str, reference: str) -> str:
    """The Global Individual Asset Identifier of a thing; it has no check digit.

    Args:
        prefix: the company prefix, 6 to 12 digits.
        reference: the body's own code of the thing.

    Raises:
        Invalid: the reference is empty, too long with the prefix, or holds a character that GS1 does not permit.
    """
    whole = check_prefix(prefix) + reference
    wrong = "".join(sorted(set(reference) - CHARACTERS))
    if not reference or wrong or len(whole) > MOST_CHARACTERS:
        raise Invalid("facts.giai_form", code=reference, wrong=wrong or "–", length=len(whole), most=MOST_CHARACTERS)
    return whole


def company_prefix(session: Session, body_id: str, day: date) -> str:
    """The company prefix of a body on a day; empty where it has none."""
    held = in_force(session.exec(select(CompanyPrefix).where(col(CompanyPrefix.body_id) == body_id)), day)
    return held.prefix if held else ""


def give_giai(session: Session, instrument: Instrument, day: date) -> str:
    """The GIAI given to an instrument by the body that keeps it (else by its owner); once given it stays.

    Returns:
        The code; empty where the body has no company prefix.

    Raises:
        Invalid: the instrument's own code is no reference that GS1 permits.
        Refused: another instrument has that GIAI.
    """
    if instrument.giai:
        return instrument.giai
    prefix = company_prefix(session, instrument.keeper_id or instrument.owner_id, day)
    if not prefix:
        return ""
    code = giai(prefix, instrument.code)
    taken = session.exec(select(Instrument).where(col(Instrument.giai) == code)).first()
    if taken is not None:
        raise Refused("facts.giai_taken", giai=code, code=taken.code)
    instrument.giai = code
    session.add(instrument)
    session.flush()
    return code


def by_giai(session: Session, code: str) -> Instrument | None:
    """The instrument with a GIAI, or None."""
    return session.exec(select(Instrument).where(col(Instrument.giai) == code)).one_or_none()


def link_of(public_address: str, instrument: Instrument) -> str:
    """The address on a label that opens the record: a GS1 Digital Link where there is a GIAI, else our own.

    The part before the path is in capitals, which scanners take alike: a code of capitals and digits is smaller.

    Args:
        public_address: the laboratory's own, `https://name`.
        instrument: the instrument.
    """
    scheme, _, rest = public_address.rstrip("/").partition("://")
    host, slash, path = rest.partition("/")
    base = f"{scheme}://{host}".upper() + slash + path
    if instrument.giai:
        return f"{base}/{AI}/{quote(instrument.giai, safe='')}"
    return f"{base}/I/{quote(instrument.code, safe='')}"
