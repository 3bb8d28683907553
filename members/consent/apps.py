from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ConsentConfig(AppConfig):
    name = "members.consent"

    def ready(self) -> None:
        from members.consent.publishing import publish_catalogue

        post_migrate.connect(publish_catalogue, sender=self)
