from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Natural persons."""

    name = "vamco.kernel.world.people"
    label = "people"
