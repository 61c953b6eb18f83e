"""Accounts and roles: what an administrator may do, and what not."""

from collections.abc import Callable

import pytest
from sqlmodel import select

from lims import access, accounts
from lims.errors import Stated
from lims.store.tables import Account, Person
from tests.laboratories import PASSWORD, REASON, SmallLaboratory


def key_of(act: Callable[[], object]) -> str:
    """The key of what is answered instead of a result."""
    with pytest.raises(Stated) as answer:
        act()
    return answer.value.key


def created(small: SmallLaboratory, user_name: str, name: str = "Người Mới") -> Callable[[], tuple[Account, str]]:
    """Creating an account."""
    return lambda: accounts.create_account(small.lab, small.actors["admin"], user_name=user_name, name=name)


def account_of(small: SmallLaboratory, user_name: str) -> str:
    """The id of an account."""
    with small.lab.store.reading() as session:
        return session.exec(select(Account.id).where(Account.user_name == user_name)).one()


def test_user_names_are_plain_and_unique(small: SmallLaboratory) -> None:
    """A user name with blanks, an empty one, one that is taken in any case, and a nameless person are refused."""
    assert key_of(created(small, "hai tu")) == "lims.user_name_form"
    assert key_of(created(small, "")) == "lims.user_name_form"
    assert key_of(created(small, "HANG")) == "lims.user_name_taken"
    assert key_of(created(small, "moi", "   ")) == "lims.field_empty"


def test_a_name_is_composed_at_the_door(small: SmallLaboratory) -> None:
    """A name typed with combining marks is kept in normalisation form C."""
    account, _ = created(small, "to\u0302i", "Nguye\u0302\u0303n A")()
    assert account.user_name == "tôi"
    with small.lab.store.reading() as session:
        assert session.get_one(Person, account.person_id).name == "Nguyễn A"
    assert key_of(created(small, "tôi")) == "lims.user_name_taken"


def test_a_disabled_account_opens_again_by_a_new_link_only(small: SmallLaboratory) -> None:
    """Disabling ends the old password at once; a new link sets a new one, and the old one is worth nothing."""
    admin, bao = small.actors["admin"], account_of(small, "bao")
    accounts.disable_account(small.lab, admin, bao, reason=REASON)
    assert key_of(lambda: access.sign_in(small.lab, "bao", PASSWORD)) == "lims.sign_in_wrong"
    token = accounts.renew_link(small.lab, admin, bao, reason="Trở lại làm việc")
    access.accept_invitation(small.lab, token, "một câu hoàn toàn mới")
    assert key_of(lambda: access.sign_in(small.lab, "bao", PASSWORD)) == "lims.sign_in_wrong"
    assert access.sign_in(small.lab, "bao", "một câu hoàn toàn mới")


def test_nobody_disables_himself(small: SmallLaboratory) -> None:
    """An administrator's own account is another administrator's matter."""
    own = account_of(small, "admin")
    assert key_of(lambda: accounts.disable_account(small.lab, small.actors["admin"], own, reason=REASON)) == (
        "lims.own_role"
    )
    accounts.disable_account(small.lab, small.actors["admin2"], own, reason=REASON)
    assert key_of(created(small, "moi")) == "lims.session_ended"


def test_an_unknown_language_is_vietnamese(small: SmallLaboratory) -> None:
    """An account speaks Vietnamese or English."""
    account, _ = accounts.create_account(
        small.lab, small.actors["admin"], user_name="fr", name="Jean", language="fr"
    )  # fmt: skip
    assert account.language == "vi"
