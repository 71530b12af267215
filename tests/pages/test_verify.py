"""Where anyone checks a document."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from tests.pages.axe import LOOKS, assert_accessible, assert_fits, assert_targets
from vamco.kernel.record.documents import public as documents
from vamco.kernel.record.documents.tests.made import RECEIPT
from vamco.kernel.record.files import public as files
from vamco.kernel.record.files.models import File
from vamco.kernel.world.agencies import public as agencies
from vamco.web import verification

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    Reader = Callable[..., Page]


@pytest.fixture(autouse=True)
def _demonstration(settings: Any) -> None:
    settings.VAMCO_DEMO = True


def issue() -> tuple[documents.IssuedView, bytes]:
    found = documents.issue(
        "receipt", RECEIPT, agency=agencies.get("H53.16"), by="7", number="0001/TNHS", place="Tây Ninh"
    )
    return found, files.content_path(File.objects.get(pk=found.file)).read_bytes()


def sent(content: bytes, name: str = "a.pdf") -> Any:
    file = io.BytesIO(content)
    file.name = name
    return Client(enforce_csrf_checks=True).post("/verify", {"file": file})


@pytest.mark.parametrize(("language", "theme", "width"), LOOKS)
def test_everybody_can_read_it(reader: Reader, language: str, theme: str, width: int) -> None:
    found, _content = issue()
    for path in ("/verify", f"/V/{found.code}"):
        page = reader(path, language=language, theme=theme, width=width)
        assert_fits(page)
        assert_targets(page)
        assert_accessible(page)
    assert "0001/TNHS" in page.inner_text("main")


def test_a_file_is_checked_by_keyboard_alone(reader: Reader, tmp_path: Any) -> None:
    _found, content = issue()
    (tmp_path / "a.pdf").write_bytes(content)
    page = reader("/verify", width=360)
    page.set_input_files("#file", tmp_path / "a.pdf")
    page.locator("#file").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("#answer")
    assert "Đây đúng là tệp đã được ban hành" in page.inner_text("main")
    assert "Trung tâm Phục vụ hành chính công tỉnh" in page.inner_text("main")
    assert_fits(page)
    assert_accessible(page)


@pytest.mark.django_db
def test_what_is_in_the_document_is_not_told() -> None:
    found, content = issue()
    for answer in (Client().get(f"/v/{found.code}"), sent(content)):
        page = answer.content.decode()
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert "0001/TNHS" in page
        assert RECEIPT["applicant"] not in page
        assert RECEIPT["dossier"] not in page


@pytest.mark.django_db
def test_each_answer_says_the_right_thing() -> None:
    found, content = issue()
    documents.revoke(issue()[0].code, reason="x", by="7")

    def said(answer: Any) -> str:
        return str(answer.context["answer"].title)

    assert (
        said(Client().post("/verify", {"code": documents.code_shown(found.code).lower()}))
        == "Văn bản này đã được ban hành và đang có hiệu lực."
    )
    assert said(Client().get("/v/0000000000000000")) == "Không có văn bản nào được ban hành với mã này."
    assert said(sent(content.replace(b"Lang", b"lang", 1))) != said(sent(content))
    assert said(sent(b"hello")) == "Đây không phải là tệp PDF có thể kiểm tra."
    documents.revoke(found.code, reason="Sai thời hạn", by="7")
    answer = sent(content)
    assert said(answer) == "Văn bản này đã được ban hành nhưng đã bị thu hồi: không sử dụng."
    assert "Sai thời hạn" in answer.content.decode()


@pytest.mark.django_db
def test_an_upload_is_not_kept_anywhere(tmp_path: Any, settings: Any) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "none"  # a handler that wrote there would fail
    before = File.objects.count()
    assert sent(b"%PDF-1.7\n" + bytes(6 << 20)).status_code == 200
    assert File.objects.count() == before


@pytest.mark.django_db
def test_too_large_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "MOST_BYTES", 1000)
    answer = sent(b"%PDF-" + bytes(100_000))
    assert answer.status_code == 413
    monkeypatch.setattr(verification, "_FORM_BYTES", 1 << 20)  # a length that lies: the upload itself is ended
    assert sent(b"%PDF-" + bytes(100_000)).status_code == 413


@pytest.mark.django_db
def test_nothing_and_too_much_are_told_in_words() -> None:
    assert Client().post("/verify", {"code": " "}).status_code == 422
    for _ in range(20):
        Client().post("/verify", {"code": "0" * 16})
    answer = Client().post("/verify", {"code": "0" * 16})
    assert answer.status_code == 429
    assert "15 phút" in answer.content.decode()
    assert sent(b"hello").status_code == 429


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["<script>alert(1)</script>", "%00", "../../etc", "x" * 5000, "'; DROP TABLE--"])
def test_a_strange_code_is_only_an_unknown_one(code: str) -> None:
    answer = Client().post("/verify", {"code": code})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()
