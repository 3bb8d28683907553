from django.urls import path

from members.people import views

app_name = "people"
urlpatterns = [
    path("people/", views.directory, name="directory"),
    path("people/<str:username>/", views.person, name="person"),
    path("people/<str:username>/thank/", views.thank, name="thank"),
    path("people/<str:username>/choose/", views.choose, name="choose"),
    path("people/<str:username>/access-needs/", views.needs_of, name="needs_of"),
    path("people/<str:username>/picture/<str:name>", views.picture_file, name="picture"),
    path("me/profile/", views.profile, name="profile"),
    path("me/profile/picture/", views.picture, name="own_picture"),
    path("me/profile/picture/delete/", views.delete_picture, name="delete_picture"),
    path("me/access-needs/", views.needs, name="needs"),
    path("me/access-needs/delete/", views.delete_needs, name="delete_needs"),
    path("me/thanks/<int:thanks_id>/", views.thanks, name="thanks"),
]
