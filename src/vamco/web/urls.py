from django.urls import path

from vamco.web import reports, verification, views
from vamco.web.api import mount
from vamco.web.forms import api, example
from vamco.web.pages import PUBLIC

mount("/forms", api.router, PUBLIC)
app_name = "web"
urlpatterns = [
    path("language", views.language, name="language"),
    path("verify", verification.verify, name="verify"),
    path("v/<str:code>", verification.by_code, name="verify_code"),
    path("V/<str:code>", verification.by_code, name="verify_code_scanned"),
    path("notices/reports/<str:channel>/<str:token>", reports.report, name="notice_report"),
    path("style", views.style, name="style"),
    path("style/wall", views.style_wall, name="style_wall"),
    path("style/form", example.begin, name="form"),
    path("style/form/<str:draft>", example.resume, name="form_resume"),
    path("style/form/<str:draft>/check", example.check, name="form_check"),
    path("style/form/<str:draft>/all", example.dense, name="form_dense"),
    path("style/form/<str:draft>/discard", example.discard, name="form_discard"),
    path("style/form/<str:draft>/page/<str:code>", example.page_of, name="form_page"),
    path("style/table", views.style_table, name="style_table"),
    path("style/upload", views.style_upload, name="style_upload"),
    path("find", views.find, name="palette"),
    path("style/map.geojson", views.style_map, name="style_map"),
]
