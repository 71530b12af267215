"""What the operator may set for the national portal (NĐ 224/2026, Đ. 15: all dossiers are synchronised with it)."""

from __future__ import annotations

from pydantic import BaseModel, Field, SecretStr


class Settings(BaseModel):
    """The adapter of the National Public Service Portal. How it speaks is its profile, which is data."""

    national_portal: str = Field(
        default="",
        max_length=200,
        pattern=r"^(https?://[^/?#]+[^?#]*)?$",
        title="Adapter of the National Public Service Portal",
        description="Address of the adapter through which dossiers are synchronised. Empty: messages wait. In the demonstration a simulated one.",
    )
    national_client: str = Field(
        default="",
        title="Client at the national portal",
        description="The name under which the portal knows this platform.",
    )
    national_secret: SecretStr | None = Field(
        default=None,
        title="Secret at the national portal",
        description="The secret that goes with it.",
    )
    national_profile: str = Field(
        default="standard",
        pattern=r"^(standard|older|.+\.json)$",
        title="Profile of the national portal's adapter",
        description="Paths, code lists and date format of the adapter: “standard”, “older”, or the path of a JSON file with a profile of its own.",
    )
