"""Fixtures of the files that are written."""

import pytest

from assessments.models import Cycle
from tests.exports.organisation import two_quarters


@pytest.fixture
def quarters(db: None) -> Cycle:
    return two_quarters()
