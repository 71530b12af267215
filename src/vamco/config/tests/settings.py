"""The settings of the tests: production, and the style guide beside it, by which pages try components."""

from vamco.config.settings import *  # noqa: F403
from vamco.config.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "vamco.demo.style"]
