"""The bundle of tables about accountability that one run makes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pandas as pd


@dataclass(frozen=True)
class AccountabilityResults:
    """What the regulations say of the units, as of a stated date."""

    as_of: date
    duties: pd.DataFrame  # DUTIES
    facts: pd.DataFrame  # FACTS
    findings: pd.DataFrame  # FINDINGS
    would_follow: pd.DataFrame  # FINDINGS: what else would hold if every open finding were imposed (a dry run)
    warnings: pd.DataFrame  # WARNINGS
    indicators: pd.DataFrame  # INDICATORS
    events: pd.DataFrame  # CASE_EVENTS, for explanations
    measures: pd.DataFrame  # MEASURES
    declarations: pd.DataFrame  # DECLARATIONS
    #: what regulations call codes of their own: id → kind of code → code → (中文, English)
    names: Mapping[str, Mapping[str, Mapping[str, tuple[str, str]]]] = field(default_factory=dict)
