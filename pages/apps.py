from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "pages"

    def ready(self) -> None:
        from django.core import checks

        from pages.checks import says_where_the_source_is

        checks.register(says_where_the_source_is, deploy=True)
