from django.urls import path

from vamco.systems.onestop.pages import acts, catalogue, dossiers, filing, papers, tracking

app_name = "onestop"
urlpatterns = [
    path("procedures", catalogue.procedures, name="procedures"),
    path("procedures/<str:procedure>", catalogue.procedure, name="procedure"),
    path("procedures/<str:procedure>/print", catalogue.printed, name="print"),
    path("procedures/<str:procedure>/qr.svg", catalogue.qr, name="qr"),
    path("life/<str:life_event>", catalogue.life_event, name="life_event"),
    path("track", tracking.track, name="track"),
    path("my-papers", dossiers.my_papers, name="my_papers"),
    path("my-papers/<str:document>", dossiers.document, name="document"),
    path("dossiers/", dossiers.listed, name="dossiers"),
    path("dossiers/begin/<str:filed>", filing.begin, name="begin"),
    path("dossiers/papers/<int:given_paper>", papers.paper_file, name="paper_file"),
    path("dossiers/drafts/<str:preparation>", filing.preparation, name="preparation"),
    path("dossiers/drafts/<str:prepared_form>/form/<str:code>", filing.form_page, name="preparation_page"),
    path("dossiers/drafts/<str:preparation>/papers", papers.papers, name="preparation_papers"),
    path("dossiers/drafts/<str:preparation>/where", filing.where, name="preparation_where"),
    path("dossiers/drafts/<str:preparation>/check", filing.check, name="preparation_check"),
    path("dossiers/<str:dossier>", dossiers.dossier, name="dossier"),
    path("dossiers/<str:dossier>/receipt", dossiers.receipt, name="receipt"),
    path("dossiers/<str:dossier>/supply", acts.supply, name="supply"),
    path("dossiers/<str:dossier>/withdraw", acts.withdraw, name="withdraw"),
    path("dossiers/<str:dossier>/rate", acts.rate, name="rate"),
]
