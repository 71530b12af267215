from django.urls import path

from vamco.web import verification, views

app_name = "web"
urlpatterns = [
    path("language", views.language, name="language"),
    path("verify", verification.verify, name="verify"),
    path("v/<str:code>", verification.by_code, name="verify_code"),
    path("V/<str:code>", verification.by_code, name="verify_code_scanned"),
    path("style", views.style, name="style"),
    path("style/wall", views.style_wall, name="style_wall"),
    path("style/table", views.style_table, name="style_table"),
    path("style/upload", views.style_upload, name="style_upload"),
    path("find", views.find, name="palette"),
    path("style/map.geojson", views.style_map, name="style_map"),
]
