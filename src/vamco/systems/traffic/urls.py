from django.urls import path

from vamco.systems.traffic.pages import (
    adding,
    deciding,
    drawing,
    editing,
    fines,
    halls,
    reviewing,
    sanctioning,
    searching,
    watching,
)

app_name = "traffic"
urlpatterns = [
    path("traffic", watching.cameras, name="cameras"),
    path("traffic/add-camera", adding.add, name="add"),
    path("traffic/cameras/<str:traffic_camera>", watching.camera, name="camera"),
    path("traffic/cameras/<str:traffic_camera>/picture", watching.picture, name="picture"),
    path("traffic/cameras/<str:traffic_camera>/drawing", drawing.draw, name="draw"),
    path("traffic/cameras/<str:traffic_camera>/edit", editing.edit, name="edit"),
    path("traffic/cameras/<str:traffic_camera>/looked", watching.looked, name="looked"),
    path("traffic/halls", halls.halls, name="halls"),
    path("traffic/halls/<str:managed_hall>", halls.hall, name="hall"),
    path("traffic/review", reviewing.first, name="first"),
    path("traffic/review/<int:violation>", reviewing.review, name="review"),
    path("traffic/evidence/<int:violation>", reviewing.evidence, name="evidence"),
    path("traffic/decide", deciding.deciding, name="deciding"),
    path("traffic/decide/<int:decided_violation>", deciding.decide, name="decide"),
    path("traffic/sanction/<int:violation>", sanctioning.sanction, name="sanction"),
    path("traffic/search", searching.search, name="search"),
    path("traffic/searches", searching.searches, name="searches"),
    path("traffic/wanted", searching.wanted, name="wanted"),
    path("traffic/wanted/<int:ended_plate>/end", searching.end, name="end"),
    path("fines", fines.fines, name="fines"),
    path("fines/<str:fine>", fines.fine, name="fine"),
    path("fines/<str:fine>/picture", fines.fine_picture, name="fine_picture"),
]
