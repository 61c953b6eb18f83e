"""Passwords: their length, the cost of their hashes, and how an older hash gets the present cost."""

from contextlib import closing
from dataclasses import fields

import pytest
from argon2 import Type, extract_parameters
from sqlmodel import select

from lims import access
from lims.config import Settings
from lims.errors import Invalid, Refused
from lims.laboratory import Laboratory
from lims.passwords import FOR_ALL_TO_KNOW, Passwords
from lims.store.tables import Account
from tests.laboratories import PASSWORD, SmallLaboratory


def kept(small: SmallLaboratory, user_name: str = "bao") -> str:
    """The hash that is kept of a person's password."""
    with small.lab.store.reading() as session:
        return session.exec(select(Account.password_hash).where(Account.user_name == user_name)).one()


def test_passwords_are_kept_as_argon2id(small: SmallLaboratory) -> None:
    """A stored password is an argon2id hash with a salt of its own."""
    with small.lab.store.reading() as session:
        hashes = list(session.exec(select(Account.password_hash)))
    assert all(one.startswith("$argon2id$") for one in hashes)
    assert len(set(hashes)) == len(hashes)


def test_a_laboratory_hashes_at_full_cost(small: SmallLaboratory) -> None:
    """Opened as the program opens it, a laboratory hashes with 19 MiB and two passes, and no setting makes it less."""
    with closing(Laboratory.open(small.lab.settings.home)) as lab:
        cost = extract_parameters(lab.passwords.hashed(PASSWORD))
        assert lab.passwords.weaker(FOR_ALL_TO_KNOW.hashed(PASSWORD))
        of_nobody = extract_parameters(lab.passwords.of_nobody)
    assert (cost.type, cost.parallelism, cost.salt_len, cost.hash_len) == (Type.ID, 1, 16, 32)
    assert cost.memory_cost >= 19 * 1024 and cost.time_cost >= 2
    assert of_nobody == cost
    assert not [one.name for one in fields(Settings) if "password" in one.name or "hash" in one.name]


def test_a_hash_that_cost_less_is_renewed_at_the_next_sign_in(small: SmallLaboratory) -> None:
    """It gets the present cost with the right password only, and never a lower one; the password goes on to fit."""
    first = kept(small)
    small.lab.passwords = Passwords(passes=2, memory_kib=64)
    with pytest.raises(Refused):
        access.sign_in(small.lab, "bao", "sai hoàn toàn")
    assert kept(small) == first
    access.sign_in(small.lab, "bao", PASSWORD)
    renewed = kept(small)
    cost = extract_parameters(renewed)
    assert (cost.memory_cost, cost.time_cost) == (64, 2)
    small.lab.passwords = FOR_ALL_TO_KNOW
    access.sign_in(small.lab, "bao", PASSWORD)
    assert kept(small) == renewed
    with pytest.raises(Refused):
        access.sign_in(small.lab, "bao", "sai hoàn toàn")


@pytest.mark.parametrize("password", ["", "ngắn quá", "x" * 11, "x" * 129])
def test_a_password_has_twelve_to_a_hundred_and_twenty_eight_characters(password: str) -> None:
    """A password outside these lengths is refused with both limits named."""
    with pytest.raises(Invalid) as answer:
        Passwords().hashed(password)
    assert "12" in answer.value.text("vi") and "128" in answer.value.text("vi")


def test_the_hash_of_nobody_fits_no_password() -> None:
    """What an unknown name is compared with is a whole hash that the empty password does not fit either."""
    passwords = Passwords(passes=1, memory_kib=8)
    assert not passwords.fits(passwords.of_nobody, "")
    assert not passwords.fits(passwords.of_nobody, PASSWORD)
    assert not passwords.fits("", PASSWORD)
