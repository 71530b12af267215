"""Form pages over HTTP, without a browser: what is sent, what comes back, and what must not happen."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import engines
from django.test import Client
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from vamco.demo.style import form_specimens
from vamco.kernel.record.files.models import File
from vamco.kernel.work.forms import public as forms
from vamco.kernel.work.forms.models import Draft
from vamco.kernel.work.forms.tests import made
from vamco.lib.errors import Named
from vamco.systems.desk.tests import made as desk
from vamco.web.form_components import Question, Words
from vamco.web.forms import posting
from vamco.web.forms.building import Sheet, words
from vamco.web.templatetags import forms as tags

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person

EVIL = '"><script>alert(1)</script>'
JSON_TYPE = "application/json"


@pytest.fixture
def person(db: None) -> Person:
    return desk.person("department_official", desk.FINANCE, "Nguyễn Thị Ngọc Hường")


@pytest.fixture
def client(person: Person) -> Client:
    return desk.reader(person)


@pytest.fixture
def draft(client: Client) -> Draft:
    client.post("/style/form", {"way": "pages"})
    return Draft.objects.get()


def url(draft: Draft, rest: str) -> str:
    return f"/style/form/{draft.code}/{rest}"


def send(client: Client, draft: Draft, page: str, query: str = "", **texts: Any) -> Any:
    """Send a page as the browser would: what it shows, with other texts in it."""
    form, sheet = (
        forms.form_of(draft.form),
        Sheet(forms.form_of(draft.form), forms.draft(draft.code, by=draft.person).data),
    )
    asked = [node for node in sheet.nodes(form.page(page)) if node.kind is not forms.Kind.GROUP]
    posted: dict[str, Any] = {"shown": " ".join(node.name for node in asked)}
    posted |= {f"f.{name.replace('__', '.')}": text for name, text in texts.items() if name != "do"}
    return client.post(url(draft, f"page/{page}{query}"), posted | ({"do": texts["do"]} if "do" in texts else {}))


# ── the wizard ──


def test_a_page_that_is_right_leads_to_the_next_that_applies(client: Client, draft: Draft) -> None:
    assert send(client, draft, "purpose", purpose="marriage").headers["Location"] == url(draft, "page/partner")
    assert send(client, draft, "purpose", purpose="property").headers["Location"] == url(draft, "page/property")
    assert send(client, draft, "purpose", purpose="other").headers["Location"] == url(draft, "page/reason")
    assert send(client, draft, "purpose", purpose="loan").headers["Location"] == url(draft, "page/status")
    assert client.get(url(draft, "page/partner")).headers["Location"] == url(draft, "page/applicant")  # closed: go on
    assert client.get(url(draft, "page/nowhere")).status_code == 404
    assert send(client, draft, "truth", truth="yes").headers["Location"] == url(draft, "check")


def test_what_is_wrong_is_said_above_and_beside_and_stays_as_typed(client: Client, draft: Draft) -> None:
    answer = send(client, draft, "applicant", applicant__name=EVIL, applicant__born="31/2/1996", applicant__phone="12")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Lỗi:" in text
    assert EVIL not in text
    summary = text.partition('class="wrong-summary"')[2].partition("</ul>")[0]
    assert re.findall(r'<a href="#([\w-]+)">(.*?)</a>', summary) == [
        ("f-applicant-born", "Hãy nhập “Ngày sinh” là một ngày có thật, ví dụ 27/3/1990."),
        ("f-applicant-citizen_id", "Hãy nhập “Số định danh cá nhân”."),
        ("f-applicant-phone", "Hãy nhập đủ các chữ số của “Số điện thoại”, ví dụ 0912 345 678."),
    ]
    for control in ("born", "citizen_id", "phone"):
        assert f'id="f-applicant-{control}"' in text
        assert f"f-applicant-{control}-error" in text
    assert 'value="31/2/1996"' in text
    assert answer.headers["Cache-Control"] == "no-store"
    kept = forms.draft(draft.code, by=draft.person).data
    assert kept == {
        "applicant": {"name": EVIL, "phone": "12"}
    }  # nothing that was typed is lost but the day that is none


def test_saving_for_later_asks_for_nothing(client: Client, draft: Draft) -> None:
    answer = send(client, draft, "applicant", applicant__name="Hường", do="leave")
    assert answer.headers["Location"] == "/style/form"
    page = client.get("/style/form").content.decode()
    assert "Đã lưu. Bạn có thể khai tiếp đến" in page
    assert f"/style/form/{draft.code}" in page
    assert client.get(url(draft, "").rstrip("/")).headers["Location"] == url(draft, "page/applicant")
    assert forms.draft(draft.code, by=draft.person).data == {"applicant": {"name": "Hường"}}


def test_an_answer_opens_questions_on_the_same_page_without_a_script(client: Client, draft: Draft) -> None:
    answer = send(client, draft, "status", status="divorced")
    assert answer.headers["Location"] == f"{url(draft, 'page/status')}?opened=1#f-proof"
    page = client.get(url(draft, "page/status?opened=1")).content.decode()
    assert "Câu trả lời của bạn mở thêm câu hỏi" in page
    assert 'name="f.proof" type="file"' in page
    again = send(client, draft, "status", status="divorced")  # now it was shown, and nothing was chosen
    assert again.status_code == 422
    assert "Hãy chọn tệp cho “Giấy tờ chứng minh”." in again.content.decode()
    assert send(client, draft, "status", status="single").headers["Location"] == url(draft, "page/delivery")


def test_asking_again_for_what_applies_says_nothing_wrong(client: Client, draft: Draft) -> None:
    answer = send(client, draft, "status", status="widowed", do="update")
    assert answer.status_code == 200
    assert 'name="f.proof"' in answer.content.decode()
    assert "wrong-summary" not in answer.content.decode()


def test_entries_are_added_and_taken_away_without_a_script(client: Client, draft: Draft) -> None:
    one = {"f.lived": "1", "f.lived.0.place": "Long An", "do": "add:f.lived"}
    assert client.post(url(draft, "page/lived"), one).headers["Location"] == f"{url(draft, 'page/lived')}#f-lived"
    page = client.get(url(draft, "page/lived")).content.decode()
    assert 'name="f.lived" value="2"' in page
    assert 'name="f.lived.1.place"' in page
    two = {"f.lived": "2", "f.lived.0.place": "Long An", "f.lived.1.place": "Mỹ Tho", "do": "remove:f.lived:0"}
    client.post(url(draft, "page/lived"), two)
    assert forms.draft(draft.code, by=draft.person).data == {"lived": [{"place": "Mỹ Tho"}]}
    client.post(url(draft, "page/lived"), {"f.lived": "9999999", "do": "add:f.lived"})
    assert len(forms.draft(draft.code, by=draft.person).data["lived"]) <= 11


def test_a_file_is_kept_also_when_something_else_is_wrong_and_can_be_taken_away(client: Client, draft: Draft) -> None:
    send(client, draft, "status", status="divorced", do="update")
    answer = send(client, draft, "status", status="", proof=SimpleUploadedFile("Bản án.pdf", desk.PDF))
    assert answer.status_code == 422
    send(client, draft, "status", status="divorced", do="update")
    file = File.objects.get()
    assert file.owner == f"draft:{draft.pk}"
    answer = send(client, draft, "status", status="divorced", proof=SimpleUploadedFile("Bản án 2.pdf", desk.PDF))
    assert answer.status_code == 302
    kept = forms.draft(draft.code, by=draft.person).data["proof"]
    page = client.get(url(draft, "page/status")).content.decode()
    assert "Bản án 2.pdf" in page
    client.post(url(draft, "page/status"), {"f.status": "divorced", "f.proof": kept, "do": f"drop:f.proof:{kept[-1]}"})
    assert forms.draft(draft.code, by=draft.person).data.get("proof", []) == kept[:-1]


def test_a_bad_file_is_refused_beside_its_question(client: Client, draft: Draft) -> None:
    send(client, draft, "status", status="divorced", do="update")
    answer = send(client, draft, "status", status="divorced", proof=SimpleUploadedFile("bai.pdf", b"MZ\x90\x00" * 100))
    assert answer.status_code == 422
    assert "bai.pdf" in answer.content.decode().partition('id="f-proof-error"')[2]
    assert File.objects.count() == 0


def test_check_answers_shows_all_and_hands_in_what_was_seen(client: Client, draft: Draft) -> None:
    posted = forms.posted(forms.form_of(draft.form), made.EXAMPLE, "vi")
    forms.fill(draft.code, posted, by=draft.person, language="vi")
    page = client.get(url(draft, "check")).content.decode()
    for text in (
        "Nguyễn Thị Ngọc Hường",
        "29/02/1996",
        "072196001234",
        "Đăng ký kết hôn",
        "Chưa kết hôn",
        "Phường Tân Ninh",
    ):
        assert text in page
    assert f'href="{url(draft, "page/applicant")}?back=check#f-applicant-name"' in page
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen is not None

    changed = send(client, draft, "delivery", "?back=check", copies="3", delivery="desk")
    assert changed.headers["Location"] == url(draft, "check")
    stale = client.post(url(draft, "check"), {"seen": seen[1]})
    assert stale.status_code == 409
    assert "Nội dung khai vừa được thay đổi" in stale.content.decode()
    fresh = re.search(r'name="seen" value="(\d+)"', stale.content.decode())
    assert fresh is not None
    assert client.post(url(draft, "check"), {"seen": fresh[1]}).headers["Location"] == "/style/form?done=1"
    assert Draft.objects.get().data == {}
    assert client.get(url(draft, "check")).status_code == 404
    assert client.post(url(draft, "check"), {"seen": fresh[1]}).status_code == 404


def test_what_was_handed_in_takes_its_files_along(client: Client, draft: Draft) -> None:
    send(client, draft, "status", status="divorced", do="update")
    send(client, draft, "status", status="divorced", proof=SimpleUploadedFile("Bản án.pdf", desk.PDF))
    proof = forms.draft(draft.code, by=draft.person).data["proof"]
    forms.fill(
        draft.code,
        forms.posted(forms.form_of(draft.form), made.EXAMPLE | {"status": "divorced", "proof": proof}, "vi"),
        by=draft.person,
        language="vi",
    )
    revision = Draft.objects.get().revision
    assert client.post(url(draft, "check"), {"seen": str(revision)}).headers["Location"] == "/style/form?done=1"
    assert File.objects.get().dropped_at is not None


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 40, "٣"])
def test_what_is_incomplete_or_forged_is_not_handed_in(client: Client, draft: Draft, seen: str) -> None:
    answer = client.post(url(draft, "check"), {"seen": seen})
    assert answer.status_code == 409
    assert Draft.objects.get().finished_at is None
    answer = client.post(url(draft, "check"), {"seen": str(draft.revision)})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert page.count("<li><a href=") >= 11
    assert 'href="' + url(draft, "page/purpose?back=check#f-purpose") + '"' in page
    assert "Nộp</button>" not in page


def test_all_on_one_page_takes_the_same_answers(client: Client, draft: Draft) -> None:
    posted = dict(forms.posted(forms.form_of(draft.form), made.EXAMPLE, "vi"))
    wrong = client.post(url(draft, "all"), posted | {"f.copies": "99", "do": "finish"})
    assert wrong.status_code == 422
    assert "“Số bản cần cấp” phải là 10 hoặc nhỏ hơn." in wrong.content.decode()
    shown = " ".join(posted)
    done = client.post(url(draft, "all"), posted | {"do": "finish", "shown": shown})
    assert done.headers["Location"] == "/style/form?done=1"


def test_nothing_is_handed_in_that_opens_questions_which_nobody_has_seen(client: Client, draft: Draft) -> None:
    form = forms.form_of(draft.form)
    everything = dict(forms.posted(form, made.EXAMPLE, "vi"))
    openers = {key.partition(".")[0] for key in forms.controls(form.shape)}
    closed = {name: value for name, value in made.EXAMPLE.items() if name not in openers}
    shown = " ".join(forms.posted(form, closed, "vi"))
    assert set(shown.split()) < set(everything)
    held = client.post(url(draft, "all"), everything | {"do": "finish", "shown": shown})
    assert "?opened=1#f-" in held.headers["Location"]
    page = client.get(held.headers["Location"]).content.decode()
    assert "mở thêm câu hỏi" in page
    seen = re.search(r'name="shown" value="([^"]*)"', page)
    assert seen is not None
    done = client.post(url(draft, "all"), everything | {"do": "finish", "shown": seen[1]})
    assert done.headers["Location"] == "/style/form?done=1"


def test_nobody_else_reaches_a_draft(client: Client, draft: Draft) -> None:
    send(client, draft, "applicant", applicant__name="Bí mật 5519", do="leave")
    stranger = desk.reader(desk.person("operator", desk.IOC, "Người lạ"))
    before = Draft.objects.get()
    for path in ("", "/check", "/all", "/page/applicant", "/discard"):
        for who, right in ((stranger, 404), (Client(), 302)):
            for answer in (
                who.get(f"/style/form/{draft.code}{path}"),
                who.post(f"/style/form/{draft.code}{path}", {"f.copies": "1"}),
            ):
                assert answer.status_code in {right, 405}, path
                assert "5519" not in answer.content.decode()
    after = Draft.objects.get()
    assert (after.data, after.revision) == (before.data, before.revision)
    assert client.post(url(draft, "discard")).status_code == 302
    assert Draft.objects.count() == 0


@pytest.mark.parametrize(
    "junk",
    [
        {"f.applicant": "x"},
        {"f.applicant.name": "\x00"},
        {"f.applicant.name": "x" * 100_000},
        {"f.applicant.__proto__": "x", "f.__class__": "x", "f.constructor.prototype": "x"},
        {"f.applicant.born": "٢٩/٢/١٩٩٦"},
        {"f.applicant.born": ["1/1/2000", "2/2/2000"]},
        {"f.copies": "9" * 5000},
        {"f.copies": "-0"},
        {"f.copies": "²"},
        {"f.value": "1e999"},
        {"f.area": "NaN"},
        {"f.lived": "²", "do": "add:f.lived"},
        {"f.lived": "1", "do": "remove:f.lived:²"},
        {"f.proof": ["²", "-1", "99999999999999999999", "1"]},
        {"f.proof": "9" * 5000},
        {"do": "add:"},
        {"do": "remove:f.lived:9999"},
        {"do": "drop:f.proof"},
        {"do": "add:" + "x" * 5000},
        {"shown": "x " * 5000},
    ],
)
def test_hostile_input_is_refused_cleanly(client: Client, draft: Draft, junk: dict[str, Any]) -> None:
    for path in ("all", *(f"page/{page.code}" for page in made.example().pages)):
        answer = client.post(url(draft, path), {"f.purpose": "property", "f.status": "divorced", **junk})
        assert answer.status_code in {302, 409, 422, 200}, path
        assert client.get(url(draft, path)).status_code in {200, 302}
    assert client.get(url(draft, "check")).status_code == 200
    kept = Draft.objects.get()
    assert kept.finished_at is None
    assert "__proto__" not in json.dumps(kept.data)


@pytest.mark.parametrize("do", ["leave", "add:f.lived", "remove:f.lived:1"])
def test_what_cannot_be_kept_does_not_vanish_without_a_word(client: Client, draft: Draft, do: str) -> None:
    sent = {"f.lived": "2", "f.lived.0.place": "Long An", "f.lived.0.since": "31/2/2020", "do": do}
    for path in ("page/lived", "all"):
        answer = client.post(url(draft, path), sent)
        assert answer.status_code == 422, path
        assert 'value="31/2/2020"' in answer.content.decode()


def test_an_entry_of_no_number_stays_where_it_is() -> None:
    strange = {f"f.lived.{'1' * 5000}.place": ["x"]}
    assert posting.edited({"f.lived": ["1"], **strange}, "remove:f.lived:0") == {"f.lived": ["0"], **strange}


# ── the API ──


def ask(body: Any, form: str = "marital_status", language: str = "vi") -> Any:
    client = Client()
    client.cookies["vamco_language"] = language
    return client.post(
        f"/api/v1/forms/{form}/check", body if isinstance(body, bytes) else json.dumps(body), content_type=JSON_TYPE
    )


@pytest.mark.django_db
def test_programs_get_the_schema_and_the_same_answers() -> None:
    found = Client().get("/api/v1/forms/marital_status").json()
    assert found["answers"]["unevaluatedProperties"] is False
    assert found["questions"]["copies"] == {"label": "Số bản cần cấp", "hint": ""}
    answer = ask(made.EXAMPLE)
    assert (answer.status_code, answer.json()) == (200, {"answers": made.EXAMPLE})


@pytest.mark.django_db
def test_programs_hear_what_is_wrong_with_pointer_code_and_words() -> None:
    answer = ask(
        made.EXAMPLE | {"copies": 99, "applicant": {"name": "Hường", "born": "1996-02-30"}, "value": 5}, language="en"
    )
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"] == [
        {"pointer": "", "code": "unknown", "detail": "There are answers (1) that this form does not ask for, or not with these other answers."},
        {"pointer": "/applicant/born", "code": "unreadable_date", "detail": "Write “Date of birth” as a day that exists, such as 27/3/1990."},
        {"pointer": "/applicant/citizen_id", "code": "missing", "detail": "Fill in “Citizen ID”."},
        {"pointer": "/applicant/phone", "code": "missing", "detail": "Fill in “Telephone”."},
        {"pointer": "/copies", "code": "too_large", "detail": "Write 10 or less for “Number of copies”."},
    ]  # fmt: skip
    assert Draft.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "not_json"),
        (b"{", "not_json"),
        (b"\xff\xfe", "not_json"),
        (b"[" * 100_000, "not_json"),
        (b'{"a":1,"a":2}', "not_json"),
        (b'{"a":NaN}', "not_json"),
        (b'{"a":' + b"9" * 6000 + b"}", "not_json"),
        (b'{"a":1e400}', "too_large"),
        (b'{"copies":12345678901234567890}', "too_large"),
        (b"[]", "not_answers"),
        (b'"x"', "not_answers"),
        (b'{"a":"\\u0000"}', "not_text"),
        (b'{"a":"\\ud800"}', "not_text"),
        (b'{"a":"' + b"x" * 300_000 + b'"}', "too_much"),
        (b'{"a":[' + b"1," * 3000 + b"1]}", "too_much"),
        (b'{"__proto__":{"admin":true},"constructor":{"prototype":{}}}', "unknown"),
    ],
)
def test_programs_that_send_junk_are_refused(body: bytes, code: str) -> None:
    answer = ask(body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == code
    assert "__proto__" not in answer.content.decode()


@pytest.mark.django_db
def test_other_methods_and_forms_are_refused() -> None:
    assert Client().get("/api/v1/forms/marital_status/check").status_code == 405
    assert ask({}, form="khong_co").status_code == 404
    assert Client().get("/api/v1/forms/khong%00co").status_code == 422
    assert ask(b"x" * (6 << 20)).status_code == 413


# ── components ──


def draw(source: str, **context: Any) -> str:
    return engines["django"].from_string(source).render(context)


def test_everything_is_escaped() -> None:
    asked = Question(
        name="f.a", label=Words(EVIL, 'x"y'), hint=Words(EVIL), values=(EVIL,), error=EVIL, autocomplete=EVIL
    )
    for control in ("input", "lines", "tick", "upload", "select", "radios", "checks"):
        html = draw(
            "{% question asked %}",
            asked=Question(
                **{
                    **{
                        name: getattr(asked, name)
                        for name in ("name", "label", "hint", "values", "error", "autocomplete")
                    },
                    "control": control,
                }
            ),
        )
        assert "<script>" not in html
        assert "f-a-error" in html


def test_words_without_a_translation_are_marked() -> None:
    with translation.override("en"):
        assert words(Named("Zalo", "")) == Words("Zalo", "vi")
        assert draw("{% words label %}", label=words(Named("Zalo", ""))) == '<span lang="vi">Zalo</span>'
        assert words(Named("Tên", "Name")) == Words("Name")
    with translation.override("vi"):
        assert words(Named("Zalo", "")) == Words("Zalo")


def test_the_style_page_shows_every_tag_of_forms() -> None:
    usages = " ".join(specimen.usage for specimen in form_specimens.SPECIMENS)
    assert {tag for tag in tags.register.tags if f"{{% {tag} " in usages} == set(tags.register.tags)


POSTS = st.dictionaries(
    st.sampled_from(["f.a", "f.l", "f.l.0.x", "f.l.1.x", "f.l.2.x", "f.l.²"]),
    st.lists(st.sampled_from(["0", "1", "3", "x", "²"]), max_size=2),
)


@given(
    POSTS,
    st.text()
    | st.sampled_from(["add:f.l", "remove:f.l:0", "remove:f.l:1", "drop:f.a:1", "drop:f.zz:1", "remove:f.l:²"]),
)
def test_a_button_never_breaks_and_touches_only_what_it_names(posted: dict[str, list[str]], do: str) -> None:
    found = posting.edited(posted, do)
    name = do.split(":")[1] if ":" in do else ""
    assert {key: found.get(key) for key in posted if not key.startswith(name or "-")} == {
        key: texts for key, texts in posted.items() if not key.startswith(name or "-")
    }


def test_taking_an_entry_away_moves_the_later_ones_up() -> None:
    posted = {"f.l": ["3"], "f.l.0.x": ["a"], "f.l.1.x": ["b"], "f.l.2.x": ["c"], "f.l.2.y.z": ["d"], "f.lx": ["e"]}
    assert posting.edited(posted, "remove:f.l:1") == {
        "f.l": ["2"], "f.l.0.x": ["a"], "f.l.1.x": ["c"], "f.l.1.y.z": ["d"], "f.lx": ["e"],
    }  # fmt: skip
    assert posting.edited(posted, "remove:f.l:3") == posted
