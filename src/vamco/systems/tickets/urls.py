from django.urls import path

from vamco.systems.tickets.pages import counters, devices, managing, public_pages

app_name = "tickets"
urlpatterns = [
    path("halls", public_pages.halls, name="halls"),
    path("halls/<str:hall>", public_pages.hall, name="hall"),
    path("halls/<str:hall>/take", public_pages.take, name="take"),
    path("tickets/<str:ticket>", public_pages.ticket, name="ticket"),
    path("tickets/<str:ticket>/leave", public_pages.leave, name="leave"),
    path("hall-device/<str:device_secret>", devices.start, name="start"),
    path("hall-screen", devices.screen, name="screen"),
    path("hall-kiosk", devices.kiosk, name="kiosk"),
    path("hall-kiosk/<str:ticket>", devices.kiosk_ticket, name="kiosk_ticket"),
    path("counters", counters.counters, name="counters"),
    path("counters/<int:hall_counter>", counters.counter, name="counter"),
    path("hall-figures", managing.managed, name="managed"),
    path("hall-figures/<str:managed_hall>", managing.figures, name="figures"),
    path("hall-figures/<str:screens_hall>/revoke", managing.revoke, name="revoke"),
]
