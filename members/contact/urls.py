from django.urls import path

from members.contact import views

app_name = "contact"
urlpatterns = [
    path("me/messages/", views.inbox, name="inbox"),
    path("me/messages/<int:conversation_id>/", views.conversation, name="conversation"),
    path("me/messages/<int:conversation_id>/close/", views.close, name="close"),
    path("me/messages/requests/<int:request_id>/accept/", views.answer, {"verb": "accept"}, name="accept"),
    path("me/messages/requests/<int:request_id>/decline/", views.answer, {"verb": "decline"}, name="decline"),
    path("me/messages/requests/<int:request_id>/withdraw/", views.withdraw, name="withdraw"),
    path("me/no-contact/", views.no_contacts, name="no_contacts"),
    path("people/<str:username>/ask/", views.ask, name="ask"),
    path("people/<str:username>/no-contact/", views.no_contact, name="no_contact"),
    path("people/<str:username>/allow-contact/", views.allow_contact, name="allow_contact"),
]
