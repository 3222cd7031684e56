"""Offices, townships and shares of patrols in words that people read."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

_COUNTY = {"zh": "全县（市、区）", "en": "whole county"}
_OUTSIDE = {"zh": "辖区以外", "en": "outside"}
_LIST_MARK = {"zh": "、", "en": ", "}


def place_names(codes: "pd.Series[Any]", townships: pd.DataFrame, lang: str) -> "pd.Series[Any]":
    """
    Name the offices or townships that division codes stand for.

    Parameters
    ----------
    codes
        9 digits of a township, or 6 of a county; may be missing.
    townships
        TOWNSHIPS.
    lang
        ``"zh"`` or ``"en"``, for the name of a county as a whole.

    Returns
    -------
    names
        On the index of `codes`; missing where nothing is known by that code.

    Examples
    --------
    >>> towns = pd.DataFrame({"township_name": ["东岸镇"], "county_code": ["445299"]},
    ...                      index=pd.Index(["445299001"], name="township_code"))
    >>> place_names(pd.Series(["445299001", "445299"]), towns, "zh").to_list()
    ['东岸镇', '全县（市、区）']
    """
    names = dict.fromkeys(townships["county_code"], _COUNTY[lang]) | townships["township_name"].to_dict()
    return codes.map(names).astype("str")


def shares_in_words(shares: Any, names: Mapping[str, str], lang: str) -> str:
    """
    Say how a trip was spread over townships.

    Parameters
    ----------
    shares
        ``township_shares`` of TRIPS: codes with shares from 0 to 1, largest first; may be missing.
    names
        Names of townships by their codes.
    lang
        ``"zh"`` or ``"en"``.

    Examples
    --------
    >>> shares_in_words("445299001 0.9128; (outside) 0.0872", {"445299001": "东岸镇"}, "zh")
    '东岸镇 91.3%、辖区以外 8.7%'
    """
    if pd.isna(shares) or not shares:
        return ""
    parts = [part.rsplit(" ", 1) for part in shares.split("; ")]
    named = [(_OUTSIDE[lang] if code == "(outside)" else names.get(code, code), share) for code, share in parts]
    return _LIST_MARK[lang].join(f"{name} {float(share):.1%}" for name, share in named)
