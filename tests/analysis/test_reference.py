"""Published numbers and those of established R packages, case by case: see tests/data/reference/README.md."""

import csv
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.analysis import reference_adapter

FOLDER = Path(__file__).parents[1] / "data" / "reference"
CASES = json.loads((FOLDER / "cases.json").read_text())


def table_of(name: str) -> dict[str, list[str]]:
    with (FOLDER / name).open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {column: [row[column] for row in rows] for column in rows[0]}


def same(value: Any, expected: Any, tolerance: float) -> bool:
    """Lists entry by entry, numbers relative to max(1, |expected|), "NA" for nothing; NaN never matches a number."""
    if expected is None or expected == "NA":
        return value is None or (isinstance(value, float) and math.isnan(value))
    if isinstance(expected, str):
        return str(value) == expected
    if isinstance(expected, list):
        values = list(value)
        return len(values) == len(expected) and all(same(*pair, tolerance) for pair in zip(values, expected, strict=True))
    return value is not None and abs(float(value) - expected) <= tolerance * max(1.0, abs(expected))


def in_order_of(groups: Sequence[str], result: dict[str, Any]) -> dict[str, Any]:
    """Group-wise results put into the order in which the case names its groups."""
    place = {str(group): at for at, group in enumerate(result["group"])}
    order = [place[group] for group in groups]
    return {
        key: [values[at] for at in order] if hasattr(values, "__len__") and len(values) == len(order) else values
        for key, values in result.items()
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_analysis_gives_the_reference_value(case: dict[str, Any]) -> None:
    compute = getattr(reference_adapter, case["fn"])
    data_file = case["input"].get("data_file")
    result = compute(case["input"], table_of(data_file) if data_file else None)
    expected = {key: value for key, value in case["expected"].items() if key != "published"}
    if "group" in expected:
        result = in_order_of(expected["group"], result)
    missing = expected.keys() - result.keys()
    assert not missing
    wrong = {key: (result[key], value) for key, value in expected.items() if not same(result[key], value, case["tolerance"])}
    assert not wrong


@pytest.mark.parametrize(
    ("value", "expected"),
    [(math.nan, 1.0), (1.1, 1.0), (None, 1.0), ([1.0], [1.0, 2.0]), (1.0, "NA"), ("B", "A"), ([1.0, 3.0], [1, 2])],
)
def test_the_comparison_notices_a_difference(value: Any, expected: Any) -> None:
    assert not same(value, expected, 0.01)
