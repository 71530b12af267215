"""What the operator may set for counterparts: where each is, and as whom this platform is known there."""

from __future__ import annotations

from pydantic import BaseModel, Field, SecretStr

_SHAPE = "https://client:secret@host/path; the secret signs what is sent and proves what comes back. Empty: nobody is asked. In the demonstration a simulated one."


class Settings(BaseModel):
    """Lines to other bodies' systems."""

    population: SecretStr | None = Field(
        default=None,
        title="Population data",
        description=f"The service of the national population database, over the sharing platform: {_SHAPE}",
    )
    civil_status: SecretStr | None = Field(
        default=None,
        title="Civil-status data",
        description=f"The service of the electronic civil-status database: {_SHAPE}",
    )
    tax: SecretStr | None = Field(
        default=None,
        title="Tax office",
        description=f"The tax office's service for dossiers of several agencies: {_SHAPE}",
    )
    vehicles: SecretStr | None = Field(
        default=None,
        title="Vehicle register",
        description=f"The service of the vehicle register of the police: {_SHAPE}",
    )
    post: SecretStr | None = Field(
        default=None,
        title="Post",
        description=f"The public post's service for results of dossiers (BCCI): {_SHAPE}",
    )
