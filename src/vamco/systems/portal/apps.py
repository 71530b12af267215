from django.apps import AppConfig
from django.urls import reverse


class PortalConfig(AppConfig):
    name = "vamco.systems.portal"
    label = "portal"

    def ready(self) -> None:
        from vamco.web import addresses

        addresses.register("home_switch", lambda: reverse("portal:switch"))
