"""What pages show of the organisation's settings: its logo, and who changed what."""

import base64
import datetime
import re
from dataclasses import dataclass
from functools import lru_cache

from assessments.models import Act, Organisation

LATEST = 5


@dataclass(frozen=True, slots=True)
class Logo:
    """`digest` is its address, which changes with it; `name` says whose it is."""

    digest: str
    name: str

    @property
    def inline(self) -> str:
        """The picture itself as an address, for paper: whoever writes a PDF fetches nothing."""
        return _inline(self.digest)


@dataclass(frozen=True, slots=True)
class SettingsChange:
    at: datetime.datetime
    who: str
    what: tuple[str, ...]


def logo_of_organisation() -> Logo | None:
    organisation = Organisation.current()
    return Logo(organisation.logo_digest, organisation.name) if organisation.logo_digest else None


def logo_file(digest: str) -> bytes | None:
    """The PNG at an address; None where it is no longer, or never was."""
    found = Organisation.objects.filter(logo_digest=digest).first() if re.fullmatch("[0-9a-f]{64}", digest) else None
    return bytes(found.logo) if found else None


@lru_cache(maxsize=2)
def _inline(digest: str) -> str:
    """Read once in a process: all reports of a cycle carry the same."""
    return f"data:image/png;base64,{base64.b64encode(logo_file(digest) or b'').decode()}"


def latest_changes() -> tuple[SettingsChange, ...]:
    acts = Act.objects.filter(what=Act.What.SETTINGS)[:LATEST]
    return tuple(SettingsChange(act.at, act.who, tuple(act.why.split("; "))) for act in acts)
