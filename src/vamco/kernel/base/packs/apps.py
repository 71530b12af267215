from django.apps import AppConfig


class PacksConfig(AppConfig):
    """The province as data."""

    name = "vamco.kernel.base.packs"
    label = "packs"
