"""Every page, every role: who gets what. A new route without a row here fails."""

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from assessments import urls
from assessments.models import Cycle, CycleTeam, Membership, User
from tests import factories

# route: what (anonymous, stranger, leader of North, HR viewer, HR) get; "in" = sent to the sign-in page
MATRIX = {
    "home": ("in", 200, 302, 302, 302),
    "anonymity": (200, 200, 200, 200, 200),
    "methods": ("in", 200, 200, 200, 200),
    "poll_code": (200, 200, 200, 200, 200),
    "poll_answers": (302, 302, 302, 302, 302),
    "poll_thanks": (200, 200, 200, 200, 200),
    "kiosk": (200, 200, 200, 200, 200),
    "trustee": (404, 404, 404, 404, 404),  # this cycle has none; tests/views/test_trustee.py
    "my_teams": ("in", 403, 200, 403, 403),
    "self_assessment": ("in", 403, 200, 403, 403),
    "self_assessment_autosave": ("in", 403, 405, 403, 403),
    "self_assessment_submit": ("in", 403, 405, 403, 403),
    "first_sign_in": (404, 404, 404, 404, 404),  # no link was printed here; tests/views/test_first_steps.py
    "first_steps": ("in", 403, 403, 403, 200),
    "load_shipped": ("in", 403, 403, 403, 405),
    "overview": ("in", 403, 403, 200, 200),
    "heat_map": ("in", 403, 403, 200, 200),
    "dimension": ("in", 403, 403, 200, 200),
    "practice": ("in", 403, 403, 200, 200),
    "gaps": ("in", 403, 403, 200, 200),
    "trends": ("in", 403, 403, 200, 200),
    "bands": ("in", 403, 403, 200, 200),
    "drivers": ("in", 403, 403, 200, 200),
    "participation": ("in", 403, 403, 200, 200),
    "cycles": ("in", 403, 403, 200, 200),
    "plan_cycle": ("in", 403, 403, 403, 200),
    "change_cycle": ("in", 403, 403, 403, 302),  # none is planned here; tests/views/test_cycles.py
    "delete_cycle": ("in", 403, 403, 403, 405),
    "open_cycle": ("in", 403, 403, 403, 302),
    "send_invitations": ("in", 403, 403, 403, 405),
    "close_early": ("in", 403, 403, 403, 404),
    "close_cycle_now": ("in", 403, 403, 403, 405),
    "privacy_report": ("in", 403, 403, 200, 200),
    "texts": ("in", 403, 403, 403, 200),
    "hide_text": ("in", 403, 403, 403, 404),  # nobody wrote any here; tests/views/test_texts.py
    "release_texts": ("in", 403, 403, 403, 405),
    "exports": ("in", 403, 403, 200, 200),
    "export": ("in", 403, 403, 200, 200),
    "tokens": ("in", 403, 403, 403, 200),
    "revoke_token": ("in", 403, 403, 403, 405),
    "api": ("in", 403, 403, 200, 200),
    "api_openapi": (200, 200, 200, 200, 200),
    "api_cycles": (401, 401, 401, 401, 401),  # a token counts, no sign-in; tests/views/test_api.py
    "api_units": (401, 401, 401, 401, 401),
    "api_questionnaire": (401, 401, 401, 401, 401),
    "api_figures": (401, 401, 401, 401, 401),
    "api_participation": (401, 401, 401, 401, 401),
    "api_methods": (401, 401, 401, 401, 401),
    "organisation_settings": ("in", 403, 403, 403, 200),
    "logo": (404, 404, 404, 404, 404),  # nobody set one here; tests/views/test_settings.py
    "remind_now": ("in", 403, 403, 403, 405),
    "questionnaires": ("in", 403, 403, 200, 200),
    "new_questionnaire": ("in", 403, 403, 403, 200),
    "import_questionnaire": ("in", 403, 403, 403, 200),
    "wording_hints": ("in", 403, 403, 403, 405),
    "own_practices": ("in", 403, 403, 403, 200),
    "new_practice": ("in", 403, 403, 403, 200),
    "own_practice": ("in", 403, 403, 403, 404),  # nobody wrote one here; tests/views/test_own_practices.py
    "delete_practice": ("in", 403, 403, 403, 405),
    "own_part": ("in", 403, 403, 403, 404),
    "questionnaire": ("in", 403, 403, 200, 200),
    "version_changes": ("in", 403, 403, 200, 200),
    "employee_preview": ("in", 403, 403, 200, 200),
    "manager_preview": ("in", 403, 403, 200, 200),
    "next_version": ("in", 403, 403, 403, 405),
    "publish_version": ("in", 403, 403, 403, 405),
    "delete_draft": ("in", 403, 403, 403, 405),
    "version_file": ("in", 403, 403, 200, 200),
    "cards": ("in", 403, 403, 403, 200),
    "card_sheet": ("in", 403, 403, 403, 302),
    "roster": ("in", 403, 403, 403, 200),
    "roster_columns": ("in", 403, 403, 403, 302),  # no file waits here; tests/views/test_roster.py
    "roster_preview": ("in", 403, 403, 403, 302),
    "roster_apply": ("in", 403, 403, 403, 405),
    "roster_cancel": ("in", 403, 403, 403, 405),
    "roster_problems": ("in", 403, 403, 403, 404),
    "roster_changes": ("in", 403, 403, 403, 404),
    "roster_sample": ("in", 403, 403, 403, 200),
    "structure": ("in", 403, 403, 403, 200),
    "add_team": ("in", 403, 403, 403, 200),
    "structure_team": ("in", 403, 403, 403, 200),
    "change_team": ("in", 403, 403, 403, 200),
    "people": ("in", 403, 403, 403, 200),
    "add_person": ("in", 403, 403, 403, 200),
    "person": ("in", 403, 403, 403, 200),
    "change_person": ("in", 403, 403, 403, 200),
    "ask_first": ("in", 403, 403, 403, 405),
    "send_code": ("in", 403, 403, 403, 405),
    "accounts": ("in", 403, 403, 403, 200),
    "account": ("in", 403, 403, 403, 200),
    "send_account_link": ("in", 403, 403, 403, 405),
    "team": ("in", 403, 200, 200, 200),
    "team_practices": ("in", 403, 200, 200, 200),
    "report": ("in", 403, 200, 200, 200),
    "report_pdf": ("in", 403, 200, 200, 200),
    "report_batches": ("in", 403, 403, 200, 200),
    "make_reports": ("in", 403, 403, 403, 405),
    "resume_reports": ("in", 403, 403, 403, 405),
    "stop_reports": ("in", 403, 403, 403, 405),
    "mail_reports": ("in", 403, 403, 403, 405),
    "delete_reports": ("in", 403, 403, 403, 405),
    "reports_zip": ("in", 403, 403, 404, 404),  # nobody had any made here; tests/views/test_batches.py
    "plan": ("in", 403, 200, 200, 200),
    "choose_focus": ("in", 403, 405, 405, 405),
    "leave_focus": ("in", 403, 405, 405, 405),
    "take_action": ("in", 403, 405, 405, 405),
    "action": ("in", 403, 404, 404, 404),  # nobody took one up here; tests/views/test_plans.py
    "action_calendar": ("in", 403, 404, 404, 404),
    "actions": ("in", 403, 403, 200, 200),
    "tell_team": ("in", 403, 200, 200, 200),
    "withdraw_release": ("in", 403, 405, 405, 405),
    "renew_address": ("in", 403, 405, 405, 405),
    "poster": ("in", 403, 404, 404, 404),  # nothing is released here; tests/views/test_releases.py
    "poster_pdf": ("in", 403, 404, 404, 404),
    "you_said_we_did": (404, 404, 404, 404, 404),
    "robots": (200, 200, 200, 200, 200),
    "review_sheet": ("in", 403, 200, 200, 200),
    "gallery": ("in", 200, 200, 200, 200),
}
ROLES = ("anonymous", "stranger", "leader", "hr-viewer", "hr")


def routes() -> list[URLPattern]:
    return [pattern for pattern in urls.urlpatterns if isinstance(pattern, URLPattern)]


CODES = {
    "roster_sample": "csv",
    "change_team": "merge",
    "change_person": "leave",
    "dimension": "kindness",
    "practice": "authority-to-help",
    "leave_focus": "authority-to-help",
    "take_action": "authority-to-help",
    **dict.fromkeys(("questionnaire", "version_changes", "employee_preview", "manager_preview"), "quarterly-check"),
    **dict.fromkeys(("next_version", "publish_version", "delete_draft", "version_file"), "quarterly-check"),
}


def address(route: URLPattern, team: CycleTeam) -> str:
    values = {
        "slug": team.cycle.slug,
        "uid": team.uid,
        "pk": team.team_id,
        "person": getattr(Membership.objects.filter(team=team.team).first(), "person_id", 0),
        "user": getattr(User.objects.filter(role=User.Role.HR).first(), "pk", 0),
        "code": CODES.get(str(route.name), "nothing"),
        "token": "nobody-knows-it",
        "digest": "0" * 64,
        "version": 1,
        "kind": "toml",
    }
    return reverse(str(route.name), kwargs={key: values[key] for key in route.pattern.converters})


def person(role: str) -> User | None:
    if role == "anonymous":
        return None
    if role == "leader":
        return User.objects.get(email="north@example.org")
    return factories.make_user(role=role if role != "stranger" else "")


def test_every_route_has_a_row_and_asks_who_may() -> None:
    assert {route.name for route in routes()} == set(MATRIX)
    for route in routes():
        assert getattr(route.callback, "access", None), f"{route.name} has no decorator of assessments.permissions"


def test_view_url_and_template_share_one_name() -> None:
    for route in routes():
        assert route.callback.__name__ == route.name


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_what_the_matrix_says(client: Client, closed_cycle: Cycle, role: str) -> None:
    team = CycleTeam.objects.get(cycle=closed_cycle, path="Sales / North")
    user = person(role)
    for route in routes():
        client.logout()
        if user:
            client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        response = client.get(address(route, team))
        found: object = response.status_code
        if found == 302 and response["Location"].startswith("/accounts/login/"):
            found = "in"
        assert found == MATRIX[str(route.name)][ROLES.index(role)], f"{route.name} for {role}"


def test_a_leader_does_not_reach_a_sibling_or_the_department_above(client: Client, closed_cycle: Cycle) -> None:
    client.force_login(User.objects.get(email="north@example.org"), backend="allauth.account.auth_backends.AuthenticationBackend")
    for path in ("Sales / South", "Sales", "Whole organisation", "Support / Night"):
        team = CycleTeam.objects.get(cycle=closed_cycle, path=path)
        for name in ("team", "team_practices", "report", "self_assessment"):
            assert client.get(reverse(name, args=[team.uid])).status_code == 404, f"{name} of {path}"


def test_a_leader_reads_the_teams_below(client: Client, closed_cycle: Cycle) -> None:
    client.force_login(User.objects.get(email="sales@example.org"), backend="allauth.account.auth_backends.AuthenticationBackend")
    team = CycleTeam.objects.get(cycle=closed_cycle, path="Sales / North")
    assert client.get(reverse("report", args=[team.uid])).status_code == 200
    assert client.get(reverse("self_assessment", args=[team.uid])).status_code == 404


def test_the_resolver_knows_no_other_way_in() -> None:
    top = {str(pattern.pattern) for pattern in get_resolver().url_patterns}
    assert top == {"admin/", "accounts/", ""}
