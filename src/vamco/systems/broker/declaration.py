from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from vamco.kernel.base.packs import public as packs


class ClientItem(packs.Item):
    """A system that signs its users in through the platform. Its secret is made on a page and stands in no file."""

    code: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{1,59}$", description="client_id")
    name: str = Field(max_length=120, description="as people know it, in Vietnamese")
    purpose: str = Field(max_length=300, description="what it needs to know who somebody is for, in Vietnamese")
    agency: Annotated[str, packs.AGENCY] = Field(description="agency that answers for it")
    redirect_uris: tuple[str, ...] = Field(min_length=1, max_length=20, description="addresses to return to, exactly")
    post_logout_uris: tuple[str, ...] = Field(
        default=(), max_length=20, description="addresses to return to after leaving"
    )
    scopes: tuple[Literal["openid", "profile", "email", "phone", "vn_number", "post", "offline_access"], ...] = Field(
        default=("openid", "profile"), description="what it may ask about a person"
    )
    sector: str = Field(
        default="", max_length=100, description="clients of one sector know a person by one name; by default alone"
    )
    backchannel_uri: str = Field(default="", max_length=300, description="where it is told that somebody has left")
    private_network: bool = Field(default=False, description="whether that lies in the province's own network")
