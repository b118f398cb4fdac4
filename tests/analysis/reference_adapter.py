"""Every `fn` of the reference cases under one name: the module that the cases are run against."""

from tests.analysis.adapter_groups import (
    cronbach_alpha,
    feldt_ci,
    icc,
    james_stein,
    omega_total,
    shrink_groups_reml,
    shrink_known_se,
)
from tests.analysis.adapter_samples import (
    benjamini_hochberg,
    lmg,
    mean_ci_fpc,
    mean_ci_moderated,
    newcombe_difference,
    relative_weights,
    stratified_mean_fpc,
    welch,
    wilson,
)

__all__ = [
    "benjamini_hochberg",
    "cronbach_alpha",
    "feldt_ci",
    "icc",
    "james_stein",
    "lmg",
    "mean_ci_fpc",
    "mean_ci_moderated",
    "newcombe_difference",
    "omega_total",
    "relative_weights",
    "shrink_groups_reml",
    "shrink_known_se",
    "stratified_mean_fpc",
    "welch",
    "wilson",
]
