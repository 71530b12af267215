"""What needs real commits: acts at once, the log, the worker, and a process that is killed between sending and noting."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction

from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.jobs import public as jobs
from vamco.kernel.base.jobs.tests import child
from vamco.kernel.work.notices import public as notices
from vamco.kernel.work.notices.adapters import channels
from vamco.kernel.work.notices.adapters.simulators import mail, web
from vamco.kernel.work.notices.adapters.simulators.provider import Mood, Provider
from vamco.kernel.work.notices.models import Delivery, Notice
from vamco.kernel.work.notices.services import delivering
from vamco.kernel.work.notices.tests import made
from vamco.kernel.world.people.models import Person

if TYPE_CHECKING:
    from pathlib import Path


def test_a_notice_needs_the_acts_transaction(fresh_db: str) -> None:
    whose = made.person("Lan")
    with pytest.raises(transaction.TransactionManagementError):
        notices.send("onestop.received", whose, made.RECEIVED, key="k")


def test_two_at_once_say_it_once(fresh_db: str) -> None:
    whose = made.person("Lan")
    ready, told = threading.Barrier(4), []

    def act() -> None:
        ready.wait()
        told.append(made.send(whose, key="same"))
        connection.close()

    threads = [threading.Thread(target=act) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [0, 0, 0, 1]
    assert Notice.objects.count() == 1


def test_what_a_person_sets_is_in_the_log_without_the_address(fresh_db: str) -> None:
    lan = made.person("Lan")
    made.contact(lan, "email")
    notices.prefer(lan, "news", "email", "off")
    notices.consent(lan, "email", given=False, actor=str(lan.pk))
    notices.set_recipient(lan, language="en", quiet=notices.Quiet(0, 0))
    notices.forget_contact(lan, "email")
    acts = [seen.act for seen in audit.seen(f"person:{lan.pk}")]
    assert acts == [
        "notices.forget_contact",
        "notices.set_recipient",
        "notices.consent",
        "notices.prefer",
        "notices.set_contact",
        "people.add",
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(detail::text || subject, ' ') FROM audit_entry")
        assert "example.vn" not in cursor.fetchone()[0]


def test_addresses_rotate_with_the_keys(fresh_db: str) -> None:
    from vamco.kernel.work.notices.models import Contact
    from vamco.kernel.world.people import public as people
    from vamco.lib.errors import Refused

    lan = made.person("Lan")
    made.contact(lan, "email")
    (old,) = people.key_use()
    assert people.rotate() == 1
    with_new = Contact.objects.get()
    assert with_new.key != old
    assert people.unseal(with_new) == made.ADDRESSES["email"]
    with pytest.raises(Refused):
        people.retire(with_new.key)
    people.retire(old)
    assert people.unseal(with_new) == made.ADDRESSES["email"]
    Contact.objects.update(channel="sms")  # whoever changes the row does not get it open
    with pytest.raises(Exception, match="cannot be opened"):
        people.unseal(Contact.objects.get())


def test_the_worker_sends_what_an_act_said(fresh_db: str, settings: Any) -> None:
    provider = Provider(idempotent=False)
    with mail.running(provider) as server:
        settings.VAMCO_CHANNELS = {**settings.VAMCO_CHANNELS, "email": f"{server}?tls=no&from=vamco@tayninh.example"}
        lan = made.person("Lan")
        made.contact(lan, "email")
        made.send(lan)
        jobs.work(wait=False)
    (taken,) = provider.taken
    assert (taken.to, taken.title) == ("lan.nguyen@example.vn", "Đã tiếp nhận hồ sơ H53.13-261120-0001")
    assert Delivery.objects.get().state == "sent"


# The child sends and dies in the moment in which the provider has the parcel and nobody has noted it.
DIES = """
from django.conf import settings
from vamco.kernel.work.notices.services import delivering
settings.VAMCO_CHANNELS = {{**settings.VAMCO_CHANNELS, {channel!r}: {url!r}}}
def die(*_args):
    os.kill(os.getpid(), signal.SIGKILL)
real = delivering._note
delivering._note = lambda channel, port, attempts: die() if attempts else None
delivering.deliver({channel!r})
"""


@pytest.mark.parametrize(("channel", "twice"), [("sms", False), ("email", True), ("zalo", True)])
def test_killed_between_sent_and_noted(
    fresh_db: str, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, channel: Any, *, twice: bool
) -> None:
    """A provider that knows keys has it once. Of the others the person may have it twice, and the log says so; nobody has none."""
    provider = Provider(idempotent=channel == "sms")
    running = mail.running(provider) if channel == "email" else web.running(getattr(web, channel, web.sms), provider)
    with running as server:
        address = server.removeprefix("smtp://").removeprefix("http://")
        url = {
            "email": f"{server}?tls=no&from=vamco@tayninh.example",
            "sms": f"http://{web.KEY}:{web.SECRET}@{address}/?brandname=TAYNINH",
            "zalo": f"http://:{web.SECRET}@{address}/message/template",
        }[channel]
        settings.VAMCO_CHANNELS = {**settings.VAMCO_CHANNELS, channel: url}
        settings.VAMCO_DATA = tmp_path / "data"  # the child opens the addresses with the same keys
        lan = made.person("Lan")
        notices.set_recipient(lan, language="vi", quiet=notices.Quiet(0, 0))
        made.contact(lan, channel)
        made.send(lan)
        assert child.run(DIES.format(channel=channel, url=url), fresh_db, tmp_path) == -signal.SIGKILL
        row = Delivery.objects.get()
        assert (row.state, row.attempts, row.doubtful, len(provider.taken)) == ("sending", 0, False, 1)

        assert notices.deliver(channel) == 0  # the lease of the dead one still runs
        Delivery.objects.update(next_at=made.NOON)
        assert notices.deliver(channel) == 1
    row = Delivery.objects.get()
    assert (row.state, row.attempts, row.doubtful) == ("sent", 1, twice)
    assert len(provider.taken) == (2 if twice else 1)
    assert len({taken.key for taken in provider.taken}) == 1


def test_two_workers_send_everything_once(fresh_db: str, settings: Any) -> None:
    settings.VAMCO_CHANNELS = {**settings.VAMCO_CHANNELS, "email": "simulated"}
    channels._adapter.cache_clear()
    provider = channels.channel("email").provider  # type: ignore[attr-defined]
    persons = [made.person(f"Người {number}") for number in range(60)]
    for number, person in enumerate(persons):
        made.contact(person, "email", f"n{number}@example.vn")
    made.send(persons)
    ready = threading.Barrier(3)

    def work() -> None:
        ready.wait()
        notices.deliver("email")
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert provider.requests == 60
    assert len({taken.to for taken in provider.taken}) == 60
    assert set(Delivery.objects.values_list("state", "attempts", "doubtful")) == {("sent", 1, False)}


KILLED = """
from django.conf import settings
from vamco.kernel.work.notices import public as notices
settings.VAMCO_CHANNELS = {{**settings.VAMCO_CHANNELS, "sms": {url!r}}}
Path("ready").touch()
while True:
    notices.deliver("sms")
    time.sleep(0.01)
"""


def test_killed_anywhere_everybody_is_told_once(fresh_db: str, settings: Any, tmp_path: Path, request: Any) -> None:
    """Workers die at any moment while they send; through a gateway that knows keys each person gets each notice exactly once."""
    kills = 30 if request.config.getoption("--full") else 4
    provider = Provider(idempotent=True)
    with web.running(web.sms, provider) as server:
        url = f"http://{web.KEY}:{web.SECRET}@{server.removeprefix('http://')}/"
        settings.VAMCO_CHANNELS = {**settings.VAMCO_CHANNELS, "sms": url}
        settings.VAMCO_DATA = tmp_path / "data"
        persons = [made.person(f"Người {number}") for number in range(30)]
        for number, person in enumerate(persons):
            notices.set_recipient(person, language="vi", quiet=notices.Quiet(0, 0))
            made.contact(person, "sms", f"09{number:08}")
        for turn in range(kills):
            made.send(persons, key=f"turn:{turn}")
            with child.start(KILLED.format(url=url), fresh_db, tmp_path) as process:
                while not (tmp_path / "ready").exists():
                    assert process.poll() is None, (tmp_path / "child.log").read_text()
                    time.sleep(0.01)
                time.sleep(0.03 * (turn % 5))
                os.kill(process.pid, signal.SIGKILL)
            (tmp_path / "ready").unlink()
            Delivery.objects.filter(state="sending").update(next_at=made.NOON)
        while notices.deliver("sms"):
            pass
    assert len(provider.taken) == len({taken.key for taken in provider.taken}) == 30 * kills
    assert set(Delivery.objects.values_list("state", "doubtful")) == {("sent", False)}


def test_a_notice_that_cannot_be_sent_harms_no_act(fresh_db: str, settings: Any) -> None:
    """The act has committed; that the worker could not be woken is no failure of it."""
    settings.VAMCO_CHANNELS = {**settings.VAMCO_CHANNELS, "email": "smtp://127.0.0.1:1?tls=no"}
    lan = made.person("Lan")
    made.contact(lan, "email")
    with transaction.atomic():
        notices.send("onestop.received", lan, made.RECEIVED, key="k")
    assert notices.deliver("email") == 1
    row = Delivery.objects.get()
    assert (row.state, row.reason, row.attempts) == ("queued", "no_connection", 1)
    assert Person.objects.filter(pk=lan.pk).exists()
    assert delivering.deliver("sms") == 0
    assert Mood.TAKES
