from django.urls import path

from vamco.web import reports, verification, views

app_name = "web"
urlpatterns = [
    path("language", views.language, name="language"),
    path("verify", verification.verify, name="verify"),
    path("v/<str:code>", verification.by_code, name="verify_code"),
    path("V/<str:code>", verification.by_code, name="verify_code_scanned"),
    path("notices/reports/<str:channel>/<str:token>", reports.report, name="notice_report"),
    path("style", views.style, name="style"),
    path("style/wall", views.style_wall, name="style_wall"),
    path("style/map.geojson", views.style_map, name="style_map"),
]
