"""`demo`: the demo organisation in a browser, in one step."""

import socket
import subprocess
import sys
import warnings
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.servers.basehttp import run
from django.core.wsgi import get_wsgi_application
from django.utils.translation import gettext as _

from assessments.services.demo import PASSWORD, demo_sign_ins, draw_demo_codes

HOST = "127.0.0.1"


class Command(BaseCommand):
    help = _("Make the demo organisation unless it stands, print how to sign in, and serve it on this machine until Ctrl+C.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help=_("default %(default)s"))

    def handle(self, *args: Any, **options: Any) -> None:
        port = options["port"]
        _check_port(port)
        call_command("migrate", verbosity=0)
        call_command("make_demo_data", stdout=self.stdout)
        self._print_entries(f"http://{HOST}:{port}/")
        _serve(port)

    def _print_entries(self, url: str) -> None:
        lines = ["", _("The demo is at %(url)s until you press Ctrl+C. Everybody in it is invented.") % {"url": url}, ""]
        lines.append(_("Sign in with the password %(password)s as") % {"password": PASSWORD})
        lines += [f"  {entry.email:<34}{entry.who}" for entry in demo_sign_ins()]
        codes = draw_demo_codes()
        if codes:
            lines += ["", _("Answer the poll without signing in:")]
            lines += [f"  {url}a/#{fresh.code}   {fresh.team}" for fresh in codes]
        else:
            lines += ["", _("The demo's poll is over. For one that is open, remove the demo's database and run this again.")]
        self.stdout.write("\n".join([*lines, ""]))
        # The server writes nothing more; through a pipe the lines would wait for ever.
        self.stdout.flush()


def _check_port(port: int) -> None:
    """Before anything is made, rather than after."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            raise CommandError(
                _("Port %(port)s cannot be used: %(why)s. Stop what runs there, or choose another: manage.py demo --port 8001")
                % {"port": port, "why": getattr(error, "strerror", None) or error}
            ) from error


def _serve(port: int) -> None:
    # Nothing has been collected: the files are served from static/ as they are.
    warnings.filterwarnings("ignore", message="No directory at")
    # The close is counted by a worker, as in a real installation.
    worker = subprocess.Popen([sys.executable, sys.argv[0], "db_worker"])  # noqa: S603 - this very program
    try:
        run(HOST, port, get_wsgi_application(), threading=True)
    except KeyboardInterrupt:
        return
    finally:
        worker.terminate()
        worker.wait()
