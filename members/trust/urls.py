from django.urls import path

from members.trust.views import access, mine, roles

app_name = "trust"
urlpatterns = [
    path("about/who-does-what/", roles.who_does_what, name="who_does_what"),
    path("me/trust/", mine.standing, name="mine"),
    path("me/trust/looks/", mine.looks, name="looks"),
    path("people/<str:username>/vouch/", mine.vouch, name="vouch"),
    path("people/<str:username>/vouch/take-back/", mine.take_back, name="take_back"),
    path("me/roles/", roles.own, name="own_roles"),
    path("me/roles/<int:grant_id>/accept/", roles.accept, name="accept_role"),
    path("me/roles/<int:grant_id>/lay-down/", roles.lay_down, name="lay_down_role"),
    path("moderation/roles/", roles.grants, name="grants"),
    path("moderation/roles/<int:grant_id>/confirm/", roles.confirm, name="confirm_role"),
    path("moderation/roles/<int:grant_id>/end/", roles.end, name="end_role"),
    path("moderation/data-access/", access.accesses, name="accesses"),
    path("moderation/data-access/emergency/", access.emergency, name="emergency"),
    path("moderation/data-access/<int:access_id>/confirm/", access.confirm, name="confirm_access"),
    path("moderation/data-access/<int:access_id>/open/", access.open_it, name="open_access"),
    path("moderation/data-access/<int:access_id>/close/", access.close, name="close_access"),
    path("moderation/data-access/<int:access_id>/review/", access.review, name="review_access"),
]
