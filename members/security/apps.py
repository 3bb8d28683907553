from django.apps import AppConfig


class SecurityConfig(AppConfig):
    name = "members.security"
    label = "security"

    def ready(self) -> None:
        from django.contrib import admin

        from members.security.views import admin_door

        admin.site.login = admin_door  # type: ignore[method-assign, assignment] # one way in, with its second step
