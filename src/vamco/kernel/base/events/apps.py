from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class EventsConfig(AppConfig):
    """News from one system to the others."""

    name = "vamco.kernel.base.events"
    label = "events"

    def ready(self) -> None:
        """Find the handlers of all systems."""
        autodiscover_modules("handlers")
