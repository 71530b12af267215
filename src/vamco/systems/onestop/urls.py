from django.urls import path

from vamco.systems.onestop.pages import catalogue, fee

app_name = "onestop"
urlpatterns = [
    path("procedures", catalogue.procedures, name="procedures"),
    path("procedures/<str:procedure>", catalogue.procedure, name="procedure"),
    path("procedures/<str:procedure>/print", catalogue.printed, name="print"),
    path("procedures/<str:procedure>/qr.svg", catalogue.qr, name="qr"),
    path("desk/dossiers/<int:fee_dossier>/fee", fee.name, name="name_fee"),
    path("life/<str:life_event>", catalogue.life_event, name="life_event"),
]
