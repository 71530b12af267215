from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "vamco.kernel.world.people"
    label = "people"
