from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Accounts and log-in."""

    name = "vamco.systems.identity"
    label = "identity"
