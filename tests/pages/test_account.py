"""One's own account in a real browser: passkeys by a virtual authenticator, step-up and back, recovery on a new phone."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from tests.pages.axe import LOOKS, assert_accessible, assert_fits, assert_targets
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.systems.identity.models import Account
from vamco.systems.identity.public import recovering
from vamco.systems.identity.tests import entering

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    Reader = Callable[..., Page]

PHONE = 320
PAGES = ("/account/", "/account/stays", "/account/history", "/account/passkeys", "/account/passkeys/add",
         "/account/password", "/account/app", "/account/contacts", "/account/contacts/sms")  # fmt: skip


@pytest.fixture
def at(site: str, settings: Any) -> str:
    """The site by its name: passkeys are bound to a name, never to a number."""
    named = site.replace("127.0.0.1", "localhost")
    settings.VAMCO_SITE_URL = named
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    return named


def with_authenticator(page: Page) -> None:
    """Give the browser a device that always recognises its owner."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
               "isUserVerified": True, "automaticPresenceSimulation": True}  # fmt: skip
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def log_in(page: Page, at: str) -> None:
    page.goto(f"{at}/log-in?next=/account/")
    page.fill("#username", "canbo")
    page.fill("#password", entering.PASSWORD)
    page.click("section[aria-labelledby=officials] button")
    page.wait_for_url(f"{at}/account/")


def test_a_passkey_is_made_and_signs_in(reader: Reader, at: str) -> None:
    account = entering.account()
    page = reader("/log-in", width=PHONE)
    with_authenticator(page)
    log_in(page, at)
    page.goto(f"{at}/account/passkeys/add")
    page.fill("#passkey_name", "Máy thử")
    page.click("form[data-passkey] button")
    page.wait_for_url(f"{at}/account/passkeys")
    assert account.passkeys.get().name == "Máy thử"
    page.context.clear_cookies()
    page.goto(f"{at}/log-in?next=/account/stays")
    page.click("form[data-passkey] button")
    page.wait_for_url(f"{at}/account/stays")
    assert page.locator("main").inner_text().count("Thiết bị này") == 1
    assert "mức 2" in page.locator("main").inner_text()


def test_step_up_comes_back_with_what_was_typed(reader: Reader, at: str) -> None:
    account = entering.account()
    entering.passkey(account)
    number = account.passkeys.get().pk
    page = reader("/log-in", width=PHONE)
    log_in(page, at)
    page.goto(f"{at}/account/passkeys/{number}")
    from django.contrib.sessions.backends.db import SessionStore

    key = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "sessionid")
    session = SessionStore(key)
    session["assurance"] = {**session["assurance"], "at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC).isoformat()}
    session.save()
    page.fill("#name", "Máy “mới”")
    page.click("button[value=rename]")
    page.wait_for_url("**/confirm?*")
    assert_accessible(page)
    assert_fits(page)
    page.fill("#password", entering.PASSWORD)
    page.click("form:has(#password) button")
    page.wait_for_url("**/confirm/done?*")
    assert_accessible(page)
    page.click("main form button")
    page.wait_for_url(f"{at}/account/passkeys/{number}")
    assert account.passkeys.get().name == "Máy “mới”"


@pytest.mark.parametrize(("language", "theme", "width"), LOOKS)
def test_everybody_can_use_the_pages(reader: Reader, at: str, language: str, theme: str, width: int) -> None:
    entering.with_app(entering.account("khac", "Người Khác"))
    account = entering.account()
    entering.passkey(account)
    page = reader("/log-in", language=language, theme=theme, width=min(width, 1440) if width > PHONE else width)
    page.context.add_cookies([{"name": "vamco_language", "value": language, "url": at}])
    page.goto(f"{at}/log-in")
    for check in (assert_accessible, assert_fits, assert_targets):
        check(page)
    log_in(page, at)
    stay = account.sign_ins.get().pk
    for path in (*PAGES, f"/account/stays/{stay}", f"/account/passkeys/{account.passkeys.get().pk}"):
        page.goto(at + path)
        assert page.locator("h1").count() == 1, path
        for check in (assert_accessible, assert_fits, assert_targets):
            check(page)


def test_a_new_phone_is_let_in_by_the_counter(reader: Reader, at: str) -> None:
    lost = entering.citizen("Trần Thị Dân", "072190000111")
    officials = []
    for username in ("tiepdan1", "tiepdan2"):
        account = entering.account(username, username)
        people.appoint(account.person, agencies.get("H53.25708"), "counter_official", since=dt.date(2025, 7, 1))
        officials.append(Account.objects.get(pk=account.pk).person)
    given = recovering.approve(officials[1], recovering.confirm(officials[0], lost, "chip_card"))
    page = reader("/log-in", width=PHONE)
    with_authenticator(page)
    page.goto(f"{at}/recover")
    assert_accessible(page)
    page.fill("#code", given.short)
    page.click("main form button")
    page.wait_for_url("**/recover/*")
    assert_accessible(page)
    assert_fits(page)
    page.click("form[data-passkey] button")
    page.wait_for_url(f"{at}/account/")
    assert lost.passkeys.get().name == "Điện thoại mới"


def test_without_a_script_the_page_says_what_there_is(browser: Any, at: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{at}/log-in")
    assert page.locator("form[data-passkey]").is_hidden()
    assert "JavaScript" in page.locator("section[aria-labelledby=citizens]").inner_text()
    context.close()
