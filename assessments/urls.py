"""Every route, one line each: the map of the site. URL name = view = template."""

from django.urls import path

from assessments.views import (
    accounts,
    api,
    bands,
    batches,
    cards,
    cycles,
    dimensions,
    drivers,
    exports,
    first_steps,
    gallery,
    gaps,
    heatmap,
    leading,
    methods,
    overview,
    own_practices,
    pages,
    participation,
    people,
    plans,
    poll,
    practices,
    previews,
    privacy,
    questionnaires,
    releases,
    reports,
    reviews,
    roster,
    selfassessments,
    settings,
    structure,
    teams,
    texts,
    tokens,
    trends,
    trustee,
)

# fmt: off
urlpatterns = [
    path("", pages.home, name="home"),
    path("anonymity/", pages.anonymity, name="anonymity"),
    path("methods/", methods.methods, name="methods"),

    # the anonymous poll
    path("a/", poll.poll_code, name="poll_code"),
    path("a/answers/", poll.poll_answers, name="poll_answers"),
    path("a/thanks/", poll.poll_thanks, name="poll_thanks"),
    path("a/kiosk/", poll.kiosk, name="kiosk"),

    # what a team said and what became of it, for whoever has the address
    path("said/<str:token>/", releases.you_said_we_did, name="you_said_we_did"),
    path("robots.txt", releases.robots, name="robots"),

    # whoever keeps the private key of a cycle away from the server
    path("trustee/<slug:slug>/", trustee.trustee, name="trustee"),

    # a leader's work
    path("my/", leading.my_teams, name="my_teams"),
    path("my/<uuid:uid>/own-view/", selfassessments.self_assessment, name="self_assessment"),
    path("my/<uuid:uid>/own-view/save/", selfassessments.self_assessment_autosave, name="self_assessment_autosave"),
    path("my/<uuid:uid>/own-view/submit/", selfassessments.self_assessment_submit, name="self_assessment_submit"),

    # from nothing to the first cycle
    path("first/<str:token>/", first_steps.first_sign_in, name="first_sign_in"),
    path("hr/first-steps/", first_steps.first_steps, name="first_steps"),
    path("hr/first-steps/load/", first_steps.load_shipped, name="load_shipped"),

    # what HR reads
    path("hr/", overview.overview, name="overview"),
    path("hr/dimensions/<slug:code>/", dimensions.dimension, name="dimension"),
    path("hr/practices/<slug:code>/", practices.practice, name="practice"),
    path("hr/gaps/", gaps.gaps, name="gaps"),
    path("hr/trends/", trends.trends, name="trends"),
    path("hr/bands/", bands.bands, name="bands"),
    path("hr/drivers/", drivers.drivers, name="drivers"),
    path("hr/map/", heatmap.heat_map, name="heat_map"),
    path("hr/participation/", participation.participation, name="participation"),
    path("hr/cycles/", cycles.cycles, name="cycles"),
    path("hr/cycles/plan/", cycles.plan_cycle, name="plan_cycle"),
    path("hr/cycles/<slug:slug>/change/", cycles.change_cycle, name="change_cycle"),
    path("hr/cycles/<slug:slug>/delete/", cycles.delete_cycle, name="delete_cycle"),
    path("hr/cycles/<slug:slug>/open/", cycles.open_cycle, name="open_cycle"),
    path("hr/cycles/<slug:slug>/invite/", cycles.send_invitations, name="send_invitations"),
    path("hr/cycles/<slug:slug>/close-early/", cycles.close_early, name="close_early"),
    path("hr/cycles/<slug:slug>/close/", cycles.close_cycle_now, name="close_cycle_now"),
    path("hr/cycles/<slug:slug>/privacy/", privacy.privacy_report, name="privacy_report"),
    path("hr/texts/", texts.texts, name="texts"),
    path("hr/texts/<uuid:uid>/hide/", texts.hide_text, name="hide_text"),
    path("hr/texts/<slug:slug>/release/", texts.release_texts, name="release_texts"),

    # what HR takes along, and what programs read with a token
    path("hr/export/", exports.exports, name="exports"),
    path("hr/export/<slug:slug>/", exports.export, name="export"),
    path("hr/tokens/", tokens.tokens, name="tokens"),
    path("hr/tokens/<uuid:uid>/revoke/", tokens.revoke_token, name="revoke_token"),
    path("api/", api.api, name="api"),
    path("api/v1/openapi.json", api.api_openapi, name="api_openapi"),
    path("api/v1/cycles/", api.api_cycles, name="api_cycles"),
    path("api/v1/cycles/<slug:slug>/units/", api.api_units, name="api_units"),
    path("api/v1/cycles/<slug:slug>/questionnaire/", api.api_questionnaire, name="api_questionnaire"),
    path("api/v1/cycles/<slug:slug>/figures/", api.api_figures, name="api_figures"),
    path("api/v1/cycles/<slug:slug>/participation/", api.api_participation, name="api_participation"),
    path("api/v1/cycles/<slug:slug>/methods/", api.api_methods, name="api_methods"),

    # what HR sets for the organisation
    path("hr/settings/", settings.organisation_settings, name="organisation_settings"),
    path("logo/<str:digest>.png", settings.logo, name="logo"),
    path("hr/cycles/<slug:slug>/remind/", participation.remind_now, name="remind_now"),

    # what is asked
    path("hr/questionnaires/", questionnaires.questionnaires, name="questionnaires"),
    path("hr/questionnaires/new/", questionnaires.new_questionnaire, name="new_questionnaire"),
    path("hr/questionnaires/import/", questionnaires.import_questionnaire, name="import_questionnaire"),
    path("hr/questionnaires/hints/", questionnaires.wording_hints, name="wording_hints"),
    path("hr/questionnaires/own/", own_practices.own_practices, name="own_practices"),
    path("hr/questionnaires/own/new/", own_practices.new_practice, name="new_practice"),
    path("hr/questionnaires/own/practices/<slug:code>/", own_practices.own_practice, name="own_practice"),
    path("hr/questionnaires/own/practices/<slug:code>/delete/", own_practices.delete_practice, name="delete_practice"),
    path("hr/questionnaires/own/parts/<slug:code>/", own_practices.own_part, name="own_part"),
    path("hr/questionnaires/<slug:code>/<int:version>/", questionnaires.questionnaire, name="questionnaire"),
    path("hr/questionnaires/<slug:code>/<int:version>/changes/", questionnaires.version_changes, name="version_changes"),
    path("hr/questionnaires/<slug:code>/<int:version>/employee/", previews.employee_preview, name="employee_preview"),
    path("hr/questionnaires/<slug:code>/<int:version>/manager/", previews.manager_preview, name="manager_preview"),
    path("hr/questionnaires/<slug:code>/<int:version>/next/", questionnaires.next_version, name="next_version"),
    path("hr/questionnaires/<slug:code>/<int:version>/publish/", questionnaires.publish_version, name="publish_version"),
    path("hr/questionnaires/<slug:code>/<int:version>/delete/", questionnaires.delete_draft, name="delete_draft"),
    path("hr/questionnaires/<slug:code>/<int:version>/file.<slug:kind>", questionnaires.version_file, name="version_file"),

    # code cards for people without a mail address
    path("hr/cards/", cards.cards, name="cards"),
    path("hr/cards/<uuid:uid>/", cards.card_sheet, name="card_sheet"),

    # who works here: a file with everybody, looked at before it is applied
    path("hr/roster/", roster.roster, name="roster"),
    path("hr/roster/columns/", roster.roster_columns, name="roster_columns"),
    path("hr/roster/preview/", roster.roster_preview, name="roster_preview"),
    path("hr/roster/apply/", roster.roster_apply, name="roster_apply"),
    path("hr/roster/cancel/", roster.roster_cancel, name="roster_cancel"),
    path("hr/roster/problems.csv", roster.roster_problems, name="roster_problems"),
    path("hr/roster/changes.csv", roster.roster_changes, name="roster_changes"),
    path("hr/roster/sample.<slug:code>", roster.roster_sample, name="roster_sample"),

    # teams and people, one by one
    path("hr/teams/", structure.structure, name="structure"),
    path("hr/teams/new/", structure.add_team, name="add_team"),
    path("hr/teams/<int:pk>/", structure.structure_team, name="structure_team"),
    path("hr/teams/<int:pk>/<slug:code>/", structure.change_team, name="change_team"),
    path("hr/people/", people.people, name="people"),
    path("hr/people/new/", people.add_person, name="add_person"),
    path("hr/people/<int:person>/", people.person, name="person"),
    path("hr/people/<int:person>/ask-first/", people.ask_first, name="ask_first"),
    path("hr/people/<int:person>/send-again/", people.send_code, name="send_code"),
    path("hr/people/<int:person>/<slug:code>/", people.change_person, name="change_person"),
    path("hr/accounts/", accounts.accounts, name="accounts"),
    path("hr/accounts/<int:user>/", accounts.account, name="account"),
    path("hr/accounts/<int:user>/send-link/", accounts.send_account_link, name="send_account_link"),

    # one team, for HR and its leaders
    path("teams/<uuid:uid>/", teams.team, name="team"),
    path("teams/<uuid:uid>/practices/", teams.team_practices, name="team_practices"),
    path("teams/<uuid:uid>/report/", reports.report, name="report"),
    path("teams/<uuid:uid>/report/report.pdf", reports.report_pdf, name="report_pdf"),

    # all reports of a cycle, to download and to send
    path("hr/reports/", batches.report_batches, name="report_batches"),
    path("hr/reports/<slug:slug>/make/", batches.make_reports, name="make_reports"),
    path("hr/reports/<slug:slug>/go-on/", batches.resume_reports, name="resume_reports"),
    path("hr/reports/<slug:slug>/stop/", batches.stop_reports, name="stop_reports"),
    path("hr/reports/<slug:slug>/send/", batches.mail_reports, name="mail_reports"),
    path("hr/reports/<slug:slug>/delete/", batches.delete_reports, name="delete_reports"),
    path("hr/reports/<slug:slug>/reports.zip", batches.reports_zip, name="reports_zip"),

    # what a unit takes up, for its leaders, those above and HR
    path("teams/<uuid:uid>/plan/", plans.plan, name="plan"),
    path("teams/<uuid:uid>/plan/focus/", plans.choose_focus, name="choose_focus"),
    path("teams/<uuid:uid>/plan/<slug:code>/leave/", plans.leave_focus, name="leave_focus"),
    path("teams/<uuid:uid>/plan/<slug:code>/act/", plans.take_action, name="take_action"),
    path("actions/<uuid:uid>/", plans.action, name="action"),
    path("actions/<uuid:uid>/calendar.ics", plans.action_calendar, name="action_calendar"),
    path("hr/actions/", plans.actions, name="actions"),

    # what a unit tells its team
    path("teams/<uuid:uid>/tell/", releases.tell_team, name="tell_team"),
    path("teams/<uuid:uid>/tell/withdraw/", releases.withdraw_release, name="withdraw_release"),
    path("teams/<uuid:uid>/tell/renew/", releases.renew_address, name="renew_address"),
    path("teams/<uuid:uid>/tell/poster/", releases.poster, name="poster"),
    path("teams/<uuid:uid>/tell/poster.pdf", releases.poster_pdf, name="poster_pdf"),
    path("review-sheet/", reviews.review_sheet, name="review_sheet"),

    # every component in every state, with invented figures
    path("gallery/", gallery.gallery, name="gallery"),
]
# fmt: on
