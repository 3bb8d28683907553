from django.urls import path

from members import views

app_name = "members"

urlpatterns = [
    path("people/not-joined/<int:author_id>/", views.unclaimed, name="unclaimed"),
    path("people/not-joined/<int:author_id>/claim/", views.claim, name="claim"),
    path("people/not-joined/<int:author_id>/prove/", views.prove, name="prove"),
]
