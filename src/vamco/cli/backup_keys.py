"""The keys of a province in one file, which is kept apart from the backups of the data that they open.

Encrypted under a passphrase (scrypt, AES-256-GCM) where the operator gives one.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
from typing import TYPE_CHECKING, Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from vamco.lib.errors import N_, Refused

if TYPE_CHECKING:
    from pathlib import Path

FORMAT: Final = 1
SECRET: Final = "secret_key"  # noqa: S105  # the name of a file
IDENTITY: Final = "identity_keys"
AUDIT: Final = "audit_key"
SIGNING: Final = "signing"
_COST: Final = {"n": 1 << 16, "r": 8, "p": 1}  # 64 MB and a quarter of a second for each guess
_MOST: Final = 1 << 20  # what a file from elsewhere may ask for as n
PASSPHRASE_LENGTH: Final = 12


def gather(data: Path, secret: str | None, identity: str | None) -> dict[str, bytes]:
    """Return the keys in a data folder, by their path in it. `secret` and `identity` are those of the environment, which go first."""
    found = {name: (data / name).read_bytes() for name in (SECRET, IDENTITY, AUDIT) if (data / name).is_file()}
    for path in sorted((data / SIGNING).rglob("*")):
        if path.is_file():
            found[path.relative_to(data).as_posix()] = path.read_bytes()
    for name, value in ((SECRET, secret), (IDENTITY, identity)):
        if value is not None:
            found[name] = value.encode()
    return found


def fingerprints(keys: dict[str, bytes]) -> dict[str, str]:
    """Return what tells whether keys are the right ones and says nothing else of them."""
    return {name: hashlib.sha256(content).hexdigest() for name, content in sorted(keys.items())}


def identity_ids(keys: dict[str, bytes]) -> set[str]:
    """Return the names of the keys for identity numbers; they are written as `id:base64`, parted by commas or white space."""
    text = keys[IDENTITY].decode("ascii", "replace")
    return {entry.split(":")[0] for entry in text.replace(",", " ").split()}


def read_passphrase(path: Path | None) -> str:
    """Return the passphrase in a file, "" without one; Refused when it is short or others may read it."""
    if path is None:
        return ""
    try:
        if path.stat().st_mode & 0o077:
            raise Refused("backup.open_passphrase", N_("Others may read %(path)s: set its mode to 0600."), path=path)
        text = path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise Refused("backup.no_passphrase", N_("There is no file %(path)s."), path=path) from None
    if len(text) < PASSPHRASE_LENGTH:
        raise Refused(
            "backup.short_passphrase",
            N_("The passphrase in %(path)s is too short: %(length)s characters at least."),
            path=path,
            length=PASSPHRASE_LENGTH,
        )
    return text


def write(path: Path, keys: dict[str, bytes], *, moment: str, passphrase: str) -> None:
    """Write the keys to a new file that only its owner may read."""
    content = json.dumps({name: base64.b64encode(value).decode() for name, value in keys.items()}).encode()
    head: dict[str, Any] = {"format": FORMAT, "moment": moment, "cipher": "none"}
    if passphrase:
        salt, nonce = os.urandom(16), os.urandom(12)
        head |= {"cipher": "AES-256-GCM", "kdf": "scrypt", **_COST, "salt": salt.hex(), "nonce": nonce.hex()}
        content = AESGCM(_key(passphrase, head)).encrypt(nonce, content, _bound(head))
    text = json.dumps({**head, "content": base64.b64encode(content).decode()}, indent=1)
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(path)
    finally:
        fresh.unlink(missing_ok=True)


def read(path: Path, passphrase: str) -> dict[str, bytes]:
    """Return the keys in a file; Refused when it is none, wants another passphrase or names what is no key."""
    try:
        head = json.loads(path.read_text(encoding="ascii"))
        content = base64.b64decode(head.pop("content"), validate=True)
        _demand_known(head)
        if head["cipher"] != "none":
            content = _opened(path, head, content, passphrase)
        keys = {str(name): base64.b64decode(value, validate=True) for name, value in json.loads(content).items()}
    except FileNotFoundError:
        raise Refused("backup.no_keys", N_("There is no file %(path)s."), path=path) from None
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error, OSError) as error:
        raise Refused("backup.wrong_keys", N_("%(path)s is no file of keys, or a damaged one."), path=path) from error
    for name in keys:
        top, *rest = name.split("/")
        if ".." in rest or (top != SIGNING if rest else top not in {SECRET, IDENTITY, AUDIT}):
            raise Refused("backup.wrong_keys", N_("%(path)s is no file of keys, or a damaged one."), path=path)
    return keys


def _demand_known(head: dict[str, Any]) -> None:
    if head["format"] != FORMAT or head["cipher"] not in {"none", "AES-256-GCM"}:
        raise ValueError(head["format"])


def _opened(path: Path, head: dict[str, Any], content: bytes, passphrase: str) -> bytes:
    if not passphrase:
        raise Refused(
            "backup.passphrase_needed", N_("The keys in %(path)s are encrypted: give --passphrase-file."), path=path
        )
    if not 1 < int(head["n"]) <= _MOST or (head["r"], head["p"]) != (_COST["r"], _COST["p"]):
        raise ValueError(head["n"])
    try:
        return AESGCM(_key(passphrase, head)).decrypt(bytes.fromhex(head["nonce"]), content, _bound(head))
    except InvalidTag:
        raise Refused(
            "backup.wrong_passphrase", N_("The passphrase does not open %(path)s, or the file was changed."), path=path
        ) from None


def _key(passphrase: str, head: dict[str, Any]) -> bytes:
    salt = bytes.fromhex(head["salt"])
    return Scrypt(salt=salt, length=32, n=head["n"], r=head["r"], p=head["p"]).derive(passphrase.encode())


def _bound(head: dict[str, Any]) -> bytes:
    return json.dumps(head, sort_keys=True).encode()


def place(data: Path, keys: dict[str, bytes]) -> None:
    """Put keys where the platform looks for them, for its user only."""
    for name, content in keys.items():
        path = data / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
