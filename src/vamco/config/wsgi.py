"""The application that a WSGI server runs."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vamco.config.settings")
application = get_wsgi_application()
# What is there now stays: the collector need not walk it again and again while pages are made.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 50)
