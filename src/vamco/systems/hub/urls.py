from django.urls import path

from vamco.systems.hub.pages import runs

app_name = "hub"
urlpatterns = [
    path("desk/runs/", runs.datasets, name="runs"),
    path("desk/runs/all/", runs.runs, name="all_runs"),
    path("desk/runs/<int:run_id>", runs.run, name="run"),
    path("desk/runs/<int:run_id>/file", runs.source_file, name="run_file"),
    path("desk/runs/<int:run_id>/release", runs.decide, {"decision": "release"}, name="release"),
    path("desk/runs/<int:run_id>/reject", runs.decide, {"decision": "reject"}, name="reject"),
    path("desk/runs/<int:run_id>/void", runs.void, name="void"),
    path("desk/runs/<int:run_id>/restore", runs.restore, name="restore"),
    path("desk/runs/<int:run_id>/rows/<int:row>", runs.row, name="row"),
    path("desk/runs/<int:run_id>/quarantine.csv", runs.quarantine_file, {"kind": "csv"}, name="quarantine_csv"),
    path("desk/runs/<int:run_id>/quarantine.xlsx", runs.quarantine_file, {"kind": "xlsx"}, name="quarantine_xlsx"),
    path("desk/datasets/<slug:dataset>", runs.dataset, name="dataset"),
    path("desk/sources/<str:source>/collect", runs.collect, name="collect"),
    path("desk/letters/", runs.letters, name="letters"),
    path("desk/letters/<int:letter>/retry", runs.retry, name="retry"),
    path("desk/letters/<int:letter>/discard", runs.discard, name="discard"),
]
