from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "events"

    def ready(self) -> None:
        from commons.contributions import tells_recent
        from commons.searching import searches
        from events.notices import register_kinds
        from events.queries import recent_events
        from events.search import found_events

        register_kinds()
        tells_recent(recent_events)
        searches("events", found_events)
