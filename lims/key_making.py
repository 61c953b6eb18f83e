"""A test authority of the laboratory's own, and the keys that it gives to bodies and signatories (`lims keys init`)."""

import json
import re
from dataclasses import asdict, dataclass
from datetime import timedelta

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from sqlmodel import Session, col, select

from certificates.authority import (
    PERSON,
    SEAL,
    Authority,
    Issued,
    certify,
    found_authority,
    revocation_lists,
)
from certificates.keys import SigningKey, from_pkcs12, to_pkcs12
from instruments.bodies import name_on
from instruments.models import Body
from lims.clock import local_day
from lims.keys import KEYS_FILE, KeyEntry, KeyRing, KeySettings, write_private
from lims.laboratory import Laboratory
from lims.people import PERMISSIONS, SYSTEM_ACTOR
from lims.step import Act, step
from lims.store.tables import Account, Letterhead, Person, RoleGrant

ROOT, ISSUING = "root", "issuing"
MOST_SAID = 4_000
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Holder:
    """Who is to have a key: a body for its seal, or a signatory."""

    use: str
    holder: str
    name: str
    organisation: str


def make_keys(lab: Laboratory) -> list[KeyEntry]:
    """Give a test key to each body with a letterhead and to each person who may authorise its certificates.

    Whoever has a key keeps it: run again, it adds only what is missing.

    Returns:
        The keys that were made.

    Raises:
        Refused: the authority that stands there cannot be opened with this pass phrase.
    """
    ring = lab.keys
    begins = lab.clock.now().replace(microsecond=0) - HOUR
    said = ring.settings()
    holders = [one for one in _holders(lab) if ring.entry(one.use, one.holder) is None]
    if not holders:
        return []
    authority = _authority(ring) or _new_authority(lab)
    made: dict[KeyEntry, bytes] = {}
    said_of = []
    for one in holders:
        issued = certify(authority, one.name, one.organisation, one.use, begins)
        entry = KeyEntry(one.use, one.holder, file=f"{one.use}-{_plain(one.holder)}.p12", test=True)
        made[entry] = to_pkcs12(issued, authority.chain, ring.pass_phrase)
        said_of.append(f"{entry.use} {entry.holder} {issued.certificate.fingerprint(SHA256()).hex()[:16]}")
    enter_keys(lab, SYSTEM_ACTOR, certificates=said_of)
    for entry, content in made.items():
        write_private(ring.folder / entry.file, content)
    roots, lists = f"{ROOT}.pem", (f"{ROOT}.crl", f"{ISSUING}.crl")
    settings = KeySettings(
        said.level, said.time_stamp_authority,
        said.roots if roots in said.roots else (*said.roots, roots),
        said.revocation_lists if lists[0] in said.revocation_lists else (*said.revocation_lists, *lists),
        said.fetching, (*said.key, *made),
    )  # fmt: skip
    write_private(ring.folder / KEYS_FILE, _toml(settings).encode("utf-8"))
    return list(made)


@step(permission="keys.enter", network=True, clause="ISO/IEC 17025, 7.11.3")
def enter_keys(act: Act, *, certificates: list[str]) -> None:
    """Put on record which keys come into use: of whom, and the beginning of the SHA-256 of each certificate."""
    said = "; ".join(certificates)
    act.reason = said if len(said) <= MOST_SAID else f"{said[: MOST_SAID - 1]}…"


def _authority(ring: KeyRing) -> Authority | None:
    """The test authority that stands in the folder."""
    if not (ring.folder / f"{ISSUING}.p12").is_file():
        return None
    keys = []
    for name in (ROOT, ISSUING):
        key = from_pkcs12((ring.folder / f"{name}.p12").read_bytes(), ring.pass_phrase, f"{name}.p12")
        keys.append(_issued(key))
    return Authority(*keys)


def _issued(key: SigningKey) -> Issued:
    assert key.private_key is not None
    return Issued(key.private_key, key.certificate)


def _new_authority(lab: Laboratory) -> Authority:
    """A new test authority, written into the folder; the issuing key last, so that it stands there whole or not."""
    ring, begins = lab.keys, lab.clock.now().replace(microsecond=0) - HOUR
    authority = found_authority(_laboratory_name(lab), begins)
    for name, content in zip((ROOT, ISSUING), revocation_lists(authority, begins), strict=True):
        write_private(ring.folder / f"{name}.crl", content)
    for name, one in ((ROOT, authority.root), (ISSUING, authority.issuing)):
        write_private(ring.folder / f"{name}.pem", one.certificate.public_bytes(Encoding.PEM))
        write_private(ring.folder / f"{name}.p12", to_pkcs12(one, authority.chain[1:], ring.pass_phrase))
    return authority


def _laboratory_name(lab: Laboratory) -> str:
    """The name of the body at the top."""
    with lab.store.reading() as session:
        top = session.exec(select(Body).where(col(Body.parent_id).is_(None)).order_by(Body.id)).first()
        return _name(lab, session, top.id) if top else "Chuẩn"


def _name(lab: Laboratory, session: Session, body_id: str) -> str:
    name = name_on(session, body_id, local_day(lab.clock.now(), lab.settings.time_zone))
    return name.name_vi if name else session.get_one(Body, body_id).code


def _holders(lab: Laboratory) -> list[Holder]:
    """The bodies that issue certificates, each with the persons who may authorise them."""
    found: dict[tuple[str, str], Holder] = {}
    with lab.store.reading() as session:
        bodies = session.exec(
            select(Body).join(Letterhead, col(Letterhead.centre_id) == col(Body.id)).distinct().order_by(Body.code)
        ).all()
        for body in bodies:
            name = _name(lab, session, body.id)
            found[SEAL, body.code] = Holder(SEAL, body.code, name, name)
            people = session.exec(
                select(Account.user_name, Person.name)
                .join(Person, col(Person.id) == col(Account.person_id))
                .join(RoleGrant, col(RoleGrant.person_id) == col(Person.id))
                .where(
                    RoleGrant.body_id == body.id,
                    col(RoleGrant.role).in_(PERMISSIONS["certificate.approve"]),
                    col(RoleGrant.ended_on).is_(None),
                )
                .distinct()
                .order_by(Account.user_name)
            )
            for user_name, person in people:
                found.setdefault((PERSON, user_name), Holder(PERSON, user_name, person, name))
    return list(found.values())


def _plain(name: str) -> str:
    """A name as part of a file's name."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", name)


def _toml(settings: KeySettings) -> str:
    """The settings as they are written."""
    lines = [
        "# Keys of this laboratory. `lims keys init` made those of its own test authority; certificates of a provider",
        "# are added here: file = a PKCS#12 file of this folder, or module, token and label of a PKCS#11 token.",
        "# level: B-B, B-T or B-LTA; above B-B, time_stamp_authority is the address of a service.",
    ]
    for name, value in asdict(settings).items():
        if name != "key":
            lines.append(f"{name} = {json.dumps(value, ensure_ascii=False)}")
    for one in settings.key:
        lines += ["", "[[key]]"]
        lines += [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in asdict(one).items() if value]
    return "\n".join(lines) + "\n"
