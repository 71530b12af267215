from django.urls import path

from vamco.systems.privacy.pages import breaches, consents, looks, requests, retention

app_name = "privacy"
urlpatterns = [
    path("account/privacy/consents/", consents.listed, name="consents"),
    path("account/privacy/consents/<str:purpose>", consents.purpose, name="purpose"),
    path("account/privacy/looks/", looks.looks, name="looks"),
    path("account/privacy/requests/", requests.listed, name="requests"),
    path("account/privacy/requests/new/<str:right>", requests.ask, name="ask"),
    path("account/privacy/requests/<int:request_id>", requests.one, name="request"),
    path("desk/breaches/", breaches.register, name="breaches"),
    path("desk/breaches/new", breaches.new, name="new_breach"),
    path("desk/breaches/<int:breach_id>", breaches.one, name="breach"),
    path("desk/breaches/<int:breach_id>/edit", breaches.edit, name="edit_breach"),
    path("desk/breaches/<int:breach_id>/documents/personal", breaches.personal, name="breach_personal"),
    path("desk/breaches/<int:breach_id>/documents/report", breaches.report, name="breach_report"),
    path("desk/retention/", retention.table, name="retention"),
]
