"""What ties a code to the one invitation or team that it was made for, and a ballot to the one code that was spent on it.

Both are MACs under the cycle's MAC key, which is no part of the database. Somebody who can write rows there but holds few codes can
therefore neither hang a code on other people's invitations nor use it twice: closing refuses two ballots with one mark.
"""

import hashlib
import hmac


def bond(*, digest: str, bearer: str, mac_key: bytes) -> str:
    """64 hex digits to be stored with a code. digest: the code's; bearer: for whom it is, different for each."""
    return _mac(mac_key, b"code", f"{digest} {bearer}").hex()


def holds(stored: str, *, digest: str, bearer: str, mac_key: bytes) -> bool:
    """Whether a stored bond was made for this code and this bearer."""
    return hmac.compare_digest(stored.encode(), bond(digest=digest, bearer=bearer, mac_key=mac_key).encode())


def spent_mark(*, bearer: str, mac_key: bytes) -> str:
    """32 hex digits that go into the box: equal for two ballots of one bearer, and without the MAC key they lead to nobody."""
    return _mac(mac_key, b"spent", bearer)[:16].hex()


def _mac(key: bytes, purpose: bytes, content: str) -> bytes:
    return hmac.new(key, b"csculture " + purpose + b" " + content.encode(), hashlib.sha256).digest()
