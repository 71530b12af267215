"""What the operator may set for identity: the national eID, whose relying party the province is (QĐ 1132/QĐ-TTg, A3)."""

from __future__ import annotations

from pydantic import BaseModel, Field, SecretStr


class Settings(BaseModel):
    """The outside issuer of identity. How it speaks is its profile, which is data."""

    eid_issuer: str = Field(
        default="",
        max_length=200,
        pattern=r"^(https?://[^/?#]+[^?#]*)?$",
        title="Issuer of the national eID",
        description="Address of its OpenID Connect issuer, without /.well-known. Empty: nobody signs in with the eID. In the demonstration a simulated one.",
    )
    eid_client: str = Field(
        default="",
        title="Client at the eID issuer",
        description="The client id that the issuer has given this platform. Its redirect address is <site>/eid/back.",
    )
    eid_secret: SecretStr | None = Field(
        default=None,
        title="Secret at the eID issuer",
        description="The client secret that goes with it.",
    )
    eid_profile: str = Field(
        default="vneid",
        pattern=r"^(vneid|standard|.+\.json)$",
        title="Profile of the eID issuer",
        description="How the issuer names what it says of a person: “vneid”, “standard”, or the path of a JSON file with a profile of its own.",
    )
    eid_name: str = Field(
        default="VNeID",
        title="Name of the eID",
        description="What people call it.",
    )
