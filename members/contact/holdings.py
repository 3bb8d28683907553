"""What contact holds about people. A conversation belongs to both: when one leaves, it goes for both."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commons.holdings import Activity, Holding, Retention, declare
from members.contact.enums import KEEP_MESSAGES
from members.contact.models import ContactRequest, Conversation, Message, NoContact

declare(
    Activity(
        code="contact",
        title=_("Let two people write to each other"),
        why=_("To carry a question, and what two people write when both said yes; to keep apart who wants it."),
        basis=_("your consent (GDPR Art. 6(1)(a))"),
        recipients=_("the one other person"),
    ),
    Holding(
        model=NoContact,
        title=_("With whom you want no contact"),
        activity="contact",
        of=lambda member: NoContact.objects.filter(member=member),
        personal={"member": "pd:Username", "other": "pd:Username"},
        file="contact/no-contact",
        export=("id", "other__display_name", "since"),
    ),
    Holding(
        model=ContactRequest,
        title=_("Who asked to write to whom"),
        activity="contact",
        of=lambda member: ContactRequest.objects.filter(Q(asker=member) | Q(asked=member)),
        personal={"asker": "pd:Username", "asked": "pd:Username", "words": "pd:Communication"},
        file="contact/requests",
        export=("id", "asker__display_name", "asked__display_name", "words", "asked_at"),
    ),
    Holding(
        model=Message,
        title=_("What you and one other person wrote to each other"),
        activity="contact",
        of=lambda member: Message.objects.filter(Q(conversation__first=member) | Q(conversation__second=member)),
        personal={"author": "pd:Username", "source": "pd:Communication", "html": "pd:Communication"},
        plain={"submission": "a random key of one form"},
        file="contact/messages",
        export=("id", "conversation_id", "author__display_name", "source", "html", "created_at"),
        retention=(
            Retention(
                code="contact.messages",
                what=_("Messages between two people"),
                keep=KEEP_MESSAGES,
                then=_("deleted for both"),
                why=_("They are a talk, not an archive."),
                due=lambda before: Message.objects.filter(created_at__lt=before),
            ),
        ),
    ),
    Holding(
        model=Conversation,
        title=_("With whom you write"),
        activity="contact",
        of=Conversation.objects.of,
        personal={"first": "pd:Username", "second": "pd:Username"},
        file="contact/conversations",
        export=("id", "first__display_name", "second__display_name", "opened_at", "last_message_at"),
        order=5,
    ),
)
