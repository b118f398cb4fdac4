"""The benchmark of files runs at small size, so that it never rots."""

import pytest

from assessments.exports.downloads import about
from tests.benchmarks.exports import fill, table


@pytest.mark.django_db
def test_it_prints_a_row_for_each_file() -> None:
    lines = list(table(fill(teams=4, cycles=6)))
    assert lines[0].startswith("6 units")
    for file in about():
        for kind in file.kinds:
            assert any(line.startswith(f"{file.what}, {kind}") for line in lines)
    assert sum("goal" in line for line in lines) == 3
