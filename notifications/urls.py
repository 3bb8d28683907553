from django.urls import path

from notifications import views

app_name = "notifications"

urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/seen/", views.seen, name="seen"),
    path("inbox/read/", views.read, name="read"),
    path("me/following/", views.follows, name="follows"),
    path("me/following/place/", views.follow, name="follow"),
    path("me/break/", views.take_break, name="break"),
    path("me/notifications/", views.preferences, name="preferences"),
    path("me/notifications/pause/", views.pause, name="pause"),
    path("me/notifications/works-again/", views.works_again, name="works_again"),
    path("me/notifications/revoke/", views.revoke, name="revoke"),
    path("u/<str:token>/", views.end, name="end"),
    path("told/<str:token>/", views.by_letter, name="by_letter"),
]
