from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "vamco.systems.identity"
    label = "identity"
