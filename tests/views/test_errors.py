import pytest
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory

from assessments.views import errors


@pytest.fixture
def request_without_session():
    """Neither session nor user: a page that asks for them fails here, and so does one that needs the database."""
    return RequestFactory().get("/nowhere/")


def test_a_forbidden_page_says_whom_to_ask(request_without_session):
    response = errors.forbidden(request_without_session, PermissionDenied())
    assert response.status_code == 403
    assert "please ask HR" in response.text


def test_a_missing_page_offers_a_way_on(request_without_session):
    response = errors.not_found(request_without_session, Exception("Team matches nothing"))
    assert response.status_code == 404
    assert "start page" in response.text
    assert "Team" not in response.text


def test_a_broken_page_renders_without_context_or_database(request_without_session):
    response = errors.server_error(request_without_session)
    assert response.status_code == 500
    assert "Something went wrong on our side" in response.text


@pytest.mark.django_db
def test_a_missing_page_reads_no_cookie(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/a/nothing-here/")
    assert response.status_code == 404
    assert "Cookie" not in response.headers.get("Vary", "")
    assert not response.cookies
