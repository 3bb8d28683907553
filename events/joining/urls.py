from django.urls import path

from events.joining.views import guests, hosting, joining

app_name = "joining"

DATE = "events/<int:event_id>/dates/<slug:key>"

urlpatterns = [
    path(f"{DATE}/join/", joining.join, name="join"),
    path(f"{DATE}/answer/", joining.answer, name="answer"),
    path(f"{DATE}/needs/", joining.needs, name="needs"),
    path(f"{DATE}/media/", joining.media, name="media"),
    path(f"{DATE}/people/", joining.people, name="people"),
    path(f"{DATE}/hosting/", hosting.answers, name="hosting"),
    path(f"{DATE}/sheet/", hosting.sheet, name="sheet"),
    path("events/<int:event_id>/joining/", hosting.terms, name="terms"),
    path("events/<int:event_id>/questions/", hosting.questions, name="questions"),
    path(f"{DATE}/guest/", guests.come, name="guest"),
    path("events/guests/confirm/<str:token>/", guests.confirm, name="confirm"),
    path("events/guests/<str:token>/", guests.own, name="own"),
]
