from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "vamco.kernel.base.jobs"
    label = "jobs"
