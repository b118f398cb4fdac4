"""WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "csculture.settings")
application = get_wsgi_application()

from assessments.checks import check_at_start  # noqa: E402 - Django must be set up before
from assessments.services.first_link import announce_first_link  # noqa: E402 - Django must be set up before

announce_first_link()
check_at_start()
