from django.apps import AppConfig


class BridgeConfig(AppConfig):
    name = "notifications.bridge"

    def ready(self) -> None:
        from notifications.bridge import notices, services

        notices.register_kinds()
        services.listen()
