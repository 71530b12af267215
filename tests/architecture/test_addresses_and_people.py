"""Every address, asked by everybody who can log in and by a visitor: the answer is what the declared act says, no more.

Who holds which act is read from the pack's file, and who may see which object is written down here; neither asks `access`.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver
from ruamel.yaml import YAML

from tests.architecture import sample_objects
from tests.architecture.test_declared_acts import addresses
from vamco.demo import log_ins
from vamco.kernel.base import clock
from vamco.systems.desk.tests import made
from vamco.systems.identity.models import Account
from vamco.web import assurance
from vamco.web.pages import PUBLIC, SIGNED_IN

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.django_db
VISITOR = "visitor"
PEOPLE = log_ins.everybody()
EVERYBODY = [VISITOR, *(one.username for one in PEOPLE)]
HIDDEN = "mật-5519"
FORGED = ("0", "987654", str(2**31), str(2**63 - 1), str(2**63), "9" * 30)
THOROUGH = {VISITOR, "vanphong", "ioc"}  # these together reach all the code behind the addresses
PUBLIC_ANSWERS = {200, 302, 303, 400, 401, 404, 405, 410, 422, 429}
API = "api/"
ARGUMENT = re.compile(r"<(?:(\w+):)?(\w+)>")


@dataclass(frozen=True)
class Address:
    route: str
    act: str
    kind: str  # of its argument: int, str, or "" without one
    argument: str

    def of(self, value: object) -> str:
        return "/" + ARGUMENT.sub(str(value), self.route)


def walked() -> list[Address]:
    found = []
    for route, view in addresses(get_resolver().url_patterns):
        arguments = ARGUMENT.findall(route)
        kind, name = arguments[0] if arguments else ("", "")
        found.append(Address(route, view.act, kind, name))  # type: ignore[attr-defined]
    return found


@cache
def held() -> dict[str, frozenset[str]]:
    """Who holds which acts, as the pack's file says."""
    roles = YAML(typ="safe").load((settings.VAMCO_PACKS / "vietnam" / "roles.yaml").read_text(encoding="utf-8"))
    acts = {role["code"]: [act if isinstance(act, str) else act["act"] for act in role["acts"]] for role in roles}
    return {one.username: frozenset(acts[one.role]) for one in PEOPLE} | {VISITOR: frozenset()}


@pytest.fixture(autouse=True)
def _day(settings: Any) -> None:
    settings.VAMCO_TODAY = made.TODAY


@pytest.fixture
def objects(tmp_path: Path) -> dict[str, Any]:
    """One object for each kind of argument, by the argument's name."""
    log_ins.open_all()
    return sample_objects.make(sample_objects.World(tmp_path, HIDDEN))


def surely(client: Client) -> None:
    """Let it be known for sure who it is, so that pages which ask for that are walked, too."""
    session = client.session
    assurance.write(session, assurance.Assurance(2, ("pwd", "otp", "mfa"), clock.now(), ""))
    session.save()


def browser(who: str) -> Client:
    client = Client(raise_request_exception=False)
    if who != VISITOR:
        account = Account.objects.get(username=who)
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        surely(client)
    return client


def text_of(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    for close in answer._resource_closers:  # all of `close()` would end the test's transaction
        close()
    return html.unescape(content.decode(errors="replace"))


def expected(address: Address, who: str) -> set[int]:
    """What a GET of the address must answer, when its argument names an object that exists."""
    if address.act == PUBLIC:
        return PUBLIC_ANSWERS
    if who == VISITOR:
        return {401, 405} if address.route.startswith(API) else {302}
    if address.act != SIGNED_IN and address.act not in held()[who]:
        return {403}
    seen = sample_objects.seen()
    if address.argument in seen:
        return {200} if who in seen[address.argument] else {404}
    return {200, sample_objects.without().get(address.argument, 405)}


def permitted(right: set[int], argument: str, method: str) -> set[int]:
    """Give the answers that are right for a method: what is posted to a page that may be seen is wrong in many ways."""
    if method == "get" and right == {200}:
        return {200, sample_objects.without().get(argument, 200)}
    if method == "get" or right & {302, 403}:
        return right | ({405} if right == {404} else set())  # an address that is only posted to tells nothing
    return {404, 405} if right == {404} else right | {302, 400, 404, 405, 409, 422}


def walk(who: str, objects: dict[str, Any]) -> list[str]:
    """Ask every address by GET and POST, and give the answers that are wrong."""
    client, wrong = browser(who), []
    for address in walked():
        url, right = address.of(objects.get(address.argument, "khong-co")), expected(address, who)
        if address.argument not in {"", *objects} and not right & {302, 403}:
            right = right | {400, 404, 410}  # of a kind of which there is none here
        if address.route.startswith(API):
            right = right | {405}
        for method in ("get", "post"):
            answer = getattr(client, method)(url)
            text = text_of(answer)
            allowed = permitted(right, address.argument, method)
            if answer.status_code not in allowed:
                wrong.append(f"{method} {url}: {answer.status_code}, not {sorted(allowed)}")
            if answer.status_code in {302, 403, 404} and HIDDEN in text:
                wrong.append(f"{method} {url} tells what it refuses")
            if right == {302} and not answer.headers.get("Location", "").startswith("/log-in?next="):
                wrong.append(f"{method} {url} leads elsewhere than to the log-in")
            if "_auth_user_id" not in client.session and who != VISITOR:
                client = browser(who)  # this was the way out
    return wrong


def forge(who: str, objects: dict[str, Any]) -> list[str]:
    """Ask for what does not exist, and give the answers that are wrong or tell what does."""
    client, wrong = browser(who), []
    for address in walked():
        if address.kind != "int":
            continue
        right = expected(address, who)
        refused = right if right & {302, 403} else {404, 405}
        for value in FORGED if who in THOROUGH else FORGED[:2]:
            for method in ("get", "post"):
                answer = getattr(client, method)(address.of(value))
                allowed = refused | ({302, 409} if method == "post" and not right & {302, 403} else set())
                if answer.status_code not in allowed:
                    wrong.append(f"{method} {address.of(value)}: {answer.status_code}, not {sorted(allowed)}")
        if right == {404}:  # there is one, but not for this reader
            real = objects[address.argument]
            there, nowhere = (
                re.sub(rf"\b({real}|987654)\b", "N", words(client.get(address.of(value)))) for value in (real, 987654)
            )
            if there != nowhere:
                wrong.append(f"{address.route} tells that there is one")
    return wrong


_answers: dict[str, list[str]] = {}  # the objects are made once for all, which takes longer than asking


@pytest.fixture
def answers(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> dict[str, list[str]]:
    """What was answered wrong, by who asked."""
    if not _answers:
        caplog.set_level("ERROR")
        objects = request.getfixturevalue("objects")
        # Forged ids first: the walk sends forms, and they may change what there is.
        found = {who: forge(who, objects) for who in EVERYBODY}
        _answers.update({who: found[who] + walk(who, objects) for who in EVERYBODY})
    return _answers


@pytest.mark.parametrize("who", EVERYBODY)
def test_every_address_answers_as_its_act_says(who: str, answers: dict[str, list[str]]) -> None:
    assert answers[who] == []


def words(answer: Any) -> str:
    """What an answer says, without the tokens that differ each time."""
    return re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken": ")\w+', "", text_of(answer))


def test_nobody_is_left_out_and_everybody_is_refused_something() -> None:
    """That the walk could fail: each act of an address is held by some and not by others, or by all on purpose."""
    acts = {address.act for address in walked()} - {PUBLIC, SIGNED_IN}
    assert len(acts) > 5
    for act in acts:
        assert any(act in held()[one.username] for one in PEOPLE), act
    for_all = {act for act in acts if all(act in held()[one.username] for one in PEOPLE)}
    assert for_all <= {"ioc.view_board", "indicators.view", "desk.view_inbox"}
