"""Close a cycle with the private key that a trustee has kept away from this server.

The key is used in the memory of the process that received it and nowhere else: no queue, session, log or database ever holds it.
"""

import logging

from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from assessments.ballotbox.keys import KeyProblem, parse_private_key
from assessments.models import Cycle

logger = logging.getLogger(__name__)


class KeyRefused(Exception):
    """This key does not close this cycle, or not now; the message says why and never quotes it."""


@sensitive_variables()
def close_with_trustees_key(*, cycle: Cycle, key: str) -> None:
    """key: the private key as it stands in the trustee's file. Raises KeyRefused and changes nothing."""
    if not cycle.is_running:
        raise KeyRefused(_("“%(name)s” is %(state)s.") % {"name": cycle.name, "state": cycle.get_state_display()})
    from assessments.services.closing import CannotClose, close_cycle  # noqa: PLC0415 - numpy stays out of the web processes

    try:
        private_key = parse_private_key(key, bytes(cycle.public_key))
    except KeyProblem:
        raise KeyRefused(
            _(
                "This is not the private key that belongs to this poll. The file “trustee-private.pem” has three lines, "
                "from “BEGIN PRIVATE KEY” to “END PRIVATE KEY”; please copy all of them."
            )
        ) from None
    try:
        close_cycle(cycle=cycle, trustees_key=private_key)
    except (CannotClose, KeyProblem) as error:
        if Cycle.objects.get(pk=cycle.pk).is_running:
            raise KeyRefused(str(error)) from None
        # Counted and published; what is left to remove, the daily run removes.
        logger.error("%s is closed, but something is still to be removed: %s", cycle.name, error)
