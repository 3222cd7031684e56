"""Which columns name persons, and how such names are taken out of texts."""

import json
from typing import Any

import pandas as pd

#: Columns that name persons; no output holds them unless it is asked to.
PERSONAL_COLUMNS = frozenset({"party", "patrollers", "recorded_by"})

#: Columns whose texts are JSON, in which such a name may stand.
_JSON_COLUMNS = ("because", "detail", "evidence")


def without_persons(frame: pd.DataFrame) -> pd.DataFrame:
    """
    Leave out the names of persons that stand inside JSON texts.

    Examples
    --------
    >>> without_persons(pd.DataFrame({"detail": ['{"on": "2026-05-01", "recorded_by": "a name"}']}))["detail"][0]
    '{"on": "2026-05-01"}'
    """
    hold = [name for name in _JSON_COLUMNS if name in frame]
    return frame.assign(**{name: pd.array([_text(text) for text in frame[name]], dtype="str") for name in hold})


def _text(text: Any) -> Any:
    if pd.isna(text) or not any(f'"{name}"' in text for name in PERSONAL_COLUMNS):
        return text
    return json.dumps(_impersonal(json.loads(text)), ensure_ascii=False)


def _impersonal(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _impersonal(one) for key, one in value.items() if key not in PERSONAL_COLUMNS}
    return [_impersonal(one) for one in value] if isinstance(value, list) else value
