"""Every route, one line each: the map of the site. URL name = view = template."""

from django.urls import path

from assessments.views import (
    cards,
    cycles,
    gallery,
    leading,
    methods,
    overview,
    pages,
    participation,
    poll,
    privacy,
    reports,
    selfassessments,
    teams,
    texts,
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
    path("hr/participation/", participation.participation, name="participation"),
    path("hr/cycles/", cycles.cycles, name="cycles"),
    path("hr/cycles/<slug:slug>/close-early/", cycles.close_early, name="close_early"),
    path("hr/cycles/<slug:slug>/close/", cycles.close_cycle_now, name="close_cycle_now"),
    path("hr/cycles/<slug:slug>/privacy/", privacy.privacy_report, name="privacy_report"),
    path("hr/texts/", texts.texts, name="texts"),
    path("hr/texts/<uuid:uid>/hide/", texts.hide_text, name="hide_text"),
    path("hr/texts/<slug:slug>/release/", texts.release_texts, name="release_texts"),

    # code cards for people without a mail address
    path("hr/cards/", cards.cards, name="cards"),
    path("hr/cards/<uuid:uid>/", cards.card_sheet, name="card_sheet"),

    # one team, for HR and its leaders
    path("teams/<uuid:uid>/", teams.team, name="team"),
    path("teams/<uuid:uid>/practices/", teams.team_practices, name="team_practices"),
    path("teams/<uuid:uid>/report/", reports.report, name="report"),

    # every component in every state, with invented figures
    path("gallery/", gallery.gallery, name="gallery"),
]
# fmt: on
