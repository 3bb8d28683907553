from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CommonsConfig(AppConfig):
    name = "commons"

    def ready(self) -> None:
        autodiscover_modules("subscribers", "held", "holdings")
