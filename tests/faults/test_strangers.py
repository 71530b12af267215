"""Strangers, forgers and the curious: every answer is a clean page, nothing of others shows, nothing changes."""

from __future__ import annotations

import datetime as dt
import html
import re
from dataclasses import dataclass
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, get_resolver

from vamco.kernel.base import clock
from vamco.kernel.base.audit.models import Entry as Audited
from vamco.kernel.base.events import public as events
from vamco.kernel.base.events.models import Delivery, Event
from vamco.kernel.record.files.models import File
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.people.models import Membership
from vamco.systems.desk import services
from vamco.systems.desk.tests import made
from vamco.systems.hub import public as hub
from vamco.systems.hub.contracts import Delivery as Batch
from vamco.systems.hub.contracts import Layout
from vamco.systems.identity.models import Account
from vamco.systems.indicators.models import Value
from vamco.systems.warnings.models import Step
from vamco.vocab.hub import DatasetPublished

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from django.urls import URLResolver

    from vamco.kernel.world.people.models import Person

pytestmark = pytest.mark.django_db
SECRET = "mật-7731"
CLEAN = {200, 302, 303, 400, 401, 403, 404, 405, 409, 410, 422, 429}
FORGED = (
    "0",
    "-1",
    "1",
    str(2**31),
    str(2**63 - 1),
    str(2**63),
    "9" * 40,
    "٣",
    "abc",
    "%00",
    "%27",
    "..",
    "%2e%2e%2f",
    "%F0%9F%92%A9",
)
QUERIES = (
    "page=0", "page=-1", "page=abc", f"page={2**63}", "act=abc", "act=%00", "act=accept", "level=9", "cause=%00", "state=%27",
    "dataset=%00", "indicator=nope", "place=%00", "place=99999", "agency=%00", "agency=H53.09", "on=2026-02-30", "on=9999-12-31",
    "on=%00", "on=0001-01-01", "next=//evil.example/", "kind=%00", "kind=directive", "taken=%27", "due=nope", "after=x~1",
    "after=%00", "before=2026-01-01T00:00:00%2B00:00~9", f"before=9999-12-31T23:59:59-12:00~{2**63}", "after=W251bGwsIjEiXQ",
    "sort=-about", "sort=%00", "columns=%00", "export=%00",
)  # fmt: skip


@dataclass
class World:
    """A province in which finance has a directive with evidence, a batch was refused, and news lies dead."""

    alarm: int
    case: int
    file: int
    run: int
    letter: int
    value: int

    @property
    def real(self) -> set[str]:
        return {str(number) for number in vars(self).values()}


@pytest.fixture(autouse=True)
def _day(settings: Any) -> None:
    settings.VAMCO_TODAY = made.TODAY


@pytest.fixture
def office() -> Person:
    return made.person("office", made.OFFICE, "Trần Quốc Bảo")


@pytest.fixture
def finance() -> Person:
    return made.person("department_official", made.FINANCE, "Phạm Văn Đức")


@pytest.fixture
def farming() -> Person:
    return made.person("department_official", made.FARMING, "Võ Hoàng Nam")


@pytest.fixture
def world(office: Person, finance: Person, tmp_path: Path) -> World:
    alarm = made.alarm()
    case = made.directive(alarm, office, text=f"Giải quyết hồ sơ {SECRET}.")
    services.act(case.pk, "accept", by=finance, seen=1, note=f"nhận {SECRET}", uploads=[])
    evidence = SimpleUploadedFile(f"{SECRET}.pdf", made.pdf(SECRET.encode()))
    services.act(case.pk, "report", by=finance, seen=2, note=f"báo cáo {SECRET}", uploads=[evidence])
    path = tmp_path / f"{SECRET}.csv"
    path.write_text(f"ma;ten\n1;{SECRET}\n")
    run = hub.receive(
        "dkkd", Batch("tai-chinh", path.name, "text/csv", path, clock.now(), "", Layout("csv", delimiter=";"))
    )
    with transaction.atomic():
        events.emit(DatasetPublished("dkkd", 1, 1))
    Delivery.objects.update(state="dead", error=f"Error: {SECRET}")
    letter = Delivery.objects.latest("pk").pk
    file = cases.Entry.objects.get(act="report").files.get().pk
    return World(alarm, case.pk, file, run.id, letter, Value.objects.latest("pk").pk)


def addresses(patterns: Sequence[URLPattern | URLResolver], before: str = "/") -> Iterator[str]:
    for entry in patterns:
        if isinstance(entry, URLPattern):
            yield before + str(entry.pattern)
        else:
            yield from addresses(entry.url_patterns, before + str(entry.pattern))


def with_argument(values: Sequence[str]) -> Iterator[str]:
    """Every address that takes an argument, with each value in its place."""
    for address in addresses(get_resolver().url_patterns):
        if "<" in address:
            for value in values:
                yield re.sub(r"<[^>]+>", lambda found, value=value: _written(found[0], value), address)


def _written(argument: str, value: str) -> str:
    """Return a value as an argument of its kind is written: a number in the place of a UUID would lead nowhere."""
    return (
        str(UUID(int=int(value))) if argument.startswith("<uuid:") and value.isdecimal() and len(value) < 30 else value
    )


def without_argument() -> list[str]:
    return [address for address in addresses(get_resolver().url_patterns) if "<" not in address]


def traces() -> dict[str, int]:
    """How much there is of all that an act leaves behind."""
    models = (Audited, Event, cases.Entry, cases.Case, Step, File)
    found = {model.__module__ + model.__name__: model.objects.count() for model in models}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        return {**found, "jobs": cursor.fetchone()[0]}


def quiet(person: Person | None, **how: Any) -> Client:
    """The browser of somebody, which gives a page for our own mistakes too."""
    client = made.reader(person) if person is not None else Client()
    client.raise_request_exception = False
    for name, value in how.items():
        setattr(client.handler, name, value)
    return client


def body(answer: Any) -> str:
    """What an answer says; its file is closed then, as a server does."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    for close in answer._resource_closers:  # all of `close()` would end the test's transaction
        close()
    return html.unescape(content.decode(errors="replace"))


# Addresses


def test_the_walk_finds_all_addresses() -> None:
    assert len(without_argument()) >= 12
    assert len(set(with_argument(["x"]))) >= 8


@pytest.mark.parametrize("who", ["nobody", "farming", "office"])
def test_no_forged_address_breaks_the_site_or_shows_what_is_not_yours(
    who: str, world: World, farming: Person, office: Person
) -> None:
    person = {"nobody": None, "farming": farming, "office": office}[who]
    client = quiet(person)
    client.get("/oidc/keys")  # whoever asks first has the keys made that sign tokens, and that is in the log
    before = traces()
    found, taken = [], 0
    asked = [*with_argument([*(FORGED if who == "office" else FORGED[:3]), *sorted(world.real)]), *without_argument()]
    if who == "office":  # who sees everything meets all the code behind the pages
        pages = ["/board", "/desk/", "/desk/alarms/", "/desk/runs/all/", f"/desk/runs/{world.run}", "/indicators/HCC08"]
        pages += [f"/desk/cases/{world.case}", f"/desk/alarms/{world.alarm}"]
        asked += [f"{address}?{query}" for address in pages for query in QUERIES]
    for address in asked:
        answer = client.get(address)
        text = body(answer)
        taken += answer.status_code == 200 and "/quarantine." in address  # a table that is taken away is in the log
        if answer.status_code not in CLEAN or "Traceback" in text:
            found.append(f"{answer.status_code} {address}")
        if who != "office" and (SECRET in text or SECRET in str(answer.headers)):
            found.append(f"leak {address}")
        if answer.status_code in {302, 303} and urlsplit(answer.headers["Location"]).netloc:
            found.append(f"away {address} {answer.headers['Location']}")
    assert found == []
    left = traces()
    left[Audited.__module__ + Audited.__name__] -= taken
    assert left == before
    assert len(asked) > (300 if who == "office" else 60)


def test_what_exists_elsewhere_answers_like_what_does_not_exist(world: World, farming: Person) -> None:
    client = quiet(farming)
    for kind, pk in (("cases", world.case), ("files", world.file), ("alarms", world.alarm)):
        mine, none = client.get(f"/desk/{kind}/{pk}"), client.get(f"/desk/{kind}/987654")
        assert mine.status_code == none.status_code == 404
        assert same(mine, pk) == same(none, 987654)


def same(answer: Any, number: int) -> str:
    """What the reader sees, without the number that was asked for."""
    (main,) = re.findall(r"<main.*?</main>", body(answer), re.DOTALL)
    return re.sub(rf"\b{number}\b", "N", re.sub(r"<[^>]+>", " ", main))


@pytest.mark.parametrize("who", ["nobody", "farming"])
def test_every_form_of_others_is_refused_and_nothing_changes(who: str, world: World, farming: Person) -> None:
    client = quiet(farming if who == "farming" else None)
    before = traces()
    forms = {"seen": "3", "note": "x", "agency": made.FARMING, "due_on": "2026-11-27", "text": "x", "letter": "1"}
    acts = ("accept", "report", "send_back", "close", "withdraw", "confirm", "dismiss", "issue", "open", "", "%00")
    found = []
    for address in [*with_argument(["0", "%00", *sorted(world.real)]), *without_argument()]:
        if address in {"/log-in", "/log-out", "/language", "/style/form"}:  # the last begins a draft of one's own
            continue
        for method in (client.post, client.put, client.delete):
            answer = method(address, forms) if method == client.post else method(address)
            if answer.status_code not in CLEAN or SECRET in body(answer):
                found.append(f"{method.__name__} {answer.status_code} {address}")
    for act in acts:
        for place in (f"cases/{world.case}", f"alarms/{world.alarm}"):
            answer = client.post(
                f"/desk/{place}?act={act}", {**forms, "evidence": SimpleUploadedFile("a.pdf", made.PDF)}
            )
            if answer.status_code not in {302, 403, 404} or SECRET in body(answer):
                found.append(f"{answer.status_code} {place} {act}")
            if answer.status_code == 302 and not answer.headers["Location"].startswith("/log-in"):
                found.append(f"done: {place} {act}")
    assert found == []
    assert traces() == before


def test_a_form_without_its_token_does_nothing_wherever_it_goes(world: World, office: Person) -> None:
    client = quiet(office, enforce_csrf_checks=True)
    before, sessions = traces(), str(client.cookies["sessionid"].value)
    for address in [*with_argument(sorted(world.real)), *without_argument()]:
        answer = client.post(address, {"seen": "3", "note": "x", "act": "close"})
        if address == "/verify":  # open to everybody, and it changes nothing
            assert answer.status_code == 422
            continue
        if address.startswith("/oidc/"):  # other systems call these; what a person does there has its token
            assert answer.status_code in {303, 400, 401, 405}, address
            continue
        if address.startswith(("/vqr/", "/payments/ipn")):  # banks call these, with a token or a signature of their own
            assert answer.status_code in {200, 400, 401, 405}, address
            continue
        if address.startswith(("/api/", "/notices/reports/")):  # no forms: these say it in their own way
            expected = {403, 405} if address.startswith("/api/v1/cases") else {400, 404, 405}
            assert answer.status_code in expected or address == "/api/v1/openapi.json", address
            continue
        assert answer.status_code == 400, address
        assert "mở quá lâu" in body(answer) or "Trang" in body(answer)
    assert traces() == before
    assert client.cookies["sessionid"].value == sessions


# Roles


ROLES = {
    "leader": "H53", "office": made.OFFICE, "data_owner": made.FINANCE, "department_official": made.FINANCE,
    "commune_official": made.COMMUNE, "operator": made.IOC, "auditor": made.INSPECTION,
}  # fmt: skip
MAY = {  # written down here again, not read from the pack
    "/desk/alarms/{alarm}?act=confirm": {"leader", "office", "operator"},
    "/desk/alarms/{alarm}?act=dismiss": {"leader", "office", "operator"},
    "/desk/alarms/{alarm}?act=issue": {"leader", "office"},
    "/desk/cases/{case}?act=accept": {"data_owner", "department_official"},
    "/desk/cases/{case}?act=report": {"data_owner", "department_official"},
    "/desk/cases/{case}?act=send_back": {"leader", "office"},
    "/desk/cases/{case}?act=close": {"leader", "office"},
    "/desk/cases/{case}?act=withdraw": {"leader", "office"},
    "/desk/sources/tai-chinh/collect": {"operator"},
    "/desk/letters/{letter}/retry": {"operator"},
    "/desk/letters/{letter}/discard": {"operator"},
    "/desk/work/{letter}/stop": {"operator"},
    "/desk/work/{letter}/again": {"operator"},
    "/desk/replay/": {"operator"},
    "/desk/replay/{letter}/stop": {"operator"},
}


def test_who_may_not_do_an_act_cannot(world: World) -> None:
    form = {"seen": "3", "note": "x", "agency": made.FARMING, "due_on": "2026-11-27", "text": "x"}
    for role, agency in ROLES.items():
        client = quiet(made.person(role, agency, "Người Lạ"))
        before = traces()
        for path in [path for path, roles in MAY.items() if role not in roles]:
            evidence = {"evidence": SimpleUploadedFile("a.pdf", made.PDF)}
            answer = client.post(path.format(**vars(world)), {**form, **evidence})
            # Where the page itself may be seen, the refusal stands on it.
            assert answer.status_code in {403, 404, 409}, (role, path, answer.status_code)
            assert traces() == before, (role, path)


def test_a_membership_that_has_ended_opens_nothing_from_that_moment(world: World, finance: Person) -> None:
    client = quiet(finance)
    addresses = [
        "/board",
        "/desk/",
        f"/desk/cases/{world.case}",
        f"/desk/files/{world.file}",
        "/desk/alarms/",
        "/indicators/HCC08",
    ]
    for address in addresses:
        answer = client.get(address)
        assert (answer.status_code, bool(body(answer))) == (200, True), address
    Membership.objects.filter(person=finance).update(valid_to=made.TODAY - dt.timedelta(days=1))
    before = traces()
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 403, address
        assert SECRET not in body(answer)
    assert client.post(f"/desk/cases/{world.case}?act=report", {"seen": "3", "note": "x"}).status_code == 403
    assert traces() == before


def test_an_account_that_was_closed_is_out_at_once(world: World, finance: Person) -> None:
    client = quiet(finance)
    assert client.get("/desk/").status_code == 200
    Account.objects.filter(person=finance).update(is_active=False)
    answer = client.get(f"/desk/cases/{world.case}")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/log-in?next=/desk/cases/{world.case}")


def test_the_cookie_of_who_has_logged_out_opens_nothing(world: World, finance: Person) -> None:
    client, thief = quiet(finance), quiet(None)
    thief.cookies["sessionid"] = client.cookies["sessionid"].value
    assert thief.get(f"/desk/cases/{world.case}").status_code == 200
    assert client.post("/log-out").status_code == 302
    for address in (f"/desk/cases/{world.case}", f"/desk/files/{world.file}", "/board"):
        answer = thief.get(address)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/log-in?next=")
        assert SECRET not in body(answer)


def test_a_made_up_cookie_is_nobody() -> None:
    for cookie in ("", "x", "a" * 4000, "'; DROP TABLE django_session; --", "%00", "\x7f"):
        client = quiet(None)
        client.cookies["sessionid"] = cookie
        assert client.get("/board").status_code == 302, cookie


# Headers


AWAY = (
    "//evil.example/", "https://evil.example", "/\\evil.example", "\\\\evil.example", "///evil.example", "javascript:alert(1)",
    "http:evil.example", "/\t/evil.example", "https://testserver@evil.example/", "//evil.example\\@testserver", "\x00//evil.example",
    "/%0d%0aSet-Cookie:a=b", "/\r\nSet-Cookie: a=b",
)  # fmt: skip


def test_nobody_is_sent_away(finance: Person) -> None:
    client = quiet(finance)
    for target in AWAY:
        for answer in (
            client.get(f"/log-in?next={quote(target)}"),
            client.post("/language", {"language": "en", "next": target}),
            client.post("/language", {"language": "en"}, headers={"referer": target}),
            quiet(None).get(f"/desk/?next={quote(target)}"),
        ):
            assert answer.status_code == 302
            place = answer.headers["Location"]
            assert re.match(r"/(?![/\\])", place), (target, place)
            assert not re.search(r"[\x00-\x20]", place), (target, place)
            assert "a" not in answer.cookies


def test_a_foreign_host_gets_nothing_and_is_not_repeated(finance: Person) -> None:
    client = quiet(finance)
    for host in ("evil.example", "evil.example:80", "testserver.evil.example", "testserver@evil.example", "", "a b"):
        answer = client.get("/", headers={"host": host})
        assert answer.status_code == 400, host
        assert "evil" not in body(answer)
        forwarded = quiet(None).get("/desk/", headers={"x-forwarded-host": host, "x-forwarded-proto": "https"})
        assert (forwarded.status_code, forwarded.headers["Location"]) == (302, "/log-in?next=/desk/")


NAMES = (
    "a\r\nSet-Cookie: a=b.pdf", 'a"; filename="b.exe.pdf', "..\\..\\etc\\passwd.pdf", "../../../etc/passwd.pdf", "a\x00.pdf",
    "báo cáo.pdf", "\u202efdp.exe.pdf", "a" * 400 + ".pdf", "; filename*=UTF-8''x.exe.pdf", "\U0001f600.pdf",
    "<script>alert(1)</script>.pdf", " . a.pdf", "CON.pdf",
)  # fmt: skip


def test_a_file_name_cannot_write_headers_or_leave_its_folder(world: World, office: Person, finance: Person) -> None:
    client = quiet(finance)
    for turn, name in enumerate(NAMES):
        services.act(world.case, "send_back", by=office, seen=3 + 2 * turn, note="x", uploads=[])
        upload = SimpleUploadedFile("x.pdf", made.PDF)
        upload._name = name  # what a browser could send; Django's own class would clean it
        services.act(world.case, "report", by=finance, seen=4 + 2 * turn, note="x", uploads=[upload])
        file = File.objects.latest("pk")

        answer = client.get(f"/desk/files/{file.pk}")

        assert (answer.status_code, body(answer)) == (200, made.PDF.decode())
        head = EmailMessage()
        head["Content-Disposition"] = answer.headers["Content-Disposition"]
        assert (head.get_content_disposition(), head.get_filename()) == ("attachment", file.name), name
        assert not re.search(r"[\r\n\x00]", answer.headers["Content-Disposition"])
        assert "a" not in answer.cookies
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert not re.search(r"[/\\\x00-\x1f\u202e]", file.name), name
        assert 0 < len(file.name) <= 255
    assert "<script>alert" not in client.get(f"/desk/cases/{world.case}").content.decode()


def test_words_with_markup_stay_words(world: World, office: Person, finance: Person) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>{{ 7|add:7 }}{% debug %}"
    services.act(world.case, "send_back", by=office, seen=3, note=evil, uploads=[])
    page = quiet(finance).get(f"/desk/cases/{world.case}").content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "{{ 7|add:7 }}" in html.unescape(page)
