"""Officials on pages: what an administrator may do with whom, and what does not happen."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from vamco.kernel.base.audit.models import Entry
from vamco.kernel.work.notices import public as notices
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.lib.errors import Forbidden, Missing, Refused
from vamco.systems.desk.tests import made
from vamco.systems.identity import public as identity
from vamco.systems.identity.models import Account, EidLink, Passkey
from vamco.systems.identity.queries import staff as known
from vamco.systems.identity.rules.staff import Given, Invitation, StandIn
from vamco.systems.identity.services import staff

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

    from vamco.kernel.world.people.models import Person

pytestmark = pytest.mark.django_db
TODAY = made.TODAY
DAY = dt.timedelta(days=1)
WHY = "QĐ 12/QĐ-SNV ngày 18/11/2026"
NUMBER = "072154001234"
FINANCE, FARMING, COMMUNE = made.FINANCE, made.FARMING, made.COMMUNE


@pytest.fixture(autouse=True)
def _day(settings: Any) -> None:
    settings.VAMCO_TODAY = TODAY


def official(role: str, agency: str, name: str = "Lê Văn Thử", *, account: bool = True) -> Person:
    found = made.person(role, agency, name)
    if account:
        identity.open_account(f"u{found.pk}", "không-cần-nhớ-2026", found)
    return found


@pytest.fixture
def province() -> Person:
    return official("administrator", made.IOC, "Lý Minh Khôi")


@pytest.fixture
def finance_admin() -> Person:
    return official("agency_administrator", FINANCE, "Trương Thị Diễm")


def stamp(number: int, reader: Person) -> str:
    return known.official(number, reader).stamp


def again(person: Person) -> Person:
    return people.get(person.pk)


def post_of(person: Person) -> people.Membership:
    return people.posts([person.pk])[person.pk][0]


def sent(client: Client, path: str, fields: dict[str, Any]) -> HttpResponse:
    """Send a form as the page that says what will happen sends it."""
    shown = client.post(path, fields)
    assert shown.status_code == 200, shown.content.decode()
    assert 'name="sure"' in shown.content.decode()
    return client.post(path, {**fields, "sure": "1"})  # type: ignore[return-value]


# ── a life of an official ──


def test_an_invitation_makes_person_post_and_link_after_it_was_confirmed(province: Person) -> None:
    client = made.sure_reader(province)
    fields = {
        "name": "Nguyễn  Văn Ẩn", "username": "", "agency": FINANCE, "role": "department_official", "position": "specialist",
        "title": "Chuyên viên", "since": "20/11/2026", "reason": WHY,
    }  # fmt: skip
    before = people.Person.objects.count()
    shown = client.post("/staff/invite", fields).content.decode()
    assert "nguyenvanan" in shown
    assert people.Person.objects.count() == before  # only said so far
    page = client.post("/staff/invite", {**fields, "sure": "1"})
    text = page.content.decode()
    word = re.search(r"/start/([\w-]{40,})", text)
    assert word is not None
    assert page.headers["Cache-Control"] == "no-store"
    assert word[1] not in str(dict(client.session))
    account = Account.objects.get(username="nguyenvanan")
    assert (account.person.name, account.has_usable_password()) == ("Nguyễn Văn Ẩn", False)
    post = post_of(account.person)
    assert (post.role, post.agency.code, post.valid_from, post.title) == (
        "department_official",
        FINANCE,
        TODAY,
        "Chuyên viên",
    )
    assert identity.offer(word[1]).second_factor
    entry = next(each for each in known.history(account.person) if each.act == "people.appoint")
    assert (entry.actor, entry.purpose, entry.detail["agency"]) == (str(province.pk), WHY, FINANCE)
    assert client.post("/staff/invite", {**fields, "username": "nguyenvanan", "sure": "1"}).status_code == 409
    assert people.Person.objects.count() == before + 1


def test_who_is_known_by_their_number_is_invited_and_not_entered_twice(province: Person) -> None:
    citizen = people.add("Trần Thị Mai")
    people.record_number(citizen, "citizen_id", NUMBER)
    account = identity.open_account("@0a1b2c", None, citizen)
    client, count = made.sure_reader(province), people.Person.objects.count()
    fields = {
        "name": "trần thị Mai", "number": NUMBER, "username": "", "email": "admin@example.vn", "agency": FINANCE,
        "role": "department_official", "position": "", "title": "", "since": "20/11/2026", "reason": WHY, "sure": "1",
    }  # fmt: skip
    answer = client.post("/staff/invite", fields)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/staff/{citizen.pk}")
    assert people.Person.objects.count() == count
    account.refresh_from_db()
    assert (account.person, account.username, account.has_usable_password()) == (citizen, "tranthimai", False)
    assert (post_of(citizen).role, post_of(citizen).agency.code) == ("department_official", FINANCE)
    assert not account.links.exists()  # an administrator gets no key to what is a citizen's
    assert notices.contacts(citizen) == []
    entries = Entry.objects.filter(act="identity.look_up_person", actor=str(province.pk))
    assert [NUMBER in str(each.detail) for each in entries] == [False]
    again_sent = client.post("/staff/invite", fields)
    assert again_sent.status_code == 409
    assert len(people.posts([citizen.pk])[citizen.pk]) == 1


def test_a_number_of_another_name_invites_nobody_and_the_search_stays_on_record(province: Person) -> None:
    citizen = people.add("Trần Thị Mai")
    people.record_number(citizen, "citizen_id", NUMBER)
    given = Invitation("Nguyễn Văn An", "an", Given(FINANCE, "department_official", TODAY), number=NUMBER)
    with pytest.raises(Refused) as refused:
        staff.invite(given, by=province, reason=WHY)
    assert refused.value.code == "identity.other_name"
    assert (NUMBER in repr(given), Account.objects.filter(username="an").exists()) == (False, False)
    assert not people.posts([citizen.pk]).get(citizen.pk)
    assert Entry.objects.filter(act="identity.look_up_person", purpose=WHY).count() == 1


def test_a_new_number_is_recorded_and_finds_them_the_next_time(province: Person) -> None:
    given = Invitation("Nguyễn Văn An", "an", Given(FINANCE, "department_official", TODAY), number=NUMBER)
    opened = staff.invite(given, by=province, reason=WHY)
    assert (bool(opened.word), people.find_by_number("citizen_id", NUMBER)) == (True, people.get(opened.person))


def test_a_proposed_name_is_a_free_one(province: Person) -> None:
    for expected in ("nguyenvanan", "nguyenvanan2", "nguyenvanan3"):
        done = staff.invite(
            Invitation("Nguyễn Văn An", "", Given(FINANCE, "department_official", TODAY)), by=province, reason=WHY
        )
        assert done.username == expected


def test_a_post_ends_on_its_last_day_and_the_account_with_the_last_post(province: Person, settings: Any) -> None:
    person = official("department_official", FINANCE)
    name = Account.objects.get(person=person).username
    staff.dismiss(post_of(person).pk, until=TODAY, by=province, seen=stamp(person.pk, province), reason=WHY)
    assert access.allow(again(person), "desk.view_inbox", agencies.get(FINANCE))
    assert Account.objects.get(username=name).is_active
    assert staff.close_left() == 0
    settings.VAMCO_TODAY = TODAY + DAY
    assert not access.allow(again(person), "desk.view_inbox", agencies.get(FINANCE))
    assert staff.close_left() == 1
    assert not Account.objects.get(username=name).is_active
    assert staff.close_left() == 0


def test_who_is_dismissed_in_the_past_cannot_log_in_any_more(province: Person) -> None:
    person = official("department_official", FINANCE)
    staff.dismiss(post_of(person).pk, until=TODAY - DAY, by=province, seen=stamp(person.pk, province), reason=WHY)
    assert not Account.objects.get(person=person).is_active
    with pytest.raises(Refused, match="Appoint them first"):
        staff.unlock_account(person.pk, by=province, seen=stamp(person.pk, province), reason=WHY)


def test_a_citizen_keeps_the_national_way_in_and_loses_the_official_ones(province: Person) -> None:
    person = official("department_official", FINANCE)
    account = Account.objects.get(person=person)
    now = timezone.now()
    EidLink.objects.create(account=account, issuer="https://eid", subject="x", created_at=now, used_at=now)
    Passkey.objects.create(account=account, credential=b"1", public_key=b"1", name="máy cơ quan", created_at=now)
    before = account.get_session_auth_hash()
    staff.dismiss(post_of(person).pk, until=TODAY - DAY, by=province, seen=stamp(person.pk, province), reason=WHY)
    account = Account.objects.get(person=person)
    assert (account.is_active, account.has_usable_password(), account.passkeys.count(), account.eid_links.count()) == (
        True, False, 0, 1,
    )  # fmt: skip
    assert account.get_session_auth_hash() != before


def test_a_future_post_keeps_an_account_open(province: Person) -> None:
    person = official("department_official", FINANCE)
    staff.move(
        post_of(person).pk,
        Given(FARMING, "department_official", TODAY + 5 * DAY),
        by=province,
        seen=stamp(person.pk, province),
        reason=WHY,
    )
    assert staff.close_left() == 0
    held = [(post.agency.code, post.valid_from, post.valid_to) for post in people.posts([person.pk])[person.pk]]
    assert held == [(FARMING, TODAY + 5 * DAY, None), (FINANCE, made.SINCE, TODAY + 4 * DAY)]


def test_open_cases_go_to_the_successor_or_back_to_the_agency(province: Person) -> None:
    from vamco.kernel.work.cases import public as cases

    person, colleague = (
        official("department_official", FINANCE),
        official("department_official", FINANCE, "Phạm Thị Kế"),
    )
    office = official("office", made.OFFICE, "Trần Quốc Bảo")
    case = made.directive(made.late(), office, text="Giải quyết.")
    cases.claim(case.pk, by=person)
    client = made.sure_reader(province)
    path = f"/staff/posts/{post_of(person).pk}/end"
    fields = {"seen": stamp(person.pk, province), "until": "20/11/2026", "successor": str(colleague.pk), "reason": WHY}
    shown = client.post(path, fields).content.decode()
    assert "chuyển ngay cho Phạm Thị Kế" in shown
    assert client.post(path, {**fields, "sure": "1"}).status_code == 302
    assert cases.get(case.pk, office).taken_by_id == colleague.pk
    staff.dismiss(post_of(colleague).pk, until=TODAY - DAY, by=province, seen=stamp(colleague.pk, province), reason=WHY)
    assert cases.get(case.pk, office).taken_by_id is None


# ── reach ──


def test_an_agency_s_administrator_sees_and_touches_only_their_own(finance_admin: Person) -> None:
    own, other = (
        official("department_official", FINANCE, "Người Nhà"),
        official("department_official", FARMING, "Người Ngoài"),
    )
    client = made.sure_reader(finance_admin)
    page = client.get("/staff").content.decode()
    assert "Người Nhà" in page
    assert "Người Ngoài" not in page
    assert client.get(f"/staff/{own.pk}").status_code == 200
    for path in (
        f"/staff/{other.pk}",
        f"/staff/{other.pk}/lock",
        f"/staff/{other.pk}/link",
        f"/staff/posts/{post_of(other).pk}/end",
    ):
        assert client.get(path).status_code == 404
        assert client.post(path, {"reason": WHY, "until": "19/11/2026", "sure": "1"}).status_code in {404, 405}
    assert client.get("/staff?export=csv").status_code == 200
    assert "Người Ngoài".encode() not in b"".join(client.get("/staff?export=csv").streaming_content)
    assert Account.objects.get(person=other).is_active


@pytest.mark.parametrize(
    ("role", "agency"),
    [
        ("administrator", FINANCE),
        ("leader", FINANCE),
        ("department_official", FARMING),
        ("agency_administrator", "H53"),
    ],
)
def test_no_role_is_given_that_reaches_further_than_the_giver(finance_admin: Person, role: str, agency: str) -> None:
    person = official("department_official", FINANCE)
    with pytest.raises(Forbidden):
        staff.appoint(
            person.pk, Given(agency, role, TODAY), by=finance_admin, seen=stamp(person.pk, finance_admin), reason=WHY
        )
    with pytest.raises(Forbidden):
        staff.invite(Invitation("Ai Đó", "aido", Given(agency, role, TODAY)), by=finance_admin, reason=WHY)
    assert len(people.posts([person.pk])[person.pk]) == 1
    assert not Account.objects.filter(username="aido").exists()


def test_the_account_of_somebody_who_also_reaches_further_is_not_theirs(finance_admin: Person) -> None:
    """Else a new link would open what the administrator of one agency has no right to."""
    person = official("department_official", FINANCE)
    people.appoint(person, agencies.get("H53"), "leader", since=made.SINCE)
    seen = stamp(person.pk, finance_admin)
    for act in (
        lambda: staff.new_link(person.pk, remove_second_factor=True, by=finance_admin, seen=seen, reason=WHY),
        lambda: staff.lock_account(person.pk, by=finance_admin, seen=seen, reason=WHY),
    ):
        with pytest.raises(Forbidden):
            act()
    other = official("department_official", FINANCE, "Người Thay")
    with pytest.raises(Forbidden):  # nor may all of it be passed on to a third
        staff.substitute(person.pk, StandIn(other.pk, TODAY, TODAY), by=finance_admin, seen=seen, reason=WHY)
    staff.substitute(person.pk, StandIn(other.pk, TODAY, TODAY, FINANCE), by=finance_admin, seen=seen, reason=WHY)
    assert access.allow(again(other), "warnings.handle_directive", agencies.get(FINANCE))
    assert not access.allow(again(other), "warnings.issue_directive")


def test_nobody_touches_themselves(province: Person, finance_admin: Person) -> None:
    for one in (province, finance_admin):
        seen = stamp(one.pk, one)
        with pytest.raises(Forbidden):
            staff.appoint(one.pk, Given(FINANCE, "data_owner", TODAY), by=one, seen=seen, reason=WHY)
        with pytest.raises(Forbidden):
            staff.dismiss(post_of(one).pk, until=TODAY, by=one, seen=seen, reason=WHY)
        with pytest.raises(Forbidden):
            staff.lock_account(one.pk, by=one, seen=seen, reason=WHY)
    person = official("department_official", FINANCE)
    with pytest.raises(Forbidden):
        staff.substitute(
            person.pk, StandIn(province.pk, TODAY, TODAY), by=province, seen=stamp(person.pk, province), reason=WHY
        )


def test_somebody_always_administers_the_province(province: Person) -> None:
    second = official("administrator", made.IOC, "Quản Trị Hai")
    stand_in = official("department_official", FINANCE, "Người Thay")
    people.substitute(second, stand_in, since=TODAY, until=TODAY)
    seen = stamp(province.pk, second)
    staff.lock_account(province.pk, by=second, seen=seen, reason=WHY)
    with pytest.raises(Refused, match="nobody would administer"):
        staff.dismiss(post_of(second).pk, until=TODAY - DAY, by=stand_in, seen=stamp(second.pk, stand_in), reason=WHY)
    with pytest.raises(Refused, match="nobody would administer"):
        staff.lock_account(second.pk, by=stand_in, seen=stamp(second.pk, stand_in), reason=WHY)
    assert access.allow(again(second), known.MANAGE)
    assert Account.objects.get(person=second).is_active


def test_of_two_administrators_one_wins_and_the_other_hears(province: Person) -> None:
    second = official("administrator", made.IOC, "Quản Trị Hai")
    person = official("department_official", FINANCE)
    seen = stamp(person.pk, province)
    staff.lock_account(person.pk, by=province, seen=seen, reason=WHY)
    with pytest.raises(Refused, match="meanwhile"):
        staff.dismiss(post_of(person).pk, until=TODAY, by=second, seen=seen, reason=WHY)
    assert post_of(person).valid_to is None
    staff.lock_account(second.pk, by=province, seen=stamp(second.pk, province), reason=WHY)
    with pytest.raises(Forbidden):  # who was locked a moment ago decides nothing more
        staff.lock_account(province.pk, by=second, seen=stamp(province.pk, second), reason=WHY)
    assert Account.objects.get(person=province).is_active


def test_without_a_reason_nothing_is_done(province: Person) -> None:
    person = official("department_official", FINANCE)
    with pytest.raises(Refused, match="for what reason"):
        staff.lock_account(person.pk, by=province, seen=stamp(person.pk, province), reason="  ")
    assert made.sure_reader(province).post(f"/staff/{person.pk}/lock", {"sure": "1"}).status_code == 422
    assert Account.objects.get(person=person).is_active


def test_who_holds_no_such_act_does_nothing() -> None:
    person, head = official("department_official", FINANCE), official("department_head", FINANCE, "Trưởng Phòng")
    with pytest.raises(Missing):
        known.official(person.pk, head)
    with pytest.raises(Forbidden):
        staff.lock_account(person.pk, by=head, seen="", reason=WHY)


# ── pages ──


def test_a_post_can_be_called_off_and_given_again(province: Person) -> None:
    person = official("department_official", FINANCE)
    client = made.sure_reader(province)
    fields = {
        "seen": stamp(person.pk, province),
        "agency": FINANCE,
        "role": "data_owner",
        "since": "1/12/2026",
        "reason": WHY,
    }
    assert sent(client, f"/staff/{person.pk}/appoint", fields).status_code == 302
    post = post_of(person)
    path = f"/staff/posts/{post.pk}/end"
    done = sent(client, path, {"seen": stamp(person.pk, province), "until": "30/11/2026", "reason": WHY})
    assert done.status_code == 302
    post.refresh_from_db()
    assert post.valid_to == dt.date(2026, 11, 30)
    page = client.get(f"/staff/{person.pk}").content.decode()
    assert "Đã hủy, không nhận" in page
    assert f"/staff/{person.pk}/appoint?post={post.pk}" in page
    again_page = client.get(f"/staff/{person.pk}/appoint?post={post.pk}").content.decode()
    assert 'value="01/12/2026"' in again_page


def test_the_page_says_why_somebody_may_or_may_not(province: Person) -> None:
    person = official("department_official", FINANCE)
    client = made.sure_reader(province)
    for agency, answer in ((FINANCE, "<b>Được phép.</b>"), (FARMING, "<b>Không được phép.</b>")):
        page = client.get(f"/staff/{person.pk}?act=desk.view_inbox&agency={agency}").content.decode()
        assert answer in page
    assert "Công chức sở, ngành, Sở Tài chính" in page


def test_the_list_narrows_sorts_and_counts(province: Person) -> None:
    official("department_official", FINANCE, "Nguyễn Văn Khóa")
    locked = official("department_official", FINANCE, "Trần Thị Bị Khóa")
    official("department_official", FARMING, "Võ Không Tài Khoản", account=False)
    identity.lock(Account.objects.get(person=locked).username)
    client = made.sure_reader(province)
    for query, there, not_there in (
        ("state=locked", "Trần Thị Bị Khóa", "Nguyễn Văn Khóa"),
        ("state=none", "Võ Không Tài Khoản", "Trần Thị Bị Khóa"),
        ("words=khoa", "Nguyễn Văn Khóa", "Lý Minh Khôi"),
        (f"agency={FARMING}", "Võ Không Tài Khoản", "Nguyễn Văn Khóa"),
        ("role=administrator", "Lý Minh Khôi", "Nguyễn Văn Khóa"),
    ):
        page = client.get(f"/staff?{query}").content.decode()
        body = page[page.index("<tbody") :]
        assert there in body, query
        assert not_there not in body, query


def test_a_longer_list_asks_no_more_of_the_database(province: Person) -> None:
    client = made.sure_reader(province)
    client.get("/staff")  # what is asked once for all
    counts = []
    for more in (2, 12):
        for number in range(more):
            official("department_official", FINANCE, f"Người Thứ {number}")
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/staff").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_what_a_substitute_administers_says_for_whom(province: Person) -> None:
    stand_in, person = official("department_official", FINANCE, "Người Thay"), official("department_official", FINANCE)
    people.substitute(province, stand_in, since=TODAY, until=TODAY)
    staff.lock_account(person.pk, by=stand_in, seen=stamp(person.pk, stand_in), reason=WHY)
    entry = Entry.objects.get(act="identity.administer_for")
    assert (entry.actor, entry.detail, entry.purpose) == (str(stand_in.pk), {"acting_for": province.pk}, WHY)
    official_of_office = official("administrator", made.IOC, "Quản Trị Hai")
    staff.unlock_account(person.pk, by=official_of_office, seen=stamp(person.pk, province), reason=WHY)
    assert Entry.objects.filter(act="identity.administer_for").count() == 1


# ── one's own ──


def test_a_colleague_stands_in_for_a_leave_and_for_nothing_more() -> None:
    me, colleague = (
        official("department_head", FINANCE, "Trịnh Thị Mai"),
        official("department_official", FINANCE, "Phạm Văn Đức"),
    )
    stranger = official("department_official", FARMING, "Người Ngoài")
    client = made.sure_reader(me)
    fields = {"agency": FINANCE, "since": "20/11/2026", "until": "27/11/2026", "acts": ["cases.assign"]}
    for wrong in ({"substitute": str(stranger.pk)}, {"substitute": str(me.pk)}, {"substitute": str(colleague.pk), "agency": FARMING},
                  {"substitute": str(colleague.pk), "acts": ["identity.manage_staff"]}):  # fmt: skip
        assert client.post("/account/posts/substitute", {**fields, **wrong, "sure": "1"}).status_code == 422
    assert not people.substitutes(me).exists()
    assert sent(client, "/account/posts/substitute", {**fields, "substitute": str(colleague.pk)}).status_code == 302
    row = people.substitutes(me).get()
    assert (row.acts, row.agency.code) == (["cases.assign"], FINANCE)  # type: ignore[union-attr]
    assert access.allow(again(colleague), "cases.assign", agencies.get(FINANCE))
    theirs = made.sure_reader(colleague).get("/account/posts").content.decode()
    assert "Phạm Văn Đức thay Trịnh Thị Mai" in theirs
    path = f"/account/posts/substitutions/{row.pk}/end"
    assert made.sure_reader(stranger).post(path, {"until": "19/11/2026", "sure": "1"}).status_code == 404
    assert access.allow(again(colleague), "cases.assign", agencies.get(FINANCE))
    assert sent(client, path, {"until": "19/11/2026"}).status_code == 302
    assert not access.allow(again(colleague), "cases.assign", agencies.get(FINANCE))


def test_an_administrator_does_not_pass_their_office_on_by_themselves(province: Person) -> None:
    colleague = official("operator", made.IOC, "Ngô Thanh Tùng")
    client = made.sure_reader(province)
    fields = {"agency": made.IOC, "since": "20/11/2026", "until": "27/11/2026", "substitute": str(colleague.pk)}
    assert sent(client, "/account/posts/substitute", fields).status_code == 302
    assert access.allow(again(colleague), "cases.migrate")
    assert not access.allow(again(colleague), known.MANAGE)


# ── letters ──


def test_a_link_goes_by_mail_and_is_kept_nowhere(province: Person, settings: Any) -> None:
    from vamco.kernel.work.notices import public as notices
    from vamco.kernel.work.notices.adapters import channels

    settings.VAMCO_CHANNELS = {**settings.VAMCO_CHANNELS, "email": "simulated"}
    given = Invitation("Nguyễn Văn An", "an", Given(FINANCE, "department_official", TODAY), "an@example.vn")
    opened = staff.invite(given, by=province, reason=WHY)
    assert opened.sent_to.endswith("@example.vn")
    assert opened.sent_to != "an@example.vn"
    letter = channels.channel("email").provider.taken[-1]  # type: ignore[attr-defined]
    assert (letter.to, opened.word in letter.text) == ("an@example.vn", True)
    assert notices.log(limit=50) == []
    assert opened.word not in str(known.history(people.get(opened.person)))
    notices.consent(people.get(opened.person), "email", given=False)
    seen = stamp(opened.person, province)
    again_opened = staff.new_link(opened.person, remove_second_factor=False, by=province, seen=seen, reason=WHY)
    assert again_opened.sent_to == ""


def test_a_substitution_beyond_one_s_reach_is_not_ended(finance_admin: Person) -> None:
    person, other = official("department_official", FINANCE), official("department_official", FINANCE, "Người Thay")
    people.appoint(person, agencies.get("H53"), "leader", since=made.SINCE)
    row = people.substitute(person, other, since=TODAY, until=TODAY + DAY, agency=agencies.get("H53"))
    with pytest.raises(Forbidden):
        staff.end_substitution(row.pk, until=TODAY, by=finance_admin, reason=WHY)
    row.refresh_from_db()
    assert row.valid_to == TODAY + DAY
