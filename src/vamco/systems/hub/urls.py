from django.urls import path

from vamco.systems.hub import pages

app_name = "hub"
urlpatterns = [
    path("desk/runs/", pages.datasets, name="runs"),
    path("desk/runs/all/", pages.runs, name="all_runs"),
    path("desk/runs/<int:run_id>", pages.run, name="run"),
    path("desk/runs/<int:run_id>/file", pages.source_file, name="run_file"),
    path("desk/sources/<str:source>/collect", pages.collect, name="collect"),
    path("desk/letters/", pages.letters, name="letters"),
    path("desk/letters/<int:letter>/retry", pages.retry, name="retry"),
    path("desk/letters/<int:letter>/discard", pages.discard, name="discard"),
]
