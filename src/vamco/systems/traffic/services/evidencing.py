"""The evidence file: made whole and signed, then kept; checked without the database."""

from __future__ import annotations

import io
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from vamco.kernel.base import clock
from vamco.kernel.record.files import public as kept
from vamco.kernel.record.signing import public as signing
from vamco.systems.traffic.contracts import Verified
from vamco.systems.traffic.models import Evidence
from vamco.systems.traffic.rules import evidence

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from vamco.engines.vision.contracts import LightChange, Passage
    from vamco.systems.traffic.contracts import EvidenceFiles, Finding, RoadRule
    from vamco.systems.traffic.models import Camera, RuleVersion


@dataclass(frozen=True)
class Ready:
    """An evidence file that lies whole on disk, and has no row yet."""

    examined: kept.Examined
    manifest: str


@contextmanager
def made(
    passage: Passage,
    finding: Finding,
    files: EvidenceFiles,
    *,
    camera: Camera,
    rule: RoadRule,
    version: RuleVersion,
    lights: Sequence[LightChange] = (),
    drawing: int = 0,
) -> Iterator[Ready]:
    """Make an evidence file, sign it with the key of the camera's agency, and give it before it has a row. Unavailable without a key.

    `drawing` is the version that the passage was judged by; 0 where none was.
    """
    agency = camera.agency
    signer, authority = signing.signer_of(agency.code, agency.name), signing.timestamper()
    what = _what(passage, finding, camera, rule=rule, version=version, lights=lights) | {"drawing": drawing}
    parts = _parts(passage, files) | {"what.json": evidence.written(what)}
    about = {"camera": camera.code, "agency": agency.code, "made_at": clock.now().isoformat(), "passage": passage.key}
    content, manifest = evidence.packed(
        parts, about, lambda data: signing.sign_beside(data, signer, timestamper=authority)
    )
    name = f"{passage.key[:16]}-{finding.act}.zip"
    with kept.examined(io.BytesIO(content), name=name, terms=kept.AS_DELIVERED) as examined:
        yield Ready(examined, manifest)


def keep(ready: Ready, *, camera: Camera, at: dt.datetime) -> Evidence:
    """Give the file its row: part of the transaction that opens the case."""
    file = kept.keep(ready.examined, agency=camera.agency)
    return Evidence.objects.create(file=file, manifest=ready.manifest, camera=camera, at=at)


def verify(content: bytes) -> Verified:
    """Check an evidence file against its own manifest and its signature: needs no database. Each edit is named."""
    parts, found = evidence.opened(content)
    manifest = evidence.manifest_of(parts)
    if manifest is None:
        return Verified(ok=False, faults=(*found, f"{evidence.MANIFEST}: missing, or not of an evidence file"))
    found.extend(evidence.faults(parts, manifest))
    beside, signer = parts.get(evidence.SIGNATURE), ""
    if beside is None:
        found.append(f"{evidence.SIGNATURE}: missing")
    else:
        said = signing.verify_beside(parts[evidence.MANIFEST], beside, signing.trust(), now=clock.now())
        if said is None:
            found.append(f"{evidence.SIGNATURE}: unreadable")
        else:
            signer = said.signer
            if said.verdict is signing.Verdict.CHANGED:
                found.append(f"{evidence.MANIFEST}: edited, or signed by another")
            elif said.verdict is not signing.Verdict.VALID:
                found.append(f"{evidence.SIGNATURE}: {said.verdict.value}")
    camera, made_at = (str(manifest.get(name, "")) for name in ("camera", "made_at"))
    return Verified(ok=not found, faults=tuple(found), camera=camera, made_at=made_at, signer=signer)


def _parts(passage: Passage, files: EvidenceFiles) -> dict[str, bytes]:
    """Return the parts by name. What is a picture as the camera sent it is none for the owner, whoever handed it over as one."""
    unblurred = set(files.frames.values())
    return {
        **{f"frames/{name}": content for name, content in files.frames.items()},
        **{f"owner/{name}": content for name, content in files.owner.items() if content not in unblurred},
        **({files.clip_name: files.clip} if files.clip else {}),
        **({"plate.jpg": files.plate} if files.plate else {}),
        **files.more,
        "track.json": evidence.written(asdict(passage)),
    }


def _what(
    passage: Passage,
    finding: Finding,
    camera: Camera,
    *,
    rule: RoadRule,
    version: RuleVersion,
    lights: Sequence[LightChange],
) -> dict[str, Any]:
    return {
        "act": finding.act,
        "at": finding.at.isoformat(),
        "camera": camera.code,
        "frames": list(finding.frames),
        "held": list(finding.held),
        "lights": [{"signal": each.signal, "at": each.at.isoformat(), "light": each.light} for each in lights],
        "measured": dict(finding.measured),
        "models": dict(passage.models),
        "rule": {
            "code": version.code,
            "version": version.version,
            "document": rule.document,
            "verified": rule.verified,
        },
    }
