"""Settings for tests: plain static files, fast hashing, mail in memory; files in a folder that each run throws away."""

import tempfile
from pathlib import Path

from csculture.settings import *  # noqa: F403
from csculture.settings import DATABASES

RUN_DIR = tempfile.TemporaryDirectory(prefix="csculture-tests-")

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
BALLOT_KEY_DIR = Path(RUN_DIR.name) / "ballot-keys"
REPORTS_DIR = Path(RUN_DIR.name) / "reports"
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: threads of the live server would share one connection and fail at random.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(RUN_DIR.name) / "test.sqlite3")}
ORGANISATION_KEPT = 3600  # a look at the clock in the middle of a slow test would count as a query
