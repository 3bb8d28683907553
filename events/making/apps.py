from django.apps import AppConfig


class MakingConfig(AppConfig):
    name = "events.making"

    def ready(self) -> None:
        from events.making.queries import part_of
        from events.parts import tells_part

        tells_part(part_of)
