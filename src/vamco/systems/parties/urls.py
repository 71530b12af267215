from django.urls import path

from vamco.systems.parties.pages import acting, joining, mandating, representing

app_name = "parties"
urlpatterns = [
    path("account/acting", acting.acting, name="acting"),
    path("account/mandates/", mandating.mandates, name="mandates"),
    path("account/mandates/new", mandating.offer, name="offer"),
    path("account/mandates/<int:mandate_id>", mandating.mandate, name="mandate"),
    path("account/mandates/offers/<uuid:offer_id>", mandating.answer, name="answer"),
    path("account/mandates/offers/<uuid:offered_id>/take-back", mandating.take_back, name="take_back"),
    path("account/firms/new", representing.ask, name="represent"),
    path("account/firms/<int:representation_id>", representing.own, name="representation"),
    path("desk/representations/<int:asked_id>/numbers", representing.numbers, name="numbers"),
    path("desk/people/join", joining.join, name="join"),
    path("desk/people/join/<int:joining_id>", joining.part, name="part"),
]
