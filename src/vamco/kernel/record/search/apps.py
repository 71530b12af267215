from django.apps import AppConfig


class SearchConfig(AppConfig):
    """What people find."""

    name = "vamco.kernel.record.search"
    label = "search"
