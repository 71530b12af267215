"""What the architecture's tests ask for at this system's addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vamco.systems.broker import public as broker
from vamco.systems.broker.models import Consent

if TYPE_CHECKING:
    from tests.architecture.sample_objects import World

CODE = "so-tai-chinh"
SEEN = {"consent_id": {"taichinh"}}
WITHOUT = {"consent_id": 405}  # nothing is shown there, only withdrawn


def make(world: World) -> dict[str, Any]:
    wanted = broker.NewClient(
        code=CODE,
        name=f"Hệ thống {world.hidden}",
        purpose="Để biết ai nhập số liệu.",
        agency="H53.04",
        redirect_uris=("https://taichinh.example.vn/callback",),
        scopes=("openid", "profile"),
    )
    broker.new_client(wanted, by=world.person("quantri"))
    who = world.person("taichinh")
    broker.agree(who, broker.client(CODE), ("openid",))
    return {"client_code": CODE, "consent_id": Consent.objects.get(person=who).pk}
