from django.apps import AppConfig


class WelcomeConfig(AppConfig):
    name = "members.welcome"

    def ready(self) -> None:
        from allauth.account.signals import user_signed_up

        from members.welcome.arrivals import arrive

        user_signed_up.connect(arrive)
