from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Slow work."""

    name = "vamco.kernel.base.jobs"
    label = "jobs"
