"""`vamco account`: each command is an act with its entry in the log; what is not there is named with what comes close."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest

from vamco.cli.main import main
from vamco.kernel.base import clock
from vamco.kernel.base.audit.models import Entry
from vamco.kernel.world.people import public as people
from vamco.lib.errors import Missing
from vamco.systems.identity import public as identity
from vamco.systems.identity.models import Account

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db
SET_UP = ("packs.load", "places.store_layer")
MAKE = ("make", "an.le", "--name", "Lê Văn An", "--role", "office", "--agency", "H53.01")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def ask(*words: str) -> tuple[int, str, str]:
        code = main(["account", *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return ask


def word(said: str) -> str:
    found = re.search(r"/start/(\S+)", said)
    assert found, said
    return found[1]


def test_make_is_a_person_an_appointment_an_account_and_a_link(run: Callable[..., tuple[int, str, str]]) -> None:
    code, said, _ = run(*MAKE, "--position", "specialist", "--title", "Chuyên viên", "--since", "2026-01-05")
    assert code == 0
    offered = identity.offer(word(said))
    assert (offered.username, offered.name, offered.second_factor) == ("an.le", "Lê Văn An", False)
    post = people.memberships(Account.objects.get().person).get()
    assert post.position is not None
    assert (post.role, post.agency.code, post.position.code, post.title, post.valid_from, post.valid_to) == (
        "office",
        "H53.01",
        "specialist",
        "Chuyên viên",
        dt.date(2026, 1, 5),
        None,
    )
    assert set(Entry.objects.exclude(act__in=SET_UP).values_list("act", flat=True)) == {
        "people.add",
        "people.appoint",
        "identity.open_account",
        "identity.issue_link",
    }


def test_an_administrator_must_have_a_second_factor(run: Callable[..., tuple[int, str, str]]) -> None:
    _, said, _ = run("make", "qt", "--name", "Quản Trị", "--role", "administrator", "--agency", "H53")
    assert identity.offer(word(said)).second_factor
    _, said, _ = run("make", "qt2", "--name", "Khác", "--role", "office", "--agency", "H53.01", "--second-factor")
    assert identity.offer(word(said)).second_factor


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"office": "ofice"}, "There is no role ofice. Did you mean: office (Chuyên viên Văn phòng UBND tỉnh)"),
        ({"H53.01": "H53.0l"}, "There is no agency H53.0l. Did you mean: H53."),
        ({"H53.01": "Sở Tài chinh"}, "Did you mean: H53.04 (Sở Tài chính)"),
        ({"an.le": "Lê An"}, "An account name has 2 to 60 small letters"),
        ({"office": "qqqqqqqqqqqq"}, "There is no role qqqqqqqqqqqq."),
    ],
)
def test_what_is_not_there_is_refused_and_nothing_is_made(
    run: Callable[..., tuple[int, str, str]], changed: dict[str, str], said: str
) -> None:
    code, out, error = run(*(changed.get(each, each) for each in MAKE))
    assert (code, out) == (1, "")
    assert said in error
    assert not Account.objects.exists()
    assert not people.Person.objects.filter(name="Lê Văn An").exists()


def test_lock_unlock_and_reset(run: Callable[..., tuple[int, str, str]]) -> None:
    first = word(run(*MAKE)[1])
    assert run("lock", "an.le")[0] == 0
    with pytest.raises(Missing):
        identity.offer(first)
    assert run("lock", "an.le")[2] == "vamco account: The account an.le is locked already.\n"
    assert "unlock it first" in run("reset", "an.le")[2]
    assert run("unlock", "an.le")[0] == 0
    assert identity.offer(word(run("reset", "an.le")[1])).username == "an.le"
    assert "Did you mean: an.le" in run("reset", "anle")[2]
    acts = list(Entry.objects.filter(chain="identity").order_by("pk").values_list("act", flat=True))
    assert acts[2:] == ["identity.lock", "identity.unlock", "identity.reset", "identity.issue_link"]


def test_appoint_and_end(run: Callable[..., tuple[int, str, str]]) -> None:
    run(*MAKE)
    person = Account.objects.get().person
    today = clock.today()
    assert run("appoint", "an.le", "--role", "data_owner", "--agency", "H53.04", "--until", today.isoformat())[0] == 0
    assert [(post.role, post.valid_to) for post in people.memberships(person)] == [
        ("office", None),
        ("data_owner", today),
    ]
    code, _, error = run("end", "an.le", "--role", "office", "--agency", "H53.04")
    assert (code, "but: office H53.01, data_owner H53.04" in error) == (1, True)
    assert run("end", "an.le", "--role", "office", "--agency", "H53.01", "--until", today.isoformat())[0] == 0
    assert [post.valid_to for post in people.memberships(person)] == [today, today]
    assert (
        "lies before the first"
        in run(
            "appoint",
            "an.le",
            "--role",
            "office",
            "--agency",
            "H53.01",
            "--since",
            "2026-05-02",
            "--until",
            "2026-05-01",
        )[2]
    )


def test_the_first_link_is_printed_while_nobody_can_log_in(run: Callable[..., tuple[int, str, str]]) -> None:
    assert run("list")[1].startswith("There is no account.")
    assert identity.offer(word(run("first")[1])).first
    identity.open_account("canbo", "hai dòng sông", people.add("Người Thật"))
    assert run("first", "--if-needed") == (0, "", "")
    assert "Somebody can log in already" in run("first")[2]
    assert run("list")[1] == "canbo                Người Thật; \n"
