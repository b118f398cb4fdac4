"""Who signs in: HR, HR viewers, operators and leaders. Employees never do."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from assessments.models.organisation import Membership


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def create_user(self, *, email: str, name: str = "", role: str = "", password: str | None = None) -> "User":
        user = self.model(email=self.normalize_email(email), name=name, role=role)
        user.is_staff = user.is_superuser = role == User.Role.OPERATOR
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    class Role(models.TextChoices):
        NONE = "", _("no role of its own")
        HR = "hr", _("HR")
        HR_VIEWER = "hr-viewer", _("HR, reading only")
        OPERATOR = "operator", _("operator")

    email = models.EmailField(_("email address"), unique=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.NONE, blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(_("may use the operator's admin"), default=False)
    date_joined = models.DateTimeField(_("added"), auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []  # type: ignore[misc]  # a class variable in the base

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_whatever_case")]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def reads_everything(self) -> bool:
        return self.role in {self.Role.HR, self.Role.HR_VIEWER}

    @cached_property
    def leads(self) -> bool:
        """A team, at this moment. Kept as long as this object, which is one request."""
        return Membership.objects.filter(person__user=self, person__active=True, role=Membership.Role.LEADER).exists()
