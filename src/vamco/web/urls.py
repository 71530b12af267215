from django.urls import path

from vamco.web import reports, verification, views
from vamco.web.api import mount
from vamco.web.forms import api
from vamco.web.pages import PUBLIC

mount("/forms", api.router, PUBLIC)
app_name = "web"
urlpatterns = [
    path("language", views.language, name="language"),
    path("verify", verification.verify, name="verify"),
    path("v/<str:code>", verification.by_code, name="verify_code"),
    path("V/<str:code>", verification.by_code, name="verify_code_scanned"),
    path("notices/reports/<str:channel>/<str:token>", reports.report, name="notice_report"),
    path("find", views.find, name="palette"),
]
