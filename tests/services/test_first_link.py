"""The link that makes the first HR account: printed once, used once, dead as soon as anybody is HR."""

import datetime

import pytest
from django.conf import settings
from django.utils import timezone

from assessments.models import Act, FirstLink, Questionnaire, User
from assessments.services import first_link
from assessments.services.first_link import (
    LinkRefused,
    announce_first_link,
    make_first_account,
    make_first_link,
    opens_first_account,
)
from tests import factories

pytestmark = pytest.mark.django_db

WHO = {"email": "Hannah@Example.org", "name": "Hannah", "password": "three quiet words"}


def token_in(link: str) -> str:
    return link.rstrip("/").rsplit("/", 1)[-1]


def a_while_ago(**ago: float) -> None:
    FirstLink.objects.update(at=timezone.now() - datetime.timedelta(**ago))


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(first_link, "load_content", lambda: None)
    return token_in(make_first_link())


def test_it_is_at_the_servers_own_address_and_only_a_digest_is_kept() -> None:
    link = make_first_link()
    assert link.startswith(f"{settings.BASE_URL}/first/")
    assert len(token_in(link)) * 4 >= 128  # hex digits
    assert token_in(link) not in str(FirstLink.objects.values().get())


def test_the_start_of_a_server_writes_it_into_the_log(caplog: pytest.LogCaptureFixture) -> None:
    announce_first_link()
    announce_first_link()  # a second process of the same server
    assert caplog.text.count(f"{settings.BASE_URL}/first/") == 1


def test_the_next_start_prints_a_new_one_and_the_old_one_is_dead(token: str) -> None:
    a_while_ago(seconds=61)
    later = token_in(make_first_link())
    assert not opens_first_account(token)
    assert opens_first_account(later)


def test_it_makes_one_account_for_hr_and_no_second(token: str) -> None:
    user = make_first_account(token=token, **WHO)
    assert (user.email, user.name, user.role, user.is_staff) == ("hannah@example.org", "Hannah", User.Role.HR, False)
    assert user.check_password(WHO["password"])
    assert Act.objects.get().what == Act.What.FIRST_ACCOUNT
    assert not FirstLink.objects.exists()
    with pytest.raises(LinkRefused):
        make_first_account(token=token, **WHO | {"email": "eve@example.org"})
    assert User.objects.count() == 1


def test_it_brings_the_practices_so_that_no_page_is_empty() -> None:
    make_first_account(token=token_in(make_first_link()), **WHO)
    assert set(Questionnaire.objects.values_list("code", flat=True)) == {"quarterly-check", "full-review"}


@pytest.mark.parametrize(("ago", "works"), [({"hours": 23.9}, True), ({"hours": 24}, False)])
def test_it_lives_for_a_day(token: str, ago: dict, works: bool) -> None:
    a_while_ago(**ago)
    assert opens_first_account(token) is works
    if not works:
        with pytest.raises(LinkRefused):
            make_first_account(token=token, **WHO)


@pytest.mark.parametrize("active", [True, False])
def test_any_hr_account_makes_it_useless(token: str, active: bool) -> None:
    hr = factories.make_user(role="hr")
    User.objects.filter(pk=hr.pk).update(is_active=active)
    assert not opens_first_account(token)
    with pytest.raises(LinkRefused):
        make_first_account(token=token, **WHO)
    a_while_ago(seconds=61)
    assert make_first_link() == ""


def test_a_guess_opens_nothing(token: str) -> None:
    for guess in ("", token[:-1], token[::-1]):
        assert not opens_first_account(guess)
