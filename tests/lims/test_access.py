"""Signing in: tokens, guessing, invitations."""

import statistics
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import select

from lims import access, accounts
from lims.errors import Refused, Stated
from lims.passwords import Passwords
from lims.store.access_tables import AccessSession, OneTimeLink, SecurityEvent
from lims.store.tables import Account
from tests.laboratories import PASSWORD, REASON, SmallLaboratory


def key_of(act: Callable[[], object]) -> str:
    """The key of what is answered instead of a result."""
    with pytest.raises(Stated) as answer:
        act()
    return answer.value.key


def test_a_token_is_fresh_at_each_sign_in_and_only_its_hash_is_kept(small: SmallLaboratory) -> None:
    """Two sign-ins have two tokens of at least 128 bits, and neither stands in the database."""
    first = access.sign_in(small.lab, "bao", PASSWORD)
    second = access.sign_in(small.lab, "bao", PASSWORD)
    assert first.token != second.token
    assert len(first.token) >= 43
    assert first.actor.session_id != second.actor.session_id
    with small.lab.store.reading() as session:
        kept = set(session.exec(select(AccessSession.token_hash)))
    assert not {first.token, second.token} & kept
    access.sign_out(small.lab, first.token)
    assert access.actor_of(small.lab, first.token) is None
    assert access.actor_of(small.lab, second.token) is not None
    access.sign_out(small.lab, "unbekannt")


def test_a_wrong_name_and_a_wrong_password_sound_the_same(small: SmallLaboratory) -> None:
    """Nobody learns from the answer whether an account exists, or is disabled, or has no password yet."""
    accounts.create_account(small.lab, small.actors["admin"], user_name="moi", name="Người Mới")
    with small.lab.store.reading() as session:
        binh = session.exec(select(Account.id).where(Account.user_name == "binh")).one()
    accounts.disable_account(small.lab, small.actors["admin"], binh, reason=REASON)
    said = set()
    for name, password in (("nobody", PASSWORD), ("bao", "sai hoàn toàn"), ("moi", ""), ("moi", PASSWORD),
                           ("binh", PASSWORD)):  # fmt: skip
        with pytest.raises(Refused) as answer:
            access.sign_in(small.lab, name, password)
        said.add(answer.value.text("vi"))
    assert len(said) == 1


def test_known_and_unknown_names_take_the_same_work(laboratory: Callable[[str], SmallLaboratory]) -> None:
    """An unknown name costs a password hash like a known one; the medians differ by less than a third."""
    small = laboratory("sqlite")
    small.lab.passwords = Passwords()
    small.sign_in("bao")  # from here on the hash has the full cost
    took: dict[str, list[float]] = {"bao": [], "nobody": []}
    for _ in range(9):
        for name in took:
            start = time.process_time()
            assert key_of(lambda name=name: access.sign_in(small.lab, name, "sai")) == "lims.sign_in_wrong"  # type: ignore[misc]
            took[name].append(time.process_time() - start)
    known, unknown = statistics.median(took["bao"]), statistics.median(took["nobody"])
    assert abs(known - unknown) < max(known, unknown) / 3


def test_guessing_stops_after_ten_tries_an_hour(small: SmallLaboratory) -> None:
    """The eleventh try within the hour is refused, with the right password too; an hour later it is open again."""
    for _ in range(access.TRIES_PER_HOUR):
        assert key_of(lambda: access.sign_in(small.lab, "bao", "sai")) == "lims.sign_in_wrong"
    assert key_of(lambda: access.sign_in(small.lab, "bao", PASSWORD)) == "lims.too_many_tries"
    assert key_of(lambda: access.sign_in(small.lab, " BAO ", "sai")) == "lims.too_many_tries"
    assert access.sign_in(small.lab, "trang", PASSWORD)
    small.clock.put(small.clock.moment + timedelta(minutes=61))
    assert access.sign_in(small.lab, "bao", PASSWORD)


def test_guessing_many_names_from_one_address_stops(small: SmallLaboratory) -> None:
    """An address that failed too often within the hour is refused whatever the name; another one is not."""
    with small.lab.store.writing() as session:
        for _ in range(access.TRIES_PER_ADDRESS):
            session.add(
                SecurityEvent(at=small.clock.now(), kind="sign_in_failed_from", subject=access._subject("203.0.113.9"))
            )
    assert key_of(lambda: access.sign_in(small.lab, "bao", PASSWORD, "203.0.113.9")) == "lims.too_many_tries"
    assert access.sign_in(small.lab, "bao", PASSWORD, "203.0.113.10")


def test_guessing_a_confirmation_stops(small: SmallLaboratory) -> None:
    """Who has the open page but not the password gets ten tries."""
    job_id = small.job_in("REVIEWED")
    seen = small.seen(job_id)

    def confirm(password: str) -> Callable[[], object]:
        return lambda: access.confirm(
            small.lab, small.actors["trang"], password, act="approve", target_id=job_id, seen=seen
        )

    for _ in range(access.TRIES_PER_HOUR):
        assert key_of(confirm("sai")) == "lims.password_wrong"
    assert key_of(confirm(PASSWORD)) == "lims.too_many_tries"


def test_what_strangers_typed_is_not_kept(small: SmallLaboratory) -> None:
    """The security log keeps a hash of the name and the address, and nothing of the password."""
    key_of(lambda: access.sign_in(small.lab, "mật-khẩu-gõ-nhầm-ô", "Bí-mật-của-tôi", "203.0.113.9"))
    with small.lab.store.reading() as session:
        kept = " ".join(f"{one.kind} {one.subject}" for one in session.exec(select(SecurityEvent)))
    for typed in ("mật-khẩu-gõ-nhầm-ô", "Bí-mật-của-tôi", "203.0.113.9"):
        assert typed not in kept


def invitation(small: SmallLaboratory) -> str:
    """The token of a fresh invitation."""
    return accounts.create_account(
        small.lab, small.actors["admin"], user_name="nguyen.van.moi", name="Nguyễn Văn Người Mới"
    )[1]


def test_an_invitation_serves_once_and_for_a_week(small: SmallLaboratory) -> None:
    """A link is refused when unknown, used or older than a week, and only its hash is kept."""
    token = invitation(small)
    with small.lab.store.reading() as session:
        assert token not in set(session.exec(select(OneTimeLink.token_hash)))
    assert key_of(lambda: access.accept_invitation(small.lab, "x" + token, PASSWORD)) == "lims.link_not_valid"
    assert access.accept_invitation(small.lab, token, PASSWORD) == "nguyen.van.moi"
    assert key_of(lambda: access.accept_invitation(small.lab, token, PASSWORD)) == "lims.link_not_valid"
    assert access.sign_in(small.lab, "nguyen.van.moi", PASSWORD)


def test_an_old_invitation_is_refused(small: SmallLaboratory) -> None:
    """Eight days later the link is worth nothing."""
    token = invitation(small)
    small.clock.put(small.clock.moment + timedelta(days=8))
    assert key_of(lambda: access.accept_invitation(small.lab, token, PASSWORD)) == "lims.link_not_valid"


def test_a_password_is_not_the_name(small: SmallLaboratory) -> None:
    """The person's name or user name is no password; the invitation stays good."""
    token = invitation(small)
    for password in ("nguyen.van.moi", "NGUYỄN VĂN NGƯỜI MỚI"):
        assert key_of(lambda password=password: access.accept_invitation(small.lab, token, password)) == (  # type: ignore[misc]
            "lims.password_is_name"
        )
    assert access.accept_invitation(small.lab, token, PASSWORD)


def test_a_token_of_another_kind_opens_nothing(small: SmallLaboratory) -> None:
    """An invitation is no session, a session's token no invitation, and the empty token nothing."""
    token = invitation(small)
    signed_in = access.sign_in(small.lab, "bao", PASSWORD)
    assert access.actor_of(small.lab, token) is None
    assert access.actor_of(small.lab, "") is None
    assert key_of(lambda: access.accept_invitation(small.lab, signed_in.token, PASSWORD)) == "lims.link_not_valid"
