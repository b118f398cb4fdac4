"""`create_user EMAIL --role ROLE`."""

from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from assessments.models import User

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("create_user", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("role", ["hr", "hr-viewer", "operator"])
def test_it_prints_a_link_to_choose_a_password(role: str) -> None:
    out = run("someone@example.org", "--role", role, "--name", "Some One")
    assert f"{settings.BASE_URL}/accounts/password/reset/key/" in out
    user = User.objects.get()
    assert (user.role, user.name, user.has_usable_password()) == (role, "Some One", False)


def test_again_it_sets_the_role_and_says_so() -> None:
    run("hr@example.org", "--role", "hr-viewer")
    out = run("HR@example.org", "--role", "hr")
    assert "hr@example.org had an account already; its role now is: HR." in out
    assert "/accounts/password/reset/key/" in out
    assert User.objects.get().role == "hr"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nobody", "--role", "hr"], "“nobody” is not an email address"),
        (["a@example.org", "--role", "boss"], "invalid choice: 'boss'"),
        (["a@example.org"], "--role"),
    ],
)
def test_a_bad_address_or_role_is_told(arguments: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        run(*arguments)
    assert not User.objects.exists()
