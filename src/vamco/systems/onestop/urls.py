from django.urls import path

from vamco.systems.onestop.pages import (
    catalogue,
    office_counter,
    office_list,
    office_pages,
    office_register,
    office_result,
    office_team,
)
from vamco.systems.onestop.services.listing import TABS

app_name = "onestop"
urlpatterns = [
    path("procedures", catalogue.procedures, name="procedures"),
    path("procedures/<str:procedure>", catalogue.procedure, name="procedure"),
    path("procedures/<str:procedure>/print", catalogue.printed, name="print"),
    path("procedures/<str:procedure>/qr.svg", catalogue.qr, name="qr"),
    path("life/<str:life_event>", catalogue.life_event, name="life_event"),
    path("apologies", office_register.sorry, name="apologies"),
    path("desk/dossiers/", office_list.every, name="dossiers"),
    *(path(f"desk/dossiers/{code}/", office_list.tab(code), name=f"dossiers_{code}") for code in TABS),
    path("desk/dossiers/<int:office_dossier>/why", office_pages.why, name="why"),
    path("desk/dossiers/<int:office_dossier>/result", office_result.result, name="result"),
    path("desk/dossiers/<int:office_draft>/result/draft", office_pages.result_draft, name="result_draft"),
    path("desk/dossiers/<int:office_dossier>/slip", office_pages.slip, name="slip"),
    path("desk/dossiers/papers/<int:office_paper>", office_pages.view, name="office_paper"),
    path("desk/dossiers/papers/<int:office_paper>/file", office_pages.paper_file, name="office_paper_file"),
    path("desk/dossiers/documents/<int:office_document>", office_pages.document, name="office_document"),
    path("desk/dossiers/new/", office_counter.begin, name="counter"),
    path("desk/dossiers/new/<str:counter_code>/form", office_counter.form, name="counter_form"),
    path("desk/dossiers/new/<str:counter_code>/papers", office_counter.put_in, name="counter_papers"),
    path("desk/dossiers/new/<str:counter_code>/done", office_counter.done, name="counter_done"),
    path("desk/dossiers/register/", office_register.register, name="register"),
    path("desk/dossiers/register/form", office_register.register_form, name="register_form"),
    path("desk/dossiers/team/", office_team.team, name="team"),
    path("desk/dossiers/versions/", office_team.changed, name="versions"),
    path("desk/dossiers/versions/<str:procedure>", office_team.version, name="version"),
]
