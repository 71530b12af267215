from django.apps import AppConfig


class CounterpartsConfig(AppConfig):
    """Other bodies' systems that a dossier needs."""

    name = "vamco.systems.counterparts"
    label = "counterparts"

    def ready(self) -> None:
        """Tell people of the sealed table."""
        from vamco.kernel.world.people import public as people
        from vamco.systems.counterparts.models import Content

        people.keep(Content)
