from __future__ import annotations

import datetime as dt
import threading
import unicodedata
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from vamco.kernel.record.search import public as search
from vamco.kernel.record.search import queries, rules, services
from vamco.kernel.record.search.models import Entry
from vamco.kernel.record.search.rules import Stock
from vamco.kernel.world.access import pack as access_pack
from vamco.kernel.world.access import public as access
from vamco.kernel.world.access.declaration import RoleItem
from vamco.kernel.world.agencies.models import Agency
from vamco.kernel.world.people import public as people
from vamco.kernel.world.places.models import Place
from vamco.lib.errors import Missing, Refused
from vamco.lib.text import fold, nfc, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TODAY = dt.date(2026, 11, 20)
SEE, OTHER = "test.see", "test.other"
SOON = dt.datetime(2026, 11, 20, 8, tzinfo=dt.UTC)
TREE = {"Y": "", "Y1": "Y", "Y10": "Y", "Y1A": "Y1", "X": ""}
SPOTS = {"Y": "25459", "Y1": "25708"}  # agencies that serve a commune
NFD = "NFD"


@pytest.fixture(autouse=True)
def _frequencies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "_known", (float("inf"), Stock({})))


@pytest.fixture
def world(db: None, settings: Any) -> None:
    settings.VAMCO_TODAY = TODAY
    paths: dict[str, str] = {}
    for code, above in TREE.items():
        paths[code] = paths.get(above, "") + code + "/"
        names = dict.fromkeys(("name", "name_en", "short_name", "sort_key"), code)
        place = Place.objects.get(code=SPOTS[code], valid_to=None) if code in SPOTS else None
        Agency.objects.create(code=code, kind="x", path=paths[code], valid_from=TODAY, place=place, **names)
    for reach in ("all", "subtree", "agency"):
        access_pack.ROLES.put([role(f"see_{reach}", reach, SEE), role(f"other_{reach}", reach, OTHER)])
        access_pack.ROLES.put([role(f"here_{reach}", reach, SEE, place_bound=True)])


def role(code: str, reach: str, *acts: str, place_bound: bool = False) -> RoleItem:
    given = {"code": code, "name": code, "name_en": code, "reach": reach, "acts": acts, "place_bound": place_bound}
    return RoleItem.model_validate(given)


def person_with(*memberships: tuple[str, str]) -> people.Person:
    person = people.add("Người thử")
    for code, agency in memberships:
        people.appoint(person, Agency.objects.get(code=agency), code, since=TODAY)
    return person


def item(number: int | str, title: str, text: str = "", *, agency: str | None = "Y", **other: Any) -> search.Item:
    owner = Agency.objects.get(code=agency) if agency else None
    given_at = {"at": SOON - dt.timedelta(days=int(number))} if str(number).isdigit() else {"at": SOON}
    values = {"kind": "test", "act": SEE, "url": f"/test/{number}", **given_at, **other}
    return search.Item(id=str(number), title=title, text=text, agency=owner, **values)


def put(*items: search.Item) -> None:
    with transaction.atomic():
        search.put(*items)


def found(person: people.Person | None, text: str, **how: Any) -> list[str]:
    return [hit.id for hit in search.search(person, text, **how).hits]


@pytest.fixture
def leader(world: None) -> people.Person:
    return person_with(("see_all", "X"))


@pytest.mark.parametrize(
    "typed", ["dang ky", "DANG KY", "Đăng ký", "đăng kí", unicodedata.normalize(NFD, "đăng ký"), "ký đăng"]
)
def test_a_text_is_found_as_it_may_be_typed(leader: people.Person, typed: str) -> None:
    put(item(1, "Đăng ký khai sinh"), item(2, unicodedata.normalize(NFD, "ĐĂNG KÝ kết hôn")), item(3, "Khai tử"))
    assert found(leader, typed) == ["1", "2"]


def test_words_as_typed_come_before_words_that_only_fold_alike(leader: people.Person) -> None:
    put(item(1, "phố mới"), item(2, "phở ngon"), item(3, "phở bò"), item(4, "Pho sử"))
    assert found(leader, "phở") == ["2", "3", "1", "4"]
    assert found(leader, "phở", order="ranked")[:2] == ["2", "3"]
    assert sorted(found(leader, "phở", order="ranked")[2:]) == ["1", "4"]
    assert found(leader, "pho") == ["1", "2", "3", "4"]
    assert [hit.exact for hit in search.search(leader, "phở").hits] == [True, True, False, False]


@pytest.mark.parametrize(("typed", "stored"), [("hòa", "hoà"), ("hoà", "Hòa"), ("thủy", "thuỷ"), ("kĩ", "kỹ")])
def test_both_ways_to_write_a_syllable_are_exact(leader: people.Person, typed: str, stored: str) -> None:
    put(item(1, "hoa thuy ky"), item(2, stored))
    assert [(hit.id, hit.exact) for hit in search.search(leader, typed).hits] == [("2", True), ("1", False)]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("H53.13-261008-0975", ["1"]),
        ("h53.13-261008-0975", ["1"]),
        ("261008-0975", ["1"]),
        ("000.00.12.H62-201105-0004", ["2"]),
        ("1.004873", ["3"]),
        ("15/QĐ-UBND", ["4"]),
        ("15/qd-ubnd", ["4"]),
        ("0975-261008", []),
        ("H53.13-261008-097", []),
        ("5.1.004873", []),
    ],
)
def test_codes_are_found_as_typed(leader: people.Person, typed: str, expected: list[str]) -> None:
    put(
        item(1, "Khai sinh", "(H53.13-261008-0975), nộp trực tuyến"),
        item(2, "Khai sinh", "mã cũ 000.00.12.H62-201105-0004."),
        item(3, "1.004873 Xác nhận tình trạng hôn nhân"),
        item(4, "Quyết định 15/QĐ-UBND"),
    )
    assert found(leader, typed) == expected


HOSTILE = [
    "'",
    '"',
    "' OR 1=1 --",
    "a' | 'b",
    "!a",
    "(a",
    "a:*",
    "a <-> ",
    "\\",
    "%s",
    "%(words)s",
    "{}",
    "\x00",
    "\ud800",
    "&" * 999,
]


@pytest.mark.parametrize("typed", HOSTILE)
@pytest.mark.parametrize("order", ["newest", "ranked"])
def test_signs_that_a_person_types_mean_nothing(leader: people.Person, typed: str, order: str) -> None:
    put(item(1, "Hồ sơ", typed))
    assert found(leader, f"ho {typed} so", order=order) in (["1"], [])
    assert found(leader, f"hồ so {typed}", order=order) == ["1"]


def test_what_has_no_word_finds_nothing_and_long_questions_are_cut(leader: people.Person) -> None:
    put(item(1, " ".join(f"w{n}" for n in range(400))))
    assert found(leader, "  ") == found(leader, "&|!") == []
    assert found(leader, " ".join(f"w{n}" for n in range(300))) == ["1"]


def test_kinds_and_places_narrow(leader: people.Person) -> None:
    here, there = Place.objects.all()[:2]
    put(item(1, "a", place=here), item(2, "a", place=there), item(3, "a", kind="other", place=here), item(4, "a"))
    assert found(leader, "a") == ["1", "2", "3", "4"]
    assert found(leader, "a", kinds=["test"]) == ["1", "2", "4"]
    assert found(leader, "a", places=[here.pk]) == ["1", "3"]
    assert found(leader, "a", kinds=["other"], places=[there.pk]) == []
    assert found(leader, "a", kinds=["x' | 'y"]) == []


def test_put_changes_and_remove_takes_away(leader: people.Person) -> None:
    put(item(1, "cũ"), item(2, "hai"))
    put(item(1, "mới", agency="Y1"))
    assert found(leader, "cu") == []
    hit = search.search(leader, "MOI").hits[0]
    assert (hit.kind, hit.id, hit.url, hit.agency) == ("test", "1", "/test/1", Agency.objects.get(code="Y1").pk)
    assert hit.title == (("mới", True),)
    with transaction.atomic():
        search.remove("test", "1", "77")
    assert found(leader, "moi") == []
    assert found(leader, "hai") == ["2"]


def test_an_act_that_rolls_back_is_not_found(leader: people.Person) -> None:
    with transaction.atomic():
        search.put(item(1, "mới"))
        transaction.set_rollback(True)
    assert found(leader, "moi") == []


@pytest.mark.usefixtures("fresh_db")
def test_put_and_remove_need_the_transaction_of_an_act() -> None:
    thing = search.Item(kind="test", id="1", title="a", act=SEE, url="/", at=SOON)
    for act in (lambda: search.put(thing), lambda: search.remove("test", "1")):
        with pytest.raises(transaction.TransactionManagementError):
            act()
    assert not Entry.objects.filter(kind="test").exists()


def test_a_moment_needs_its_zone(leader: people.Person) -> None:
    with pytest.raises(ValueError, match="time zone"):
        put(item(1, "a", at=dt.datetime(2026, 1, 1)))  # noqa: DTZ001  # that is the mistake


def test_a_stranger_and_a_forged_key(leader: people.Person) -> None:
    put(item(1, "a"))
    assert found(None, "a") == found(people.add("Không có vai trò"), "a") == []
    with pytest.raises(Refused) as refused:
        search.search(leader, "a", after="forged")
    assert refused.value.code == "search.bad_key"


def test_a_key_of_another_shows_nothing_more(leader: people.Person) -> None:
    put(*(item(n, "a", agency="X" if n % 2 else "Y1") for n in range(6)))
    key = search.search(leader, "a", limit=1).after
    clerk = person_with(("see_agency", "Y1"))
    assert found(clerk, "a", after=key) == ["2", "4"]


def test_who_loses_a_role_loses_the_hits_at_once(world: None) -> None:
    put(item(1, "a", agency="Y1"))
    person = people.add("Người thử")
    held = people.appoint(person, Agency.objects.get(code="Y1"), "see_agency", since=TODAY - dt.timedelta(days=9))
    assert found(people.Person.objects.get(pk=person.pk), "a") == ["1"]
    people.dismiss(held, until=TODAY - dt.timedelta(days=1))
    assert found(people.Person.objects.get(pk=person.pk), "a") == []


def test_only_the_newest_are_ranked_and_it_is_said(leader: people.Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "CANDIDATES", 3)
    monkeypatch.setattr(queries, "_FEW", 5)
    put(*(item(n, "x", "sinh") for n in range(8)), item(8, "sinh sinh"))
    page = search.search(leader, "sinh", order="ranked")
    assert ([hit.id for hit in page.hits], page.bounded) == (["0", "1", "2"], True)
    monkeypatch.setattr(queries, "CANDIDATES", 20)
    page = search.search(leader, "sinh", order="ranked")
    assert ([hit.id for hit in page.hits][:2], page.bounded) == (["8", "0"], False)


LETTERS = st.sampled_from("aáàâấăbdđehioóôơuưyýỹĩk 1.-/")
TEXTS = st.text(LETTERS, max_size=14)


def stands_in(row: list[str], text: list[str]) -> bool:
    return any(text[n : n + len(row)] == row for n in range(len(text) - len(row) + 1))


def matches(typed: str, title: str, text: str) -> tuple[bool, bool]:
    """Whether a question finds a text, and exactly: a second way to say it, in lists of words."""
    parts = [[word.folded for word in words(part)] for part in (title, text)]
    rows = [[word.folded for word in words(chunk)] for chunk in typed.split()]
    spelled = {word.spelled for word in words(f"{title} {text}")}
    everything = all(any(stands_in(row, part) for part in parts) for row in rows if row)
    marked = [word.spelled for word in words(typed) if word.spelled != word.folded]
    return everything, everything and bool(marked) and spelled.issuperset(marked)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=300)
@given(TEXTS, TEXTS, TEXTS, st.sampled_from([nfc, fold, str.upper, lambda s: unicodedata.normalize(NFD, s)]))
@example("hoà", "hòa", "", str.upper)
@example("a.b", "a", "b", nfc)
def test_the_database_compares_as_the_words_say(
    db: None, typed: str, title: str, text: str, change: Callable[[str], str]
) -> None:
    typed = change(typed)
    question = rules.question(typed, Stock({}))
    if question is None:
        assert not words(typed)
        return
    with connection.cursor() as cursor:
        sql = "SELECT v @@ %s::text::tsquery, v @@ %s::text::tsquery FROM (SELECT %s::text::tsvector AS v) AS one"
        cursor.execute(sql, [question.everything, question.exact or "none", rules.vector(title, text, ["#kind:none"])])
        assert cursor.fetchone() == matches(typed, title, text)


ANY = st.text(st.characters(codec="utf-8"), max_size=20)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=300)
@given(ANY, ANY)
def test_any_text_can_be_put_and_finds_itself_however_it_is_typed(db: None, title: str, text: str) -> None:
    vector = rules.vector(title, text, [rules.of_kind(text.replace("\x00", ""))])
    with connection.cursor() as cursor:
        for typed in (title, fold(title), unicodedata.normalize(NFD, title), nfc(title)):
            question = rules.question(typed, Stock({}))
            if question:
                cursor.execute("SELECT %s::text::tsvector @@ %s::text::tsquery", [vector, question.everything])
                assert cursor.fetchone() == (True,)


ENTRIES = st.lists(
    st.tuples(
        st.sampled_from([*TREE, None]),
        st.sampled_from([SEE, OTHER, "test.never"]),
        st.sampled_from(["phở", "phố", "phở phở", "x"]),
        st.integers(0, 900),
        st.sampled_from([None, *SPOTS.values()]),
    ),
    max_size=14,
)
ROLES = [f"{what}_{reach}" for what in ("see", "other", "here") for reach in ("all", "subtree", "agency")]
HELD = st.lists(st.tuples(st.sampled_from(ROLES), st.sampled_from(sorted(TREE))), max_size=3)


LETTERS_ARE_FREQUENT = Stock(dict.fromkeys("abdehikouy", 0.02) | {"x": 1e-4})  # and marks are worth asking for


@pytest.fixture(
    params=[
        (4000, 400, 5, Stock({})),
        (1, 400, 5, Stock({"x": 1e-4})),
        (2, 2, 1, LETTERS_ARE_FREQUENT),
        (1, 1, 1, Stock({})),
        (1, 1, 1, LETTERS_ARE_FREQUENT),
    ]
)
def _ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each way through the index, on a few rows."""
    walk, few, plenty, stock = request.param
    monkeypatch.setattr(queries, "_WALK", walk)
    monkeypatch.setattr(queries, "_FEW", few)
    monkeypatch.setattr(queries, "_PLENTY", plenty)
    monkeypatch.setattr(queries, "_stock", lambda: stock)


def pages(person: people.Person, text: str, order: str) -> Iterator[search.Hit]:
    after = ""
    for _ in range(30):
        page = search.search(person, text, order=order, after=after, limit=3)  # type: ignore[arg-type]
        yield from page.hits
        after = page.after
        if not after:
            return
        assert len(page.hits) == 3
    pytest.fail("pages without end")


@pytest.mark.usefixtures("world", "_ways")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=25)
@given(held=HELD, entries=ENTRIES, marks=st.sampled_from([0, 40]))
def test_a_person_finds_exactly_what_may_be_seen_in_order(
    held: list[tuple[str, str]], entries: list[tuple[str | None, str, str, int, str | None]], marks: int
) -> None:
    queries._MARKS, before = marks, queries._MARKS  # type: ignore[misc]
    try:
        with transaction.atomic():
            person = person_with(*held)
            day, spots = (
                dt.timedelta(days=1),
                {place.code: place for place in Place.objects.filter(code__in=SPOTS.values())},
            )
            items = [
                item(f"n{n}", title, agency=agency, act=act, at=SOON - days * day, place=spots.get(spot))
                for n, (agency, act, title, days, spot) in enumerate(entries)
            ]
            search.put(*items)
            numbers = dict(Entry.objects.values_list("ref", "pk"))
            allowed = [
                one
                for one in items
                if "ph" in one.title
                and access.allow(person, one.act, one.agency, place=one.place.pk if one.place else None)
            ]
            allowed.sort(key=lambda one: ("phở" in one.title, one.at, numbers[one.id]), reverse=True)
            assert [hit.id for hit in pages(person, "phở", "newest")] == [one.id for one in allowed]
            plain = sorted(allowed, key=lambda one: (one.at, numbers[one.id]), reverse=True)
            assert [hit.id for hit in pages(person, "pho", "newest")] == [one.id for one in plain]
            ranked = list(pages(person, "phở", "ranked"))
            assert sorted(hit.id for hit in ranked) == sorted(one.id for one in allowed)
            assert [hit.exact for hit in ranked] == ["phở" in one.title for one in allowed]
            transaction.set_rollback(True)
    finally:
        queries._MARKS = before  # type: ignore[misc]


def test_of_each_tier_the_newest_candidates_are_ranked_on_whatever_page(
    leader: people.Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "CANDIDATES", 4)
    day = dt.timedelta(days=1)
    put(*(item(f"exact {n}", "phở", at=SOON - n * day) for n in range(20)))
    put(*(item(f"folded {n}", "phố" + " phố" * (n > 5), at=SOON - n * day) for n in range(9)))
    for few, stock in ((400, Stock({})), (1, Stock({"x": 1e-4})), (1, LETTERS_ARE_FREQUENT)):
        monkeypatch.setattr(queries, "_FEW", few)
        monkeypatch.setattr(queries, "_stock", lambda stock=stock: stock)
        hits, after, bounded = [], "", set()
        while True:
            page = search.search(leader, "phở", order="ranked", after=after, limit=3)
            hits += [hit.id for hit in page.hits]
            bounded.add(page.bounded)
            after = page.after
            if not after:
                break
        assert sorted(hits) == sorted(f"{kind} {n}" for kind in ("exact", "folded") for n in range(4))
        assert bounded == {True}


@pytest.mark.usefixtures("world")
def test_years_without_anything_are_stepped_over(
    leader: people.Person, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    monkeypatch.setattr(queries, "_stock", lambda: Stock({"x": 1e-4}))  # so that there is no walk
    put(*(item(n, "phở", at=SOON - dt.timedelta(days=n)) for n in range(200)))
    put(item("typo", "x", at=dt.datetime(9999, 12, 31, 23, tzinfo=dt.UTC)), item("old", "x", at=SOON.replace(year=2)))
    put(item("none", "y", at=dt.datetime.min.replace(tzinfo=dt.UTC)))
    put(*(item(f"last {n}", "phở", at=dt.datetime(9999, 12, 31, n, tzinfo=dt.UTC)) for n in range(2)))
    with django_assert_max_num_queries(30):
        page = search.search(leader, "pho", limit=10)
    assert [hit.id for hit in page.hits] == ["last 1", "last 0", *map(str, range(8))]
    for few in (1, 400):
        monkeypatch.setattr(queries, "_FEW", few)
        assert [hit.id for hit in search.search(leader, "y", limit=10).hits] == ["none"]
        assert (
            len(search.search(leader, "pho", limit=100, after=search.search(leader, "pho", limit=100).after).hits)
            == 100
        )
        assert len(search.search(leader, "pho x", limit=100).hits) == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('enable_seqscan'), current_setting('enable_indexscan')")
        assert cursor.fetchone() == ("on", "on")


def test_frequencies_are_read_once_and_a_search_does_without_them(
    leader: people.Person, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Callable[[int], Any]
) -> None:
    monkeypatch.setattr(queries, "_known", (-queries._STALE, Stock({"stale": 1.0})))
    with django_assert_num_queries(1):
        assert "stale" not in queries._stock().parts
    with django_assert_num_queries(0):
        queries._stock()


def test_planner_settings_are_put_back(leader: people.Person) -> None:
    put(item(1, "a"))
    for typed in ("a", "b"):
        found(leader, typed)
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('enable_seqscan'), current_setting('enable_indexscan')")
            assert cursor.fetchone() == ("on", "on")


def test_a_search_asks_a_bounded_number_of_statements(
    leader: people.Person, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    put(*(item(n, "phở") for n in range(30)))
    leader = people.Person.objects.get(pk=leader.pk)
    with django_assert_max_num_queries(5):
        assert len(search.search(leader, "phở").hits) == 20


@pytest.fixture
def no_sources() -> Iterator[None]:
    with queries.SOURCES.restored(empty=True):
        yield


@pytest.mark.usefixtures("fresh_db", "no_sources")
def test_reindexing_brings_back_what_the_owner_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "BATCH", 2)
    things = {str(n): f"mới {n}" for n in range(5)}

    def made(number: str, title: str, kind: str = "test") -> search.Item:
        return search.Item(kind=kind, id=number, title=title, act=SEE, url="/", at=SOON)

    put(made("0", "cũ"), made("9", "cũ"), made("8", "cũ", "other"))
    search.register("test", search.Source(lambda: things, lambda ids: [made(n, things[n]) for n in ids if n in things]))
    assert search.kinds() == ["test"]
    assert search.reindex("test") == (5, 1)
    entries = Entry.objects.exclude(kind="indicator")  # the pack has brought them
    assert dict(entries.order_by("ref").values_list("ref", "title")) == {**things, "8": "cũ"}
    with pytest.raises(Missing) as missing:
        search.reindex("no_such")
    assert missing.value.code == "search.no_kind"


@pytest.mark.usefixtures("fresh_db", "no_sources")
def test_reindexing_never_overwrites_what_an_act_has_just_put() -> None:
    """The owner's rows are stood in for by the titles of files that the act changes in its transaction."""
    state = {"1": "cũ"}
    loading, acted = threading.Event(), threading.Event()

    def thing(title: str) -> search.Item:
        return search.Item(kind="test", id="1", title=title, act=SEE, url="/", at=SOON)

    def load(_ids: object) -> list[search.Item]:
        title = state["1"]
        loading.set()
        acted.wait(0.5)  # the act cannot end before: it waits for this batch
        return [thing(title)]

    def act() -> None:
        loading.wait()
        state["1"] = "mới"
        with transaction.atomic():
            search.put(thing("mới"))
        acted.set()
        connection.close()

    put(thing("cũ"))
    search.register("test", search.Source(lambda: ["1"], load))
    thread = threading.Thread(target=act)
    thread.start()
    assert search.reindex("test") == (1, 0)
    thread.join()
    assert Entry.objects.get(ref="1").title == "mới"
