"""The style guide of the demonstration, for designers and developers: an address to know, and in nobody's navigation or search."""

from django.apps import AppConfig


class StyleConfig(AppConfig):
    name = "vamco.demo.style"
    label = "style"
