from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        from notifications import contacts, waiting

        contacts.register_kinds()
        waiting.register()
