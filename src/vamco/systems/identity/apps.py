from django.apps import AppConfig
from django.urls import reverse


class IdentityConfig(AppConfig):
    """Accounts and log-in."""

    name = "vamco.systems.identity"
    label = "identity"

    def ready(self) -> None:
        from vamco.web import addresses

        addresses.register("log_in", lambda: reverse("identity:log_in"))
        addresses.register("log_out", lambda: reverse("identity:log_out"))
