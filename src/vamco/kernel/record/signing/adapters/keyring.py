"""Which keys, authorities and roots this installation has: files below the data folder, in `signing/`.

    signers/CODE.key, CODE.pem   the key of an agency, encrypted, and its certificates, its own first
    trust/*.pem                  roots that signers' certificates must lead to
    trust/timestamps/*.pem       the same for time-stamping authorities; none: those of the signers
    trust/others/*.pem           certificates between them
    trust/*.crl                  revocation lists, DER

A demonstration without keys makes an authority of its own on the spot, and a certificate for each agency that signs.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import secrets
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings

from vamco.kernel.base import clock
from vamco.kernel.record.signing.adapters import keys
from vamco.kernel.record.signing.adapters.authority import Authority, new_key
from vamco.kernel.record.signing.adapters.timestamping import HttpAuthority, SimulatedAuthority
from vamco.kernel.record.signing.contracts import Signer, Timestamper, Trust
from vamco.lib.errors import N_, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vamco.kernel.record.signing.adapters.keys import SoftwareSigner

DEMO_ROOT: Final = "Vàm Cỏ thử nghiệm - không có giá trị pháp lý"
DEMO_SINCE: Final = dt.timedelta(days=366)  # the demonstration may stand on a day in the past
_TIMESTAMPER: Final = "timestamps"
_ROOT: Final = "root"
_loaded: dict[tuple[str, int], SoftwareSigner] = {}


def signer_of(agency: str, name: str) -> Signer:
    """Give the signer of the agency with a code; in a demonstration one is made. Unavailable when there is no key."""
    return _signer(agency, name)


def timestamper() -> Timestamper | None:
    """Give the time-stamping authority: the one of the settings; in a demonstration a simulated one; else None."""
    if settings.VAMCO_TSA_URL:
        return HttpAuthority(settings.VAMCO_TSA_URL)
    if not settings.VAMCO_DEMO:
        return None
    return SimulatedAuthority(_signer(_TIMESTAMPER, "Vàm Cỏ thử nghiệm - dấu thời gian"), clock.now)


def trust() -> Trust:
    """Give whom this installation believes."""
    folder = _folder() / "trust"
    roots = _certificates(folder)
    return Trust(
        roots=roots,
        stamp_roots=_certificates(folder / "timestamps") or roots,
        others=_certificates(folder / "others"),
        revocations=tuple(path.read_bytes() for path in sorted(folder.glob("*.crl"))),
    )


def _folder() -> Path:
    return Path(settings.VAMCO_DATA) / "signing"


def _certificates(folder: Path) -> tuple[bytes, ...]:
    return tuple(
        found.public_bytes(Encoding.DER)
        for path in sorted(folder.glob("*.pem"))
        for found in x509.load_pem_x509_certificates(path.read_bytes())
    )


def _signer(code: str, name: str) -> SoftwareSigner:
    """Give a signer, opened once in a process: decrypting a key takes longer than a hundred signatures."""
    folder = _folder() / "signers"
    path = folder / f"{code}.key"
    if not path.exists() and settings.VAMCO_DEMO:
        _admit(code, name)
    at = path.stat().st_mtime_ns if path.exists() else 0
    if (str(path), at) not in _loaded:
        _loaded[str(path), at] = keys.read(folder, code, _passphrase())
    return _loaded[str(path), at]


def _passphrase() -> str:
    """Give the passphrase of the settings; a demonstration keeps one of its own beside the keys."""
    if settings.VAMCO_SIGNING_PASSPHRASE:
        return str(settings.VAMCO_SIGNING_PASSPHRASE)
    path = _folder() / "passphrase"
    if not path.exists():
        if not settings.VAMCO_DEMO:
            raise Unavailable("signing.no_passphrase", N_("No passphrase for the signing keys is set."))
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32), encoding="ascii")
    return path.read_text(encoding="ascii")


@contextmanager
def _alone() -> Iterator[None]:
    """Let one process at a time make keys."""
    _folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    with (_folder() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _admit(code: str, name: str) -> None:
    """Make key and certificate of a signer of the demonstration, and its authority if that is the first."""
    now = dt.datetime.now(dt.UTC)
    since, until = now - DEMO_SINCE, now + 5 * DEMO_SINCE
    signers = _folder() / "signers"
    with _alone():
        if (signers / f"{code}.key").exists():
            return
        authority = _authority(since)
        key = new_key()
        if code == _TIMESTAMPER:
            certificate = authority.admit_timestamper(name, key, since=since, until=until)
        else:
            certificate = authority.admit(name, code, key, since=since, until=until)
        keys.write(signers, code, key, (certificate,), _passphrase())


def _authority(since: dt.datetime) -> Authority:
    folder = _folder() / "authority"
    if not (folder / f"{_ROOT}.key").exists():
        made = Authority.found(DEMO_ROOT, since)
        keys.write(folder, _ROOT, made.key, (made.certificate,), _passphrase())
        trusted = _folder() / "trust"
        trusted.mkdir(parents=True, exist_ok=True)
        (trusted / "demonstration.pem").write_bytes(made.certificate.public_bytes(Encoding.PEM))
        return made
    kept = keys.read(folder, _ROOT, _passphrase())
    return Authority(kept.key, x509.load_der_x509_certificate(kept.certificate))
