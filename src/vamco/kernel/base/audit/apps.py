from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "vamco.kernel.base.audit"
    label = "audit"
