"""Whether a province may start on these settings: everything that is missing or wrong, in one go.

What is wrong keeps it from starting; what is missing is said and it starts without. No value of a secret is ever shown.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from vamco.cli import usage
from vamco.cli.console import wording
from vamco.lib.errors import N_

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CHANNELS: Final = ("VAMCO_EMAIL", "VAMCO_SMS", "VAMCO_PUSH", "VAMCO_ZALO")
SHORTEST: Final = 12  # characters of a password that a machine keeps
_VARIED: Final = 8  # different characters that a real secret has at least
# What stands in examples, ours among them: whoever reads the documentation knows it.
_EXAMPLES: Final = ("change", "example", "insecure", "secret", "password", "passphrase", "matkhau", "123456")
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_FALSE: Final = frozenset({"", "0", "false", "no", "off", "f", "n"})


@dataclass(frozen=True)
class Finding:
    """What is wrong (`wrong`), or only missing: a msgid with its data."""

    wrong: bool
    message: str
    data: Mapping[str, object]

    def text(self) -> str:
        """Return it as the terminal shows it."""
        return f"{'✗' if self.wrong else '!'} {wording(self.message, **self.data)}"


def wrong(message: str, /, **data: object) -> Finding:
    """Return what keeps the province from starting."""
    return Finding(True, message, data)


def missing(message: str, /, **data: object) -> Finding:
    """Return what the province starts without."""
    return Finding(False, message, data)


def examine(environment: Mapping[str, str], data: Path, pack: Path | None) -> list[Finding]:
    """Return all findings, what is wrong first."""
    found = [
        *_settings(),
        *_demonstration(environment, data),
        *_pack(pack),
        *_site(environment),
        *_database(environment),
        *_secrets(environment),
        *_channels(environment),
        *_eid(environment),
        *_sources(environment, pack),
        *_misspelt(environment, pack),
    ]
    return sorted(found, key=lambda finding: not finding.wrong)


def _settings() -> Iterator[Finding]:
    """Yield what pydantic finds wrong, each by itself."""
    from pydantic import ValidationError

    from vamco.config.environment import described

    try:
        described()()
    except ValidationError as error:
        for fault in error.errors(include_input=False, include_url=False):
            name = str(fault["loc"][0])
            name = name if name.isupper() else f"VAMCO_{name.upper()}"
            yield wrong(N_("%(name)s: %(fault)s"), name=name, fault=fault["msg"])


def _demonstration(environment: Mapping[str, str], data: Path) -> Iterator[Finding]:
    if environment.get("VAMCO_DEMO", "").strip().lower() not in _FALSE:
        yield wrong(
            N_("VAMCO_DEMO is on: that is for the demonstration, which “vamco up” starts. Remove it to run a province.")
        )
    if environment.get("VAMCO_TODAY"):
        yield wrong(N_("VAMCO_TODAY makes the clock stand still, which is for the demonstration only. Remove it."))
    for name in CHANNELS:
        if environment.get(name, "").strip().lower() == "simulated":
            yield wrong(
                N_(
                    "%(name)s=simulated reaches nobody and is for the demonstration only. Name a real one, or remove it."
                ),
                name=name,
            )
    if usage.of(data) == usage.DEMONSTRATION:
        yield wrong(
            N_(
                "The data folder %(folder)s was a demonstration's: its figures are made up. "
                "Choose an empty one with VAMCO_DATA or --data."
            ),
            folder=data,
        )


def _eid(environment: Mapping[str, str]) -> Iterator[Finding]:
    issuer = environment.get("VAMCO_EID_ISSUER", "")
    if not issuer:
        yield missing(N_("VAMCO_EID_ISSUER is not set: citizens cannot sign in with the national eID."))
        return
    if urlsplit(issuer).scheme != "https":
        yield wrong(N_("VAMCO_EID_ISSUER must begin with https:// — what it says decides who somebody is."))
    for name in ("VAMCO_EID_CLIENT", "VAMCO_EID_SECRET"):
        if not environment.get(name):
            yield wrong(N_("%(name)s is missing: the issuer of the eID has given it to you."), name=name)
    profile = environment.get("VAMCO_EID_PROFILE", "")
    if profile.endswith(".json") and not Path(profile).is_file():
        yield wrong(N_("VAMCO_EID_PROFILE names %(file)s, which is not there."), file=profile)


def _pack(pack: Path | None) -> Iterator[Finding]:
    if pack is None:
        yield wrong(
            N_("VAMCO_PACK is missing: the folder that describes your province. “vamco pack new CODE” makes one.")
        )
    elif not (pack / "pack.yaml").is_file():
        yield wrong(N_("VAMCO_PACK names %(folder)s, which holds no pack.yaml."), folder=pack)
    elif _content(pack, "pack.yaml").get("demonstration") is True:
        yield wrong(
            N_("%(file)s says “demonstration: true”. Write false when the figures are the province's own."),
            file=pack / "pack.yaml",
        )


def _site(environment: Mapping[str, str]) -> Iterator[Finding]:
    address = environment.get("VAMCO_SITE_URL", "")
    if not address:
        yield wrong(
            N_(
                "VAMCO_SITE_URL is missing: the address at which people reach the site, such as "
                "https://vamco.tayninh.gov.vn, or http://localhost:8000 for a trial on this machine."
            )
        )
        return
    parts = urlsplit(address)
    host, https = parts.hostname or "", environment.get("VAMCO_HTTPS", "").strip().lower() not in _FALSE
    if parts.scheme not in {"http", "https"} or not host:
        yield wrong(N_("VAMCO_SITE_URL is no address: %(address)s. Write https://NAME."), address=address)
    elif parts.scheme == "https" and not https:
        yield wrong(
            N_(
                "VAMCO_SITE_URL speaks HTTPS, but VAMCO_HTTPS is not true: set it, and put the proxy of docs/operating.md in front."
            )
        )
    elif parts.scheme == "http" and https:
        yield wrong(N_("VAMCO_HTTPS is true, but VAMCO_SITE_URL begins with http://. Write https://."))
    elif parts.scheme == "http" and host not in _LOCAL:
        yield wrong(
            N_(
                "VAMCO_SITE_URL=%(address)s would send passwords unencrypted over the network. Use https:// with a proxy "
                "and VAMCO_HTTPS=true; plain http:// is for http://localhost on this machine."
            ),
            address=address,
        )
    hosts = [name.strip() for name in environment.get("VAMCO_ALLOWED_HOSTS", "").split(",") if name.strip()]
    if hosts and host and host not in hosts and "*" not in hosts:
        yield wrong(N_("VAMCO_ALLOWED_HOSTS does not name %(host)s, the host of VAMCO_SITE_URL."), host=host)
    if "*" in hosts:
        yield wrong(N_("VAMCO_ALLOWED_HOSTS=* answers under any name. Write the names of the site."))


def _database(environment: Mapping[str, str]) -> Iterator[Finding]:
    app, owner = environment.get("DATABASE_URL", ""), environment.get("DATABASE_OWNER_URL", "")
    if not app and not owner:
        return  # the embedded one
    if not app:
        yield wrong(
            N_("DATABASE_OWNER_URL is set without DATABASE_URL. Set both, or neither for the embedded database.")
        )
    if not owner:
        yield wrong(
            N_("DATABASE_URL is set without DATABASE_OWNER_URL: only the owner role can bring the tables up to date.")
        )
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    found: dict[str, dict[str, Any]] = {}
    for name, address in (("DATABASE_URL", app), ("DATABASE_OWNER_URL", owner)):
        if address:
            try:
                found[name] = conninfo_to_dict(address)
            except ProgrammingError:
                yield wrong(N_("%(name)s is not the address of a PostgreSQL database: postgresql://…"), name=name)
    for name, parts in found.items():
        password = str(parts.get("password") or "")
        if password and (len(password) < SHORTEST or _from_an_example(password) or password == parts.get("user")):
            yield wrong(
                N_("The password in %(name)s is short or stands in an example. Give the role another."), name=name
            )
    if len(found) == 2 and found["DATABASE_URL"].get("user") == found["DATABASE_OWNER_URL"].get("user"):  # noqa: PLR2004
        yield wrong(
            N_("DATABASE_URL and DATABASE_OWNER_URL name the same role: the site must not be able to change tables.")
        )


def _secrets(environment: Mapping[str, str]) -> Iterator[Finding]:
    for name in ("VAMCO_SECRET_KEY", "VAMCO_SIGNING_PASSPHRASE"):
        value = environment.get(name, "")
        if value and (len(set(value)) < _VARIED or _from_an_example(value)):
            yield wrong(
                N_("%(name)s looks like an example or is too regular. Make one: openssl rand -base64 60"), name=name
            )
    if not environment.get("VAMCO_SIGNING_PASSPHRASE"):
        yield missing(N_("VAMCO_SIGNING_PASSPHRASE is missing: nothing is signed."))
    if not environment.get("VAMCO_IDENTITY_KEYS"):
        yield missing(
            N_(
                "VAMCO_IDENTITY_KEYS is not set: the keys that seal identity numbers lie in the data folder. "
                "Keep a copy of the file identity_keys elsewhere; a lost key cannot be replaced."
            )
        )


def _channels(environment: Mapping[str, str]) -> Iterator[Finding]:
    if not environment.get("VAMCO_EMAIL"):
        yield missing(N_("VAMCO_EMAIL is missing: no e-mail is sent, notices stand in the inbox only."))
    if not environment.get("VAMCO_SCANNER"):
        yield missing(N_("VAMCO_SCANNER is missing: files that people send are not scanned for viruses."))


def _sources(environment: Mapping[str, str], pack: Path | None) -> Iterator[Finding]:
    for source in _declared(pack):
        for field in ("base_url_from", "token_from", "folder_from"):
            name = str(source.get(field) or "")
            if name and not environment.get(name):
                yield missing(
                    N_("%(name)s is missing: the source %(source)s is not collected."),
                    name=name,
                    source=source.get("code", "?"),
                )
        root = environment.get(str(source.get("folder_from") or ""), "")
        if root and not os.access(folder := os.path.join(root, str(source.get("folder") or "")), os.R_OK | os.X_OK):  # noqa: PTH118
            yield missing(
                N_("The folder %(folder)s of the source %(source)s is not there or cannot be read."),
                folder=folder,
                source=source.get("code", "?"),
            )


def _misspelt(environment: Mapping[str, str], pack: Path | None) -> Iterator[Finding]:
    from vamco.config.environment import described

    known = {f"VAMCO_{name.upper()}" for name in described().model_fields}
    named = {str(source.get(field)) for source in _declared(pack) for field in source if field.endswith("_from")}
    for name in sorted(environment):
        close = (
            get_close_matches(name, known, 1, 0.85) if name.startswith("VAMCO_") and name not in known | named else []
        )
        if close:
            yield missing(N_("Nothing reads %(name)s. Did you mean %(close)s?"), name=name, close=close[0])


def _from_an_example(value: str) -> bool:
    return any(word in value.lower() for word in _EXAMPLES)


def _declared(pack: Path | None) -> list[dict[str, Any]]:
    found = _content(pack, "sources.yaml") if pack else []
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _content(pack: Path, name: str) -> Any:
    """Return what a file of the pack says, {} where it is missing or broken: the check of the pack says why."""
    import yaml

    try:
        return yaml.safe_load((pack / name).read_text(encoding="utf-8")) or {}
    except (OSError, ValueError, yaml.YAMLError):
        return {}
