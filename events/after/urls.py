from django.urls import path

from events.after import views

app_name = "after"

DATE = "events/<int:event_id>/dates/<slug:key>/after/"

urlpatterns = [
    path("events/history/", views.history, name="history"),
    path(DATE, views.after, name="after"),
    path(f"{DATE}write/<slug:kind>/", views.write, name="write"),
    path(f"{DATE}write/<slug:kind>/history/", views.changes, name="changes"),
    path(f"{DATE}links/", views.links, name="links"),
    path(f"{DATE}links/<int:link_id>/take-away/", views.take_link_away, name="take_link_away"),
    path(f"{DATE}files/", views.give_file, name="give_file"),
    path(f"{DATE}files/<int:file_id>/take-away/", views.take_file_away, name="take_file_away"),
    path(f"{DATE}outcomes/", views.outcomes, name="outcomes"),
    path(f"{DATE}outcomes/<int:outcome_id>/take-away/", views.take_outcome_away, name="take_outcome_away"),
    path(f"{DATE}feedback/", views.feedback, name="feedback"),
    path(f"{DATE}answers/", views.answers, name="answers"),
]
