from django.urls import path

from members.security import views

app_name = "security"

urlpatterns = [
    path("me/security/", views.overview, name="overview"),
    path("me/security/sessions/", views.sessions, name="sessions"),
    path("me/security/sessions/others/end/", views.end_others, name="end_others"),
    path("me/security/sessions/<int:session_id>/end/", views.end_session, name="end_session"),
    path("me/security/second-step/", views.second_step, name="second_step"),
    path("account/was-it-you/<str:letter>/", views.was_it_you, name="was_it_you"),
    path("moderation/alerts/", views.alerts, name="alerts"),
    path("moderation/alerts/<int:alert_id>/close/", views.close_alert, name="close_alert"),
]
