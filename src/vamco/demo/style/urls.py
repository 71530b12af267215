from django.urls import path

from vamco.demo.style import form, pages

app_name = "style"
urlpatterns = [
    path("", pages.guide, name="guide"),
    path("/wall", pages.wall, name="wall"),
    path("/map.geojson", pages.squares, name="map"),
    path("/table", pages.table, name="table"),
    path("/upload", pages.upload, name="upload"),
    path("/form", form.begin, name="form"),
    path("/form/<str:draft>", form.resume, name="form_resume"),
    path("/form/<str:draft>/check", form.check, name="form_check"),
    path("/form/<str:draft>/all", form.dense, name="form_dense"),
    path("/form/<str:draft>/discard", form.discard, name="form_discard"),
    path("/form/<str:draft>/page/<str:code>", form.form_page, name="form_page"),
]
