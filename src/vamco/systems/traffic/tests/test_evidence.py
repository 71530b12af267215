"""An evidence file is whole, signed, and every edit of it is named: without the database."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING

import pytest

from vamco.cli import traffic as command
from vamco.kernel.record.files import public as kept
from vamco.systems.traffic import public as traffic
from vamco.systems.traffic.models import Evidence, Violation
from vamco.systems.traffic.rules import evidence
from vamco.systems.traffic.services import evidencing
from vamco.systems.traffic.tests import made

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.django_db
Parts = dict[str, bytes]


def file_of(violation: Violation) -> bytes:
    return kept.content_path(violation.evidence.file).read_bytes()


def repacked(content: bytes, change: Callable[[Parts], object]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, piece in parts.items():
            archive.writestr(name, piece)
    return out.getvalue()


def forged(parts: Parts) -> None:
    """Edit a picture, and the manifest so that it fits."""
    import hashlib

    parts["frames/01.jpg"] = b"another vehicle"
    manifest = json.loads(parts["manifest.json"])
    manifest["parts"]["frames/01.jpg"] = {"sha256": hashlib.sha256(b"another vehicle").hexdigest(), "size": 15}
    parts["manifest.json"] = evidence.written(manifest)


def test_a_true_file_is_true_and_says_whose_it_is(django_assert_num_queries: Callable[..., object]) -> None:
    content = file_of(made.violation())
    with django_assert_num_queries(0):  # type: ignore[attr-defined]
        found = traffic.verify(content)
    assert (found.ok, found.faults, found.camera) == (True, (), made.CAMERA)
    assert "Công an" in found.signer


def test_each_edit_is_named() -> None:
    content = file_of(made.violation())
    cases: dict[str, Callable[[Parts], object]] = {
        "frames/01.jpg: edited": lambda parts: parts.update({"frames/01.jpg": b"another"}),
        "track.json: missing": lambda parts: parts.pop("track.json"),
        "frames/99.jpg: added": lambda parts: parts.update({"frames/99.jpg": b"new"}),
        "manifest.json: edited, or signed by another": forged,
        "manifest.p7s: missing": lambda parts: parts.pop("manifest.p7s"),
        "manifest.p7s: unreadable": lambda parts: parts.update({"manifest.p7s": b"no signature"}),
        "manifest.json: missing, or not of an evidence file": lambda parts: parts.pop("manifest.json"),
    }
    for fault, change in cases.items():
        found = traffic.verify(repacked(content, change))
        assert (found.ok, found.faults) == (False, (fault,))
    for broken in (b"", b"no zip", content[: len(content) // 2]):
        assert not traffic.verify(broken).ok


def test_a_flipped_byte_anywhere_is_found() -> None:
    content = file_of(made.violation())
    for place in range(40, len(content) - 200, len(content) // 60):
        flipped = content[:place] + bytes([content[place] ^ 0x20]) + content[place + 1 :]
        if evidence.opened(flipped) != evidence.opened(content):
            assert not traffic.verify(flipped).ok, place


def test_a_file_signed_by_somebody_else_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = file_of(made.violation())
    from vamco.kernel.record.signing import public as signing

    monkeypatch.setattr("vamco.kernel.record.signing.public.trust", lambda: signing.Trust(roots=()))
    assert traffic.verify(content).faults == ("manifest.p7s: untrusted",)


def test_the_command_names_the_edit(evidence_on: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = file_of(made.violation())
    evidence_on.write_bytes(content)
    assert command.main(["verify", str(evidence_on)]) == 0
    evidence_on.write_bytes(repacked(content, forged))
    assert command.main(["verify", str(evidence_on)]) == 1
    assert "manifest.json" in capsys.readouterr().out


@pytest.mark.parametrize(
    "at",
    [
        "vamco.systems.traffic.rules.evidence.packed",
        "vamco.systems.traffic.services.evidencing.keep",
        "vamco.kernel.work.cases.public.open_case",
        "vamco.kernel.base.audit.public.record",
        "vamco.systems.traffic.models.Violation.objects.get_or_create",
    ],
)
def test_whoever_dies_anywhere_leaves_no_case_and_no_row(at: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def die(*_args: object, **_named: object) -> None:
        raise Killed

    went = made.passage()
    traffic.take_in([went])
    with monkeypatch.context() as patch:
        patch.setattr(at, die)
        with pytest.raises(Killed):
            traffic.propose(went, made.finding(went.first_at), made.files())
    assert (Violation.objects.count(), Evidence.objects.count()) == (0, 0)
    found = traffic.propose(went, made.finding(went.first_at), made.files())
    assert found is not None
    assert evidencing.verify(file_of(found)).ok
