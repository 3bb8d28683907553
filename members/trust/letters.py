"""Letters about looks at data. They are not asked for: whoever is concerned must learn of these."""

from django.conf import settings
from django.urls import reverse

from commons import letters
from members.models import Member
from members.trust.models import DataAccess


def emergency(access: DataAccess, *, to: Member) -> None:
    """To the person whose data was opened, or to somebody who can stop and review it."""
    is_own = to.pk == access.about_id
    template = "trust/email/your_data.txt" if is_own else "trust/email/emergency.txt"
    link = settings.SITE_URL + reverse("trust:looks" if is_own else "trust:accesses")
    context = {"access": access, "link": link, "site_name": settings.SITE_NAME}
    if to.email:
        letters.post(template, to=to.email, context=context)
