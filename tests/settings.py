"""Settings for tests: plain static files, fast hashing, mail in memory, keys in a folder that each run throws away."""

import tempfile
from pathlib import Path

from csculture.settings import *  # noqa: F403
from csculture.settings import BASE_DIR, DATABASES

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
BALLOT_KEY_DIR = Path(tempfile.mkdtemp(prefix="csculture-keys-"))
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: threads of the live server would share one connection and fail at random.
    DATABASES["default"]["TEST"] = {"NAME": str(BASE_DIR / "var" / "test.sqlite3")}
