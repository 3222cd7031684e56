"""What the townships' cases add up to: one set of figures for the map, the spreadsheet and the GeoPackage."""

import pandas as pd

from geoenforce.core.tables import CASES, TOWNSHIPS, Column, Kind, Table
from geoenforce.core.terms import LandClass, Severity, Status

_AREAS = tuple(f"{land_class}_mu" for land_class in (*list(LandClass)[1:], LandClass.APPROVED))


def _number_of(name: str, meaning: str, zh: str, en: str) -> Column:
    return Column(name, Kind.INTEGER, meaning, zh, en)


#: One row per township, also one without a case; the figures of confirmed cases only, but for `suspected`.
TOWNSHIP_TOTALS = Table(
    "township totals",
    "township",
    "乡镇汇总",
    "townships",
    TOWNSHIPS.index,
    (
        TOWNSHIPS.column("township_name"),
        _number_of("cases", "confirmed cases", "案件数（宗）", "cases"),
        *(_number_of(grade, f"confirmed cases that are {grade.en}", grade.zh, grade.en) for grade in Severity),
        _number_of("near_threshold", "confirmed cases near a limit", "临界", "near threshold"),
        *(CASES.column(name) for name in _AREAS),
        Column("area_m2", Kind.AMOUNT, "ground of the confirmed cases", "案件面积", "area", "m²"),
        _number_of("suspected", "suspected cases, counted apart", "疑似案件（另计）", "suspected cases (apart)"),
        Column("worst_severity", Kind.TEXT, "gravest confirmed grade", "最重情节", "worst grade", filled=False),
    ),
)


def township_totals(townships: pd.DataFrame, cases: pd.DataFrame) -> pd.DataFrame:
    """
    Count the cases of each township and add up their areas.

    A case belongs whole to the township that it is listed under. Cases outside every township make
    one more row, with an empty code and name, so that nothing is lost.

    Parameters
    ----------
    townships
        TOWNSHIPS; a geometry is not looked at.
    cases
        CASES.

    Returns
    -------
    totals
        `TOWNSHIP_TOTALS`, in the order of `townships`.

    Examples
    --------
    >>> towns = pd.DataFrame({"township_name": ["东岸镇"]}, index=pd.Index(["445299001"], name="township_code"))
    >>> cases = pd.DataFrame({"township_code": "445299001", "status": "confirmed", "severity": ["serious", "ordinary"],
    ...     "near_threshold": True, "area_m2": 4000.0, "basic_farmland_mu": 6.0, "other_cultivated_mu": 0.0,
    ...     "other_mu": 0.0, "approved_mu": 0.0})
    >>> township_totals(towns, cases)[["cases", "serious", "basic_farmland_mu", "worst_severity"]].to_dict("records")
    [{'cases': 2, 'serious': 1, 'basic_farmland_mu': 12.0, 'worst_severity': 'serious'}]
    """
    codes = cases["township_code"].astype(object).where(cases["township_code"].isin(townships.index), "")
    lost = [""] if (codes == "").any() else []
    index = pd.Index([*townships.index, *lost], name="township_code")
    confirmed = cases["status"] == Status.CONFIRMED

    def count(which: "pd.Series[bool]") -> "pd.Series[int]":
        return codes[which].value_counts().reindex(index, fill_value=0).astype("int64")

    totals = pd.DataFrame({"township_name": townships["township_name"].reindex(index, fill_value="")}, index=index)
    totals["cases"] = count(confirmed)
    for grade in Severity:
        totals[grade.value] = count(confirmed & (cases["severity"] == grade))
    totals["near_threshold"] = count(confirmed & cases["near_threshold"])
    for name in (*_AREAS, "area_m2"):
        totals[name] = cases.loc[confirmed, name].groupby(codes[confirmed]).sum().reindex(index, fill_value=0.0)
    totals["suspected"] = count(~confirmed)
    return totals.assign(worst_severity=_worst(totals))


def _worst(totals: pd.DataFrame) -> "pd.Series[str]":
    worst = pd.Series(None, index=totals.index, dtype="str")
    for grade in Severity:  # mildest first, so that the gravest stays
        worst[totals[grade.value] > 0] = grade.value
    return worst
