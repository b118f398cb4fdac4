"""Reference cases in terms of the project's own functions: shares, ranges, changes and drivers.

Each function takes a case's input and the table it names (column to texts) and returns at least the keys of its `expected`.
"""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from assessments.analysis import change, drivers, means, shares

Input: TypeAlias = dict[str, Any]
Table: TypeAlias = dict[str, list[str]] | None
Output: TypeAlias = dict[str, Any]


def wilson(case: Input, table: Table) -> Output:
    found = shares.wilson(case["k"], case["n"], population=case.get("population"), confidence=case.get("confidence", 0.95))
    return {"share": found.share, "lower": found.lower, "upper": found.upper}


def newcombe_difference(case: Input, table: Table) -> Output:
    found = shares.newcombe_difference(case["k1"], case["n1"], case["k2"], case["n2"], case.get("confidence", 0.95))
    return {"difference": found.difference, "lower": found.lower, "upper": found.upper}


def mean_ci_fpc(case: Input, table: Table) -> Output:
    return _interval(means.mean_ci_fpc(case["values"], case["population"], case.get("confidence", 0.95)))


def mean_ci_moderated(case: Input, table: Table) -> Output:
    names = ("values", "population", "prior_variance", "prior_df", "scale_min", "scale_max", "confidence")
    found = means.mean_ci_moderated(**{name: case[name] for name in names if name in case})
    return _interval(found) | {"variance_moderated": found.variance}


def stratified_mean_fpc(case: Input, table: Table) -> Output:
    assert table is not None
    strata = table[case["stratum"]]
    populations = dict(zip(strata, map(float, table[case["population"]]), strict=True))
    values = [float(value) for value in table[case["value"]]]
    found = means.stratified_mean_fpc(values, strata, populations, case.get("confidence", 0.95))
    return {key: getattr(found, key) for key in ("n", "mean", "se", "df", "lower", "upper")}


def welch(case: Input, table: Table) -> Output:
    found = change.welch_samples(case["x"], case["y"], case.get("confidence", 0.95))
    numbers = {key: getattr(found, key) for key in ("difference", "t", "df", "p", "lower", "upper")}
    return numbers | {"hedges_g_exact_correction": found.hedges_g}


def benjamini_hochberg(case: Input, table: Table) -> Output:
    return {"adjusted": change.benjamini_hochberg(case["p"]).tolist()}


def lmg(case: Input, table: Table) -> Output:
    x, y = _regression(case, table)
    found = drivers.lmg(x, y)
    parts = {"lmg": found.raw.tolist(), "lmg_share": found.share.tolist()}
    return {"predictors": case["predictors"], "n": len(y), "r2": found.r2} | parts


def relative_weights(case: Input, table: Table) -> Output:
    x, y = _regression(case, table)
    found = drivers.relative_weights(x, y)
    parts = {"raw": found.raw.tolist(), "rescaled_percent": (100 * found.share).tolist()}
    return {"predictors": case["predictors"], "n": len(y), "r2": found.r2} | parts


def _interval(found: means.MeanInterval) -> Output:
    return {key: getattr(found, key) for key in ("n", "mean", "se", "df", "lower", "upper")}


def _regression(case: Input, table: Table) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Complete rows of predictors and outcome."""
    assert table is not None
    columns = [table[name] for name in [*case["predictors"], case["outcome"]]]
    rows = [row for row in zip(*columns, strict=True) if not {"", "NA"} & set(row)]
    numbers = np.array(rows, dtype=float)
    return numbers[:, :-1], numbers[:, -1]
