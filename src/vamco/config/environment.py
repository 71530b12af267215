"""What the operator may set, each with its meaning.

Names in the environment carry the prefix VAMCO_, but for the two database addresses, which keep the names that hosting
platforms use.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003  # pydantic reads the annotations at run time
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict
from pydantic import AfterValidator, AliasChoices, Field, SecretStr, ValidationError, create_model
from pydantic_settings import BaseSettings, SettingsConfigDict

from vamco import systems
from vamco.lib.errors import N_, Refused

CHECKOUT = Path(__file__).resolve().parents[3]


def _bucket(address: SecretStr) -> SecretStr:
    """Refuse what is no address of a bucket; pydantic applies no pattern to a secret."""
    if not address.get_secret_value().startswith("s3://"):
        raise ValueError("an address that begins with s3:// is expected")
    return address


class Platform(BaseSettings):
    """Settings read from the environment once, when the process starts; those of systems are added below."""

    model_config = SettingsConfigDict(
        env_prefix="VAMCO_", env_file=None, extra="ignore", populate_by_name=True, hide_input_in_errors=True
    )

    database_url: SecretStr = Field(
        default=SecretStr("postgresql:///vamco"),
        validation_alias=AliasChoices("DATABASE_URL"),
        title="Database of the application role",
        description="PostgreSQL 15 or later, as a URL; without it `vamco up` runs its own. The role needs no right to change tables.",
    )
    database_owner_url: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("DATABASE_OWNER_URL"),
        title="Database of the owner role",
        description="Same database, the role that owns the tables; only what brings the tables up to date reads it.",
    )
    data: Path = Field(
        default=CHECKOUT / ".vamco",
        title="Data folder",
        description="Files, lake and, when embedded, PostgreSQL.",
    )
    pack: Path = Field(
        default=CHECKOUT / "packs" / "tayninh",
        title="Pack",
        description="Folder that describes the province.",
    )
    secret_key: SecretStr | None = Field(
        default=None,
        min_length=50,
        title="Secret key",
        description="Signs sessions and links; at least 50 characters. Without it one is made in the data folder.",
    )
    identity_keys: SecretStr | None = Field(
        default=None,
        title="Keys for identity numbers",
        description="Seal citizens' and firms' numbers: id:base64 of 32 bytes, the newest last, parted by commas. Without it they are made in the data folder; a lost key cannot be replaced.",
    )
    allowed_hosts: str = Field(
        default="localhost,127.0.0.1,[::1]",
        title="Host names",
        description="Host names under which the site answers, parted by commas.",
    )
    https: bool = Field(
        default=False,
        title="Behind HTTPS",
        description="True when a proxy in front speaks HTTPS and sets X-Forwarded-Proto and X-Forwarded-For: cookies become secure, HSTS is sent.",
    )
    demo: bool = Field(
        default=False,
        title="Demonstration",
        description="Shows the mark for synthetic data and the demonstration log-ins. Never in production.",
    )
    watch: bool = Field(
        default=True,
        title="Watch the demonstration's cameras",
        description="False starts `./vamco up` without the worker that watches the demonstration's cameras.",
    )
    today: dt.date | None = Field(
        default=None,
        title="Fixed day",
        description="Lets the demonstration stand still on a day (ISO date, province time). Never in production.",
    )
    files: Annotated[SecretStr, AfterValidator(_bucket)] | None = Field(
        default=None,
        title="File store",
        description="Where the contents of files lie: s3://bucket/folder?endpoint_override=…&scheme=https, with keys as s3://key:secret@… or in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. Without it: the data folder.",
    )
    scanner: str = Field(
        default="",
        pattern=r"^(tcp://[^/]+|unix:///.+)?$",
        title="Virus scanner",
        description="Address of ClamAV's daemon, tcp://host:3310 or unix:///run/clamav/clamd.ctl. What it has not read is given to nobody but who stored it. Empty: files are not scanned.",
    )
    site_url: str = Field(
        default="http://127.0.0.1:8000",
        title="Address of the site",
        description="As people reach it from outside, such as https://vamco.tayninh.gov.vn: it stands in QR codes and letters.",
    )
    signing_passphrase: SecretStr | None = Field(
        default=None,
        min_length=12,
        title="Passphrase of the signing keys",
        description="Opens the keys in `signing/` of the data folder. The demonstration makes one; without one nothing is signed.",
    )
    tsa_url: str = Field(
        default="",
        title="Time-stamping authority",
        description="Address of an RFC 3161 service; empty means none, in the demonstration a simulated one.",
    )
    email: SecretStr | None = Field(
        default=None,
        title="E-mail",
        description="Mail server of notices: smtp://user:password@host:587?from=address&name=Name (smtps:// for TLS from the first byte, tls=no for a server on this machine). “simulated” reaches nobody; without it no e-mail is sent.",
    )
    sms: SecretStr | None = Field(
        default=None,
        title="SMS",
        description="Brand-name gateway with the interface of eSMS: https://key:secret@rest.esms.vn/MainService.svc/json/SendMultipleMessage_V4_post_json/?brandname=NAME. “simulated”, or without it none.",
    )
    push: SecretStr | None = Field(
        default=None,
        title="Web Push",
        description="vapid://key@host?contact=mailto:address, the private key 32 bytes in base64url; &hosts=name adds a push service to those of the browsers' makers. “simulated”, or without it none.",
    )
    zalo: SecretStr | None = Field(
        default=None,
        title="Zalo",
        description="Zalo Notification Service: https://:token@business.openapi.zalo.me/message/template?app=id&secret=key, the secret signs its reports. “simulated”, or without it none.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO",
        title="Log level",
        description="Least severe message that is written.",
    )


@cache
def of_systems() -> tuple[str, ...]:
    """Return the names of the settings that systems bring; TypeError for one that is there already."""
    names: list[str] = []
    for module in systems.parts("settings"):
        for name in module.Settings.model_fields:
            if name in names or name in Platform.model_fields:
                raise TypeError(f"two settings are named {name}")
            names.append(name)
    return tuple(names)


@cache
def described() -> type[Platform]:
    """Return the class of all settings, the platform's and the systems'."""
    of_systems()
    brought = tuple(module.Settings for module in systems.parts("settings"))
    return create_model("Environment", __base__=(Platform, *brought))


@cache
def environment() -> Platform:
    """Give the settings of this process; Refused when one is wrong, which is named without its value: it may be a secret."""
    try:
        return described()()
    except ValidationError as error:
        faults = [f"{_variable(str(fault['loc'][0]))}: {fault['msg']}" for fault in error.errors(include_input=False)]
        raise Refused("config.wrong", N_("Wrong settings: %(faults)s"), faults="; ".join(faults)) from None


def _variable(name: str) -> str:
    return name if name.isupper() else f"VAMCO_{name.upper()}"


def database(url: SecretStr) -> dict[str, Any]:
    """Django's description of the database at a PostgreSQL URL."""
    try:
        parts = conninfo_to_dict(url.get_secret_value())
    except ProgrammingError:
        # Its message may hold the password.
        raise Refused(
            "config.wrong_database", N_("DATABASE_URL is not the address of a PostgreSQL database: postgresql://…")
        ) from None
    return {
        "ENGINE": "vamco.kernel.base.audit.adapters.backend",  # commits no act without its audit entries
        "NAME": parts.pop("dbname", "vamco"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": str(parts.pop("port", "")),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        # Values travel beside the statement, and one that a connection repeats is planned once: a fifth more pages a second.
        "OPTIONS": {"application_name": "vamco", "server_side_binding": True, "prepare_threshold": 3, **parts},
    }
