"""Reference cases about groups, mapped on the functions of `assessments.analysis`. One function per `fn` of cases.json."""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from assessments.analysis import comparison, reliability

Case: TypeAlias = dict[str, Any]
Table: TypeAlias = dict[str, list[str]]


def numbers(cells: list[str]) -> npt.NDArray[np.float64]:
    """A column as numbers; an empty cell is a missing value."""
    return np.array([float(cell) if cell not in {"", "NA"} else np.nan for cell in cells])


def items(case: Case, table: Table) -> npt.NDArray[np.float64]:
    return np.column_stack([numbers(table[name]) for name in case["items"]])


def icc(case: Case, table: Table) -> Case:
    result = reliability.anova(numbers(table[case["value"]]), table[case["group"]])
    return {
        "ms_between": result.ms_between,
        "ms_within": result.ms_within,
        "groups": result.groups,
        "n": result.n,
        "n0": result.n0,
        "icc1_n0": reliability.icc1(result),
        "icc1_mean_group_size": reliability.icc1_mean_group_size(result),
        "icc2": reliability.icc2(result),
        "var_between_n0": result.variance_between,
    }


def shrink_groups_reml(case: Case, table: Table) -> Case:
    names, n, total, squares = reliability.group_sums(numbers(table[case["value"]]), table[case["group"]])
    result = comparison.shrink_groups_reml(n, total, squares)
    return {
        "group": names,
        "n": n,
        "group_mean": total / n,
        "grand_mean_gls": result.mu,
        "var_between": result.tau2,
        "var_within": result.sigma2,
        "shrunken_mean": result.mean,
        "deviation": result.mean - result.mu,
    }


def shrink_known_se(case: Case, table: Table | None) -> Case:
    result = comparison.shrink_known_se(case["y"], case["se"], case["method"])
    return {"tau2": result.tau2, "grand_mean": result.mu, "grand_se": result.mu_se, "Q": result.q, "shrunken": result.mean}


def james_stein(case: Case, table: Table | None) -> Case:
    """Batting averages: all share the sampling variance of their mean, as Efron & Morris take it."""
    averages = np.array(case["hits"]) / case["at_bats"]
    mean = averages.mean()
    result = comparison.james_stein(averages, mean * (1 - mean) / case["at_bats"])
    return {"grand_mean": result.grand_mean, "shrink_factor": result.shrink_factor, "shrunken": result.shrunken}


def cronbach_alpha(case: Case, table: Table) -> Case:
    rows = items(case, table)
    result = reliability.cronbach_alpha(rows)
    return {
        "n": result.n,
        "k": result.k,
        "alpha": result.alpha,
        "alpha_standardised": result.standardised,
        "mean_inter_item_r": result.mean_inter_item_r,
        "feldt95": reliability.feldt_interval(result.alpha, result.n, result.k),
        "alpha_if_dropped": reliability.alpha_if_dropped(rows),
        "corrected_item_total_r": reliability.corrected_item_total_r(rows),
    }


def omega_total(case: Case, table: Table) -> Case:
    rows = items(case, table)
    result = reliability.omega_total(rows)
    return {
        "omega_ml_unstandardised": result.omega,
        "loadings_ml": result.loadings,
        "residual_variances_ml": result.residual_variances,
        "omega_minres_standardised": reliability.omega_total_minres(rows),
    }


def feldt_ci(case: Case, table: Table | None) -> Case:
    lower, upper = reliability.feldt_interval(case["alpha"], case["n"], case["k"], case["confidence"])
    return {"lower": lower, "upper": upper}
