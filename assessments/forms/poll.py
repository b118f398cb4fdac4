"""The poll's form: our own instead of a Django form, for speed. Reads a request's fields, says what is wrong and where."""

from dataclasses import dataclass, field

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _

VALUES = {"0", "1", "2", "3", "4", "5"}
TEXTS = ("helps", "hinders")


@dataclass(slots=True)
class PollForm:
    """Typed values by field name, and errors by field name in the order of the page."""

    codes: tuple[str, ...]
    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def answers(self) -> dict[str, int]:
        """Practice code to 1-5, 0 for "cannot say"; complete only where there are no errors."""
        return {code: int(self.values[code]) for code in self.codes if code in self.values}

    def text(self, name: str) -> str:
        return self.values.get(name, "")


def read_poll_form(data: QueryDict, codes: tuple[str, ...]) -> PollForm:
    """What was posted, nothing lost: right values stay chosen, wrong ones are named."""
    form = PollForm(codes)
    for code in codes:
        posted = data.getlist(code)
        if len(posted) == 1 and posted[0] in VALUES:
            form.values[code] = posted[0]
        elif len(posted) > 1:
            form.errors[code] = _("More than one answer arrived. Please choose one.")
        elif posted:
            form.errors[code] = _("This answer is not on the scale. Please choose one of the six.")
        else:
            form.errors[code] = _("Please choose an answer. “Cannot say” is one too.")
    for name in TEXTS:
        # Browsers send a line break as two characters and count it as one.
        text = data.get(name, "").replace("\r\n", "\n").replace("\0", "").strip()
        form.values[name] = text
        if len(text) > settings.TEXT_LENGTH:
            form.errors[name] = _("This text has %(length)s characters; at most %(most)s fit.") % {
                "length": len(text),
                "most": settings.TEXT_LENGTH,
            }
    return form
