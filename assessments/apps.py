from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = "csculture"

    def ready(self) -> None:
        """Register the checks."""
        from assessments import checks  # noqa: F401, PLC0415 - needs the models
