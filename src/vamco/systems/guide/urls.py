from django.urls import path

from vamco.systems.guide import pages

app_name = "guide"
urlpatterns = [
    path("guide", pages.index, name="index"),
    path("guide/<str:role>", pages.chapter, name="chapter"),
]
