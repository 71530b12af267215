from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from vamco.kernel.base import clock
from vamco.kernel.base.audit.models import Entry
from vamco.kernel.base.packs import public as packs
from vamco.kernel.base.packs.tests import copies
from vamco.kernel.record.documents import public as documents
from vamco.kernel.record.documents import services
from vamco.kernel.record.documents.models import Check, Content, Issued, TemplateVersion
from vamco.kernel.record.documents.tests.made import HEAD, NOW, RECEIPT, VALUES
from vamco.kernel.record.documents.tests.reading import elements
from vamco.kernel.record.files.models import File
from vamco.kernel.record.numbers.models import Taken
from vamco.kernel.record.numbers.rules import MAX_TEXT
from vamco.kernel.record.signing import public as signing
from vamco.kernel.record.signing.adapters import keys as kept
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.errors import Missing, Refused, Unavailable

if TYPE_CHECKING:
    from vamco.kernel.record.documents.contracts import IssuedView as Found

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings: Any) -> Any:
    settings.VAMCO_DEMO = True
    settings.VAMCO_SITE_URL = "https://vamco.tayninh.gov.vn"
    return settings


def issue(template: str = "receipt", **more: Any) -> Found:
    return documents.issue(
        template, VALUES[template], agency=agencies.get("H53.16"), by="7", number="0001/TNHS", place="Tây Ninh", **more
    )


def stored(found: Found) -> bytes:
    from vamco.kernel.record.files import public as files

    return files.content_path(File.objects.get(pk=found.file)).read_bytes()


def test_an_issued_document_is_signed_stamped_registered_and_audited(demo: Any) -> None:
    before = clock.now()
    found = issue(visible=True)
    content = stored(found)
    assert found.sha256 == hashlib.sha256(content).hexdigest()
    report = signing.verify(content, signing.trust(), now=clock.now())
    assert report.verdict == signing.Verdict.VALID
    (signature,) = report.signatures
    assert (signature.signer, signature.organisation) == ("Trung tâm Phục vụ hành chính công tỉnh", "H53.16")
    assert signature.stamped_at is not None
    assert abs(signature.stamped_at - before) < dt.timedelta(minutes=5)
    assert documents.code_shown(found.code) in "".join(words for _role, words in elements(content))
    assert (found.template, found.version, found.number, found.agency) == ("receipt", 1, "0001/TNHS", "H53.16")
    assert documents.by_content(found.sha256) == found
    entry = Entry.objects.get(act="documents.issue")
    assert (entry.chain_id, entry.actor) == ("H53.16", "7")
    assert entry.detail == {"template": "receipt", "version": 1, "number": "0001/TNHS"}


def test_the_register_knows_no_person(demo: Any) -> None:
    found = issue()
    row = (
        str(Issued.objects.values().get())
        + str(Content.objects.values().get())
        + str(Entry.objects.filter(act__startswith="documents").values())
    )
    for personal in (RECEIPT["applicant"], RECEIPT["dossier"], RECEIPT["received_by"]):
        assert personal not in row + str(dataclasses.asdict(found)) + File.objects.get().name


def test_nothing_is_left_when_the_key_does_not_answer(settings: Any) -> None:
    settings.VAMCO_DEMO = False
    with pytest.raises(Unavailable) as unavailable:
        issue()
    assert unavailable.value.code == "signing.no_passphrase"
    settings.VAMCO_SIGNING_PASSPHRASE = "a long passphrase"
    with pytest.raises(Unavailable) as unavailable:
        issue()
    assert unavailable.value.code == "signing.no_key"
    assert not Issued.objects.exists()
    assert not File.objects.exists()


def test_the_key_lies_encrypted_and_closed(demo: Any) -> None:
    issue()
    folder = Path(demo.VAMCO_DATA) / "signing"
    keys = sorted(folder.rglob("*.key"))
    assert [key.name for key in keys] == ["root.key", "H53.16.key", "timestamps.key"]
    for key in keys:
        assert key.read_bytes().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
        assert key.stat().st_mode & 0o077 == 0
    assert (folder / "passphrase").stat().st_mode & 0o077 == 0
    keys[1].chmod(0o644)
    with pytest.raises(Unavailable) as unavailable:
        kept.read(folder / "signers", "H53.16", "x")
    assert unavailable.value.code == "signing.open_key"
    keys[1].chmod(0o600)
    with pytest.raises(Unavailable) as unavailable:
        kept.read(folder / "signers", "H53.16", "wrong passphrase")
    assert unavailable.value.code == "signing.locked_key"


def test_a_later_timestamp_keeps_both_files_known(demo: Any) -> None:
    found = issue()
    documents.restamp(found.code, by="7")
    again = documents.look_up(found.code, address="10.0.0.1")
    assert again is not None
    assert again.sha256 != found.sha256
    assert documents.by_content(found.sha256) == documents.by_content(again.sha256) == again
    report = signing.verify(stored(again), signing.trust(), now=clock.now())
    assert (report.verdict, len(report.stamps)) == (signing.Verdict.VALID, 1)


def test_a_revoked_document_says_why(demo: Any) -> None:
    old, new = issue(), issue()
    documents.revoke(old.code, reason=" Sai thời hạn ", by="7", replaced_by=new.code)
    found = documents.look_up(documents.code_shown(old.code).lower(), address="10.0.0.1")
    assert found is not None
    assert (found.revoked_reason, found.replaced_by) == ("Sai thời hạn", new.code)
    assert found.revoked_at is not None
    for reason, code, expected in (
        ("x", old.code, "documents.revoked_already"),
        (" ", new.code, "documents.no_reason"),
    ):
        with pytest.raises(Refused) as refused:
            documents.revoke(code, reason=reason, by="7")
        assert refused.value.code == expected
    with pytest.raises(Missing):
        documents.revoke("0" * 16, reason="x", by="7")


def test_who_guesses_must_wait_and_others_need_not(demo: Any) -> None:
    found = issue()
    for number in range(20):
        assert documents.look_up(f"{number:016}", address="2001:db8::1") is None
    with pytest.raises(Refused) as refused:
        documents.look_up(found.code, address="2001:db8::ffff")  # the same network
    assert refused.value.code == "documents.wait"
    assert documents.look_up(found.code, address="2001:db8:0:1::1") is not None
    assert "2001:db8" not in str(list(Check.objects.values()))
    Check.objects.update(at=clock.now() - dt.timedelta(minutes=16))
    assert documents.look_up(found.code, address="2001:db8::1") is not None


def test_a_right_code_does_not_count_as_a_try(demo: Any) -> None:
    found = issue()
    for _ in range(25):
        assert documents.look_up(found.code, address="10.0.0.1") is not None
    assert not Check.objects.exists()


def test_codes_cannot_be_foreseen(demo: Any) -> None:
    codes = {issue().code for _ in range(3)}
    assert len(codes) == 3
    assert all(len(code) == 16 for code in codes)


def test_the_register_holds_any_number_that_is_given(demo: Any) -> None:
    longest = Taken._meta.get_field("text").max_length
    assert Issued._meta.get_field("number").max_length == longest == MAX_TEXT
    found = documents.issue("receipt", RECEIPT, agency=agencies.get("H53.16"), by="7", number="7" * MAX_TEXT)
    assert Issued.objects.get(code=found.code).number == "7" * MAX_TEXT


def test_a_draft_is_neither_kept_nor_registered() -> None:
    content = documents.render("receipt", RECEIPT, head=HEAD, made_at=NOW)
    assert content == documents.render("receipt", RECEIPT, head=HEAD, made_at=NOW)
    assert documents.render("receipt", RECEIPT, head=HEAD, form=documents.Form.DOCX, made_at=NOW).startswith(b"PK")
    assert "Figure" not in [role for role, _words in elements(content)]
    assert not Issued.objects.exists()
    with pytest.raises(Missing):
        documents.render("nothing", {}, head=HEAD)


def test_a_changed_template_is_a_new_version_and_old_documents_keep_theirs(demo: Any) -> None:
    found = issue()
    _version, declared = services.queries.template("receipt")
    services.put_templates([declared.model_copy(update={"name_en": "Another"})])
    assert TemplateVersion.objects.filter(code="receipt").count() == 2
    assert documents.by_content(found.sha256).name_en == "Receipt of a dossier and appointment for its result"  # type: ignore[union-attr]
    assert issue().name_en == "Another"


def test_a_wrong_template_is_found_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "t.yaml").write_text(
        "code: t\nname: T\nname_en: T\nsource: x\nheading: T\nfields:\n  a: {type: text, name: a}\nbody:\n  - '{a}'\n  - text: '{b}'\n",
        encoding="utf-8",
    )
    with pytest.raises(packs.PackRefused) as refused:
        packs.check(copies.alone(tmp_path))
    assert [str(fault) for fault in refused.value.faults] == [
        "templates/t.yaml:10: body.1.text: a declared field that is no list, found {b}"
    ]
