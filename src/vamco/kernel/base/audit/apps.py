from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The log of acts."""

    name = "vamco.kernel.base.audit"
    label = "audit"
