"""Watch the key files of cycles: there, those of the opening, readable by this account alone, and gone after the end."""

import logging
import stat
from typing import TypeAlias

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.conf import settings
from django.db.models import Q

from assessments.ballotbox.keys import KeyProblem, PublicPart, key_files, read_mac_key, read_private_key
from assessments.models import Cycle

logger = logging.getLogger(__name__)

Fault: TypeAlias = Cycle.KeyFault | None
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_RUNNING = (Cycle.State.OPEN, Cycle.State.CLOSING)
_OVER = (Cycle.State.CLOSED, Cycle.State.ABANDONED)


def mac_key_of(cycle: Cycle) -> bytes:
    """Raises KeyProblem."""
    return read_mac_key(settings.BALLOT_KEY_DIR, cycle.uid, _public_part(cycle))


def private_key_of(cycle: Cycle) -> X25519PrivateKey:
    """Of a cycle without a trustee. For closing and thorough looks only. Raises KeyProblem."""
    return read_private_key(settings.BALLOT_KEY_DIR, cycle.uid, _public_part(cycle))


def _public_part(cycle: Cycle) -> PublicPart:
    return PublicPart(bytes(cycle.public_key), cycle.k, cycle.trustee, cycle.key_fingerprint)


def watch_keys(*, thorough: bool) -> list[Cycle]:
    """Look at the keys of every cycle that should have or lose them, note on the cycle and in the log what is wrong.

    Only a thorough look opens the private key: web processes never do. A look that does not cannot withdraw an alarm.
    """
    at_fault = []
    for cycle in Cycle.objects.filter(Q(state__in=_RUNNING) | Q(key_destroyed=False, state__in=_OVER)):
        found = find_key_fault(cycle=cycle, thorough=thorough)
        fault = found or ("" if thorough else cycle.key_fault)
        if fault != cycle.key_fault:
            # Not if it has been closed meanwhile: then there is nothing to warn of.
            Cycle.objects.filter(pk=cycle.pk, state=cycle.state, key_destroyed=cycle.key_destroyed).update(key_fault=fault)
            cycle.key_fault = fault
        if found:
            logger.error("Keys of %s in %s: %s.", cycle.name, settings.BALLOT_KEY_DIR, found.label)
            at_fault.append(cycle)
    return at_fault


def find_key_fault(*, cycle: Cycle, thorough: bool) -> Fault:
    """What is wrong with a cycle's keys, worst first; None when all is well."""
    if not cycle.is_running:
        return Cycle.KeyFault.LEFT
    exposed = False
    private, *others = key_files(settings.BALLOT_KEY_DIR, cycle.uid)
    if cycle.trustee and private.exists():
        return Cycle.KeyFault.FOREIGN
    for path in others if cycle.trustee else [private, *others]:
        try:
            exposed |= bool(path.stat().st_mode & _OTHERS)
        except OSError:
            return Cycle.KeyFault.MISSING
    try:
        mac_key_of(cycle)
        if thorough and not cycle.trustee:
            private_key_of(cycle)
    except KeyProblem as error:
        return Cycle.KeyFault.MISSING if isinstance(error.__cause__, OSError) else Cycle.KeyFault.FOREIGN
    return Cycle.KeyFault.EXPOSED if exposed else None
