"""Customers are told of issued certificates by e-mail, over real SMTP; issuing waits for nobody."""

import email
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from lims import calibration, cli, notices, wishes
from lims.config import Settings, read_settings
from lims.errors import Invalid, Refused
from lims.notice_sending import BACK_OFF, LEASE, _take, send_due
from lims.notices import NoticeRow
from lims.post import SmtpPost
from tests.laboratories import SmallLaboratory

SENDER = "Trung tâm miền Bắc <chungnhan@tracuu.example>"
ADDRESS = "phong.do@khach.example"


@dataclass
class Box:
    """A mail box behind a real SMTP server; it answers what it is told to."""

    answers: list[str] = field(default_factory=list)
    refused: str = ""
    got: list[EmailMessage] = field(default_factory=list)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.refused:
            return self.refused
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = self.answers.pop(0) if self.answers else "250 taken"
        if answer.startswith("2"):
            message = email.message_from_bytes(envelope.content, policy=default)
            assert isinstance(message, EmailMessage)
            self.got.append(message)
        return answer


@pytest.fixture
def box() -> Box:
    """An empty mail box."""
    return Box()


class Server(Controller):
    """A server on whatever port is free."""

    def _trigger_server(self) -> None:
        self.port = port_of(self)
        super()._trigger_server()


def served(box: Box, **given: Any) -> Iterator[Server]:
    """The server of a box on a free port."""
    server = Server(box, hostname="127.0.0.1", port=0, **given)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def server(box: Box) -> Iterator[Server]:
    """A server without encryption, on this computer."""
    yield from served(box)


def port_of(server: Controller) -> int:
    """The port that the server got."""
    assert server.server is not None
    port: int = server.server.sockets[0].getsockname()[1]
    return port


@pytest.fixture
def post(server: Controller, told: SmallLaboratory) -> SmtpPost:
    """The post of the laboratory, by way of that server."""
    return SmtpPost(with_server(told.lab.settings, port_of(server)))


def with_server(settings: Settings, port: int, **given: Any) -> Settings:
    """Settings with a mail server on this computer."""
    plain: dict[str, Any] = {"smtp_tls": "none", "smtp_sender": SENDER} | given
    return replace(settings, smtp_host="127.0.0.1", smtp_port=port, **plain)


@pytest.fixture
def told(laboratory: Callable[[str], SmallLaboratory]) -> SmallLaboratory:
    """A laboratory whose first customer wishes to be told, with the file."""
    small = laboratory("sqlite")
    small.lab.settings = replace(small.lab.settings, smtp_sender=SENDER)
    wish(small, "file")
    contact(small, ADDRESS)
    return small


def wish(small: SmallLaboratory, text: str) -> None:
    """The customer says how it wants to be told."""
    wishes.record_wish(
        small.lab, small.actors["lan"], centre_id=small.ids["centre"], customer_id=small.ids["customer"],
        name="issue_notice", text=text,
    )  # fmt: skip


def contact(small: SmallLaboratory, address: str, **given: Any) -> None:
    """The customer gives an address."""
    wishes.record_contact(
        small.lab, small.actors["lan"], centre_id=small.ids["centre"], customer_id=small.ids["customer"],
        email=address, **given,
    )  # fmt: skip


def rows(small: SmallLaboratory) -> list[NoticeRow]:
    """The queue as the quality manager sees it."""
    return list(notices.notices(small.lab, small.actors["trang"]).rows)


def test_a_customer_that_wishes_it_gets_the_file(told: SmallLaboratory, box: Box, post: SmtpPost) -> None:
    """The message comes by SMTP: Vietnamese first, the page's address, and the very file that was issued."""
    _, number = told.whole_job()
    assert [(one.number, one.email, one.state) for one in rows(told)] == [(number, ADDRESS, "waiting")]
    assert box.got == [] and send_due(told.lab, post) == 1 and send_due(told.lab, post) == 0
    (message,) = box.got
    assert message["To"] == ADDRESS and str(message["From"]) == SENDER
    assert str(message["Subject"]).startswith("Giấy chứng nhận hiệu chuẩn số MB-KL-26-000001 / Calibration certificate")
    body = message.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    address = f"https://tracuu.example/verify/{told.certificate(number).token}"
    assert text.index("Kính gửi") < text.index("Dear customer") and text.count(address) == 2
    (attached,) = message.iter_attachments()
    assert attached.get_filename() == f"{number}.pdf"
    assert attached.get_content() in {told.lab.vault.get(one) for one in told.lab.vault.hashes()}
    (row,) = rows(told)
    assert (row.state, row.tries, row.answer, row.due_at) == ("sent", 1, {}, None)
    assert row.sent_at is not None and told.clock.moment - row.sent_at < timedelta(seconds=1)


def test_nobody_is_told_who_does_not_wish_it(laboratory: Callable[[str], SmallLaboratory]) -> None:
    """Without a wish nothing is queued, whatever addresses there are; nor after the wish was taken back."""
    small = laboratory("sqlite")
    contact(small, ADDRESS)
    small.whole_job()
    wish(small, "link")
    wish(small, "none")
    small.whole_job()
    assert rows(small) == []


def test_a_link_goes_to_every_address_in_its_language(told: SmallLaboratory, box: Box, post: SmtpPost) -> None:
    """Each address in force gets its own message, English first where it says so, and no file with a link."""
    wish(told, "link")
    contact(told, "lab@khach.EXAMPLE", language="en")
    contact(told, ADDRESS, ended=True)
    told.whole_job()
    assert send_due(told.lab, post) == 1
    (message,) = box.got
    assert message["To"] == "lab@khach.example" and list(message.iter_attachments()) == []
    text = message.get_content()
    assert text.index("Dear customer") < text.index("Kính gửi")


def test_what_is_not_taken_now_is_tried_again_later(told: SmallLaboratory, box: Box, post: SmtpPost) -> None:
    """A server that is busy or away is tried again after longer and longer, and the same message comes once."""
    told.whole_job()
    box.answers = ["451 busy"] * 2
    for tries, wait in enumerate(BACK_OFF[:2], start=1):
        assert send_due(told.lab, post) == 1 and send_due(told.lab, post) == 0
        (row,) = rows(told)
        assert (row.state, row.tries) == ("waiting", tries) and "451" in row.answer["vi"]
        assert row.due_at is not None and timedelta(0) <= told.clock.moment + wait - row.due_at < timedelta(seconds=1)
        told.later(wait)
    assert send_due(told.lab, post) == 1 and len(box.got) == 1 and rows(told)[0].state == "sent"


def test_a_server_that_stays_away_leaves_it_to_a_person(told: SmallLaboratory) -> None:
    """Nobody listens: issuing is done all the same; after the last try the notice has failed, with the reason."""
    job_id, _ = told.whole_job()
    assert told.job(job_id).state == "ISSUED"
    nobody = SmtpPost(with_server(told.lab.settings, 1))
    for wait in (*BACK_OFF, timedelta(0)):
        assert send_due(told.lab, nobody) == 1
        told.later(wait)
    assert send_due(told.lab, nobody) == 0
    (row,) = rows(told)
    assert row.state == "failed" and row.tries == len(BACK_OFF) + 1 and "127.0.0.1" in row.answer["en"]


def test_a_refused_address_fails_at_once_and_is_sent_again_to_another(
    told: SmallLaboratory, box: Box, post: SmtpPost
) -> None:
    """What is refused for ever is not tried again; the quality manager sends it to a right address of the customer."""
    told.whole_job()
    box.refused = "550 no such user"
    send_due(told.lab, post)
    (row,) = rows(told)
    assert row.state == "failed" and row.tries == 1 and "550" in row.answer["vi"]
    box.refused = ""
    with pytest.raises(Refused, match="no address of this customer"):
        notices.resend_notice(told.lab, told.actors["trang"], row.id, email="ai.do@noi-khac.example")
    contact(told, "moi@khach.example")
    notices.resend_notice(told.lab, told.actors["trang"], row.id, email="moi@khach.example")
    assert send_due(told.lab, post) == 1 and [one["To"] for one in box.got] == ["moi@khach.example"]
    with pytest.raises(Refused, match="has not failed"):
        notices.resend_notice(told.lab, told.actors["trang"], row.id)


def test_a_wish_without_an_address_is_seen(laboratory: Callable[[str], SmallLaboratory], capsys: Any) -> None:
    """The certificate is issued, and the queue says that there is no address; with one, it is sent."""
    small = laboratory("sqlite")
    wish(small, "link")
    _, number = small.whole_job()
    (row,) = rows(small)
    assert (row.number, row.email, row.state) == (number, "", "failed") and row.answer["vi"].startswith("Khách hàng")
    assert cli.run(["notices", "--home", str(small.lab.settings.home), "--json", "--language", "en"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["failed"] == 1 and told["server"] == "" and told["notices"][0]["number"] == number
    assert cli.run(["notices", "--home", str(small.lab.settings.home), "--send"]) == cli.MISTAKE
    contact(small, ADDRESS)
    notices.resend_notice(small.lab, small.actors["trang"], row.id)
    assert [(one.email, one.state) for one in rows(small)] == [(ADDRESS, "waiting")]


def test_the_notice_of_a_lost_worker_is_taken_again(small: SmallLaboratory, box: Box, server: Server) -> None:
    """One worker holds a notice, on each database; after its lease the next one sends it under the same Message-ID."""
    post = SmtpPost(with_server(small.lab.settings, port_of(server)))
    small.lab.settings = replace(small.lab.settings, smtp_sender=SENDER)
    wish(small, "link")
    contact(small, ADDRESS)
    small.whole_job()
    taken = _take(small.lab)
    assert taken is not None and send_due(small.lab, post) == 0
    small.later(LEASE)
    assert send_due(small.lab, post) == 1 and rows(small)[0].state == "sent"
    assert [str(one["Message-ID"]) for one in box.got] == [f"<{taken}@tracuu.example>"]


def test_what_was_withdrawn_meanwhile_is_not_sent(told: SmallLaboratory, box: Box, post: SmtpPost) -> None:
    """A certificate that is no longer valid is not sent out, and the queue says why."""
    _, number = told.whole_job()
    calibration.withdraw(told.lab, told.actors["trang"], told.certificate(number).id, reason="số liệu có sai sót")
    send_due(told.lab, post)
    assert box.got == [] and rows(told)[0].state == "failed" and number in rows(told)[0].answer["en"]


@pytest.mark.parametrize(
    "text", ["", "không phải", "a@b", "a b@khach.example", "a@khach.example\r\nBcc: b@x.example", "a@-x.example",
             "Tên <a@khach.example>", "a@khach.example,b@khach.example", "đo@khach.example", "a" * 65 + "@kh.example"],
)  # fmt: skip
def test_what_is_no_address_is_refused(text: str) -> None:
    """An address that cannot be used, or would smuggle a second one in, is refused with the remedy."""
    with pytest.raises(Invalid, match="no e-mail address"):
        wishes.email_address(text)


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_a_password_is_given_only_to_a_server_that_proves_itself(
    told: SmallLaboratory, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The password comes from the environment; without the encryption that is settled nothing is said at all."""
    with pytest.raises(Invalid, match="without encryption"):
        SmtpPost(replace(with_server(told.lab.settings, 25, smtp_user="chuan"), smtp_host="thu.example"))
    with pytest.raises(Invalid, match="smtp_tls"):
        SmtpPost(with_server(told.lab.settings, 25, smtp_tls="ssl"))
    with pytest.raises(Invalid, match="smtp_sender"):
        SmtpPost(with_server(told.lab.settings, 25, smtp_sender="Trung tâm"))
    seen: list[bytes] = []

    def judge(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        seen.append(data.password)
        return AuthResult(success=data.password == b"mot cau dai")

    told.whole_job()
    monkeypatch.setenv("CHUAN_SMTP_PASSWORD", "mot cau dai")
    for server in served(box, authenticator=judge, auth_require_tls=False, auth_required=True):
        user = {"smtp_user": "chuan"}
        send_due(told.lab, SmtpPost(with_server(told.lab.settings, port_of(server), smtp_tls="starttls", **user)))
        assert seen == [] and box.got == [] and rows(told)[0].state == "waiting"
        told.later(BACK_OFF[0])
        send_due(told.lab, SmtpPost(with_server(told.lab.settings, port_of(server), **user)))
        assert seen == [b"mot cau dai"] and len(box.got) == 1


def test_the_settings_keep_the_server_and_no_password(told: SmallLaboratory) -> None:
    """What is settled about the server is read back as it was written."""
    with_server(told.lab.settings, 2525).save()
    kept = read_settings(told.lab.settings.home)
    assert (kept.smtp_host, kept.smtp_port, kept.smtp_tls, kept.smtp_sender) == ("127.0.0.1", 2525, "none", SENDER)
