from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "events"

    def ready(self) -> None:
        from commons.contributions import tells_recent
        from commons.searching import searches
        from commons.subjects import tells_subject
        from events.enums import SUBJECT
        from events.notices import register_kinds
        from events.queries import link_to_event, recent_events
        from events.search import ROOM

        register_kinds()
        tells_recent(recent_events)
        tells_subject(SUBJECT, link_to_event)
        searches("events", ROOM)
