"""Every route, one line each: the map of the site. URL name = view = template."""

from django.urls import path

from assessments.views import (
    api,
    bands,
    cards,
    cycles,
    dimensions,
    drivers,
    exports,
    gallery,
    gaps,
    heatmap,
    leading,
    methods,
    overview,
    pages,
    participation,
    plans,
    poll,
    practices,
    privacy,
    reports,
    selfassessments,
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

    # whoever keeps the private key of a cycle away from the server
    path("trustee/<slug:slug>/", trustee.trustee, name="trustee"),

    # a leader's work
    path("my/", leading.my_teams, name="my_teams"),
    path("my/<uuid:uid>/own-view/", selfassessments.self_assessment, name="self_assessment"),
    path("my/<uuid:uid>/own-view/save/", selfassessments.self_assessment_autosave, name="self_assessment_autosave"),
    path("my/<uuid:uid>/own-view/submit/", selfassessments.self_assessment_submit, name="self_assessment_submit"),

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

    # code cards for people without a mail address
    path("hr/cards/", cards.cards, name="cards"),
    path("hr/cards/<uuid:uid>/", cards.card_sheet, name="card_sheet"),

    # one team, for HR and its leaders
    path("teams/<uuid:uid>/", teams.team, name="team"),
    path("teams/<uuid:uid>/practices/", teams.team_practices, name="team_practices"),
    path("teams/<uuid:uid>/report/", reports.report, name="report"),

    # what a unit takes up, for its leaders, those above and HR
    path("teams/<uuid:uid>/plan/", plans.plan, name="plan"),
    path("teams/<uuid:uid>/plan/focus/", plans.choose_focus, name="choose_focus"),
    path("teams/<uuid:uid>/plan/<slug:code>/leave/", plans.leave_focus, name="leave_focus"),
    path("teams/<uuid:uid>/plan/<slug:code>/act/", plans.take_action, name="take_action"),
    path("actions/<uuid:uid>/", plans.action, name="action"),
    path("actions/<uuid:uid>/calendar.ics", plans.action_calendar, name="action_calendar"),
    path("hr/actions/", plans.actions, name="actions"),

    # every component in every state, with invented figures
    path("gallery/", gallery.gallery, name="gallery"),
]
# fmt: on
