from django.apps import AppConfig


class JoiningConfig(AppConfig):
    name = "events.joining"

    def ready(self) -> None:
        from events.attached import attach
        from events.joining import notices
        from events.joining.actions import carry_on
        from events.joining.queries import counted_on, part_of, with_room
        from events.parts import tells_part

        notices.register_kinds()
        attach(counted_on=counted_on, carry_on=carry_on, with_room=with_room)
        tells_part(part_of)
