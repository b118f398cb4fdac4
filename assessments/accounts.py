"""How allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from assessments.models import Organisation


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up: HR's roster or the operator brings each account."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_from_email(self) -> str:
        return Organisation.current().from_line
