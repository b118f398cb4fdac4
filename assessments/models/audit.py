"""What administrators did: who, what, when and why. Nothing in here tells who took part."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments.models.cycles import Cycle


class Act(models.Model):
    """One administrative act. `who` is text, so that it outlives the account."""

    class What(models.TextChoices):
        CLOSE = "close", _("asked for the close")
        CLOSE_EARLY = "early", _("asked for the close before the last day")
        ABANDON = "abandon", _("abandoned the cycle")
        HIDE_TEXT = "hide", _("destroyed a text that names a person")
        RELEASE_TEXTS = "release", _("released the texts to managers")
        ROSTER = "roster", _("imported a roster")
        ERASE = "erase", _("erased a person")
        TELL_TEAM = "tell", _("released what a team said and what is done about it")
        WITHDRAW_RELEASE = "withdraw", _("withdrew what was released to a team")
        RENEW_ADDRESS = "renew", _("gave what was released to a team a new address")
        MAKE_REPORTS = "reports", _("had all reports made")
        MAIL_REPORTS = "mails", _("sent the reports to the managers")
        STOP_REPORTS = "stop", _("stopped the work on the reports")
        DELETE_REPORTS = "delete", _("deleted the files of the reports")
        MAKE_TOKEN = "token", _("made a token for the API")
        REVOKE_TOKEN = "untoken", _("revoked a token for the API")
        SETTINGS = "settings", _("changed the settings")
        REMIND = "remind", _("asked for a reminder")
        TEAMS = "teams", _("changed the teams")
        PERSON = "person", _("changed what is known of a person")
        ROLE = "role", _("gave or took away a role")
        FIRST_ACCOUNT = "first", _("made the first account")
        LOAD_CONTENT = "content", _("loaded the practices that csculture comes with")
        PLAN = "plan", _("planned a cycle")
        UNPLAN = "unplan", _("deleted a planned cycle")
        OPEN = "open", _("opened the cycle")
        INVITE = "invite", _("had invitations sent")
        DRAFT = "draft", _("made a draft of a questionnaire")
        DELETE_DRAFT = "undraft", _("deleted a draft of a questionnaire")
        PUBLISH = "publish", _("published a questionnaire")
        PRACTICE = "practice", _("wrote a practice of our own")

    at = models.DateTimeField(auto_now_add=True)
    who = models.CharField(max_length=200)
    what = models.CharField(max_length=10, choices=What.choices)
    # None: it concerns the organisation and no cycle.
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, null=True, related_name="acts")
    why = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.who}: {self.what}, {self.cycle}" if self.cycle else f"{self.who}: {self.what}"
