"""A fault in a worker's task or a daily step: where it happened goes to the log, what it says goes nowhere.

A database's message may quote a row, with a name or an address in it; the log, and the queue's table, would keep it.
"""

import logging
import traceback

from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)


def log_fault(what: str, error: Exception) -> str:
    """Returns the sentence for whoever asked for the work. what: for the log, in English."""
    kind = type(error).__name__
    logger.error("%s failed: %s\n%s", what, kind, "".join(traceback.format_tb(error.__traceback__)))
    return _("Something failed that should not (%(kind)s). The log of the server says where.") % {"kind": kind}
