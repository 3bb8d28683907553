from django.urls import path

from members.welcome import talks, views

app_name = "welcome"
urlpatterns = [
    path("welcome/", views.look_round, name="look_round"),
    path("welcome/start/", views.start, name="start"),
    path("welcome/steps/<str:name>/", views.step, name="step"),
    path("welcome/check-in/", views.check_in, name="check_in"),
    path("welcome/check-in/<str:token>/", views.answer_by_letter, name="answer_by_letter"),
    path("welcome/newcomers/", views.newcomers, name="newcomers"),
    path("welcome/end-pairing/", views.end_pairing, name="end_pairing"),
    path("welcome/figures/", views.figures, name="figures"),
    path("welcome/invitations/", views.invitations, name="invitations"),
    path("welcome/invitations/<int:invitation_id>/revoke/", views.revoke, name="revoke"),
    path("welcome/come-in/<str:code>/", views.come_in, name="come_in"),
    path("welcome/apply/", talks.apply, name="apply"),
    path("welcome/apply/sent/", talks.applied, name="applied"),
    path("welcome/talks/<str:token>/", talks.talk, name="talk"),
    path("moderation/applications/", talks.applications, name="applications"),
    path("moderation/applications/<int:application_id>/", talks.application, name="application"),
    path("me/pause/", views.rest_or_leave, name="rest_or_leave"),
    path("moderation/invitations/", views.who_invited_whom, name="who_invited_whom"),
]
