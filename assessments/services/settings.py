"""HR changes what the organisation has set; what was changed is written down, from what to what."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.models import Act, Organisation, User
from assessments.services.logos import digest_of, draw_logo

# What each is called where a change is written down.
FIELDS = {
    "name": gettext_lazy("name"),
    "zone": gettext_lazy("time zone"),
    "languages": gettext_lazy("languages to choose from"),
    "language": gettext_lazy("language of mails"),
    "k": gettext_lazy("smallest group shown"),
    "target": gettext_lazy("target for taking part"),
    "keep_years": gettext_lazy("years that names are kept"),
    "mail_name": gettext_lazy("sender’s name"),
    "mail_address": gettext_lazy("sender’s address"),
    "remind": gettext_lazy("who is reminded"),
    "reminders": gettext_lazy("reminders in a cycle"),
    "remind_after": gettext_lazy("days between reminders"),
}
Value = str | int | list[str] | None


def change_settings(*, values: Mapping[str, Value], logo: bytes | None = None, by: User) -> bool:
    """Write the named fields; True if anything is different now. logo: a file as it came, empty to have none, None to keep it.
    Raises LogoRefused before anything is written. A running cycle keeps its k."""
    if unknown := values.keys() - FIELDS.keys():
        raise ValueError(f"not a setting: {', '.join(sorted(unknown))}")
    drawn = draw_logo(logo) if logo else logo
    with transaction.atomic():
        organisation = Organisation.objects.select_for_update().order_by("pk").first() or Organisation()
        changed = [_change(organisation, name, value) for name, value in values.items() if getattr(organisation, name) != value]
        if drawn is not None and digest_of(drawn) != organisation.logo_digest:
            organisation.logo, organisation.logo_digest = drawn, digest_of(drawn)
            changed.append(_("another logo") if drawn else _("no logo any more"))
        if changed:
            organisation.save()
            Act.objects.create(who=str(by), what=Act.What.SETTINGS, why="; ".join(changed)[:500])
    return bool(changed)


def _change(organisation: Organisation, name: str, value: Value) -> str:
    before = getattr(organisation, name)
    setattr(organisation, name, value)
    return f"{FIELDS[name]}: {_words(before)} → {_words(value)}"


def _words(value: Value) -> str:
    if isinstance(value, list):
        return ", ".join(value) or "–"
    return "–" if value in {None, ""} else str(value)
