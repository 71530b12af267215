from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class GuideConfig(AppConfig):
    name = "vamco.systems.guide"
    label = "guide"

    def ready(self) -> None:
        from vamco.systems.guide import pages
        from vamco.web import addresses, palette

        # The link of each page leads to what the guide says about that page.
        addresses.register("guide", lambda view="": reverse("guide:index") + (f"?page={view}" if view else ""))
        palette.register(_("User guide"), pages.commands)
