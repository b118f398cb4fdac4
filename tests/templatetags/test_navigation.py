import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import ResolverMatch

from assessments.models import User


def menu(user, *, page="", section=""):
    request = RequestFactory().get("/")
    request.resolver_match = ResolverMatch(lambda request: None, (), {}, url_name=page)
    source = "{% load navigation %}{% main_nav %}" + section + "{% endmain_nav %}"
    return Template(source).render(Context({"user": user, "request": request}))


@pytest.fixture
def leader(organisation):
    return User.objects.get(email="north@example.org")


def test_somebody_who_is_not_signed_in_has_no_menu():
    assert menu(AnonymousUser()) == ""


def test_hr_reads_the_overview_and_who_takes_part(hr):
    html = menu(hr)
    assert "Overview" in html
    assert "Taking part" in html
    assert "To do" not in html


def test_a_leader_has_things_to_do_and_no_overview(leader):
    html = menu(leader)
    assert "To do" in html
    assert "Overview" not in html


def test_somebody_of_hr_who_leads_a_team_has_both(leader):
    leader.role = User.Role.HR_VIEWER
    assert [words in menu(leader) for words in ("Overview", "Taking part", "To do")] == [True] * 3


def test_a_stranger_has_no_menu(stranger):
    assert "<nav" not in menu(stranger)


def test_the_page_itself_is_marked(leader):
    assert 'aria-current="page">To do' in menu(leader, page="my_teams")


def test_a_page_below_marks_its_section(leader):
    assert 'aria-current="true">To do' in menu(leader, page="self_assessment", section="my_teams")


def test_the_menu_costs_one_query_for_a_leader(leader, django_assert_num_queries):
    with django_assert_num_queries(1):
        menu(leader)
