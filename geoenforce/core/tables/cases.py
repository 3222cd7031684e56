"""The tables of cases: their areas, their grades and how they came about, their parties."""

from geoenforce.core.tables.columns import Column, Kind, Table
from geoenforce.core.tables.shared import (
    CASE_ID,
    FOUND_ON,
    PARTY,
    TOWNSHIP,
    TOWNSHIP_NAME,
    class_mu,
)
from geoenforce.core.terms import COUNTED_CLASSES, LandClass, Severity

_CASE_INDEX = Column("case_id", Kind.TEXT, "id of the case (宗)", "案件编号", "case")

#: What is needed to grade a case, and no more.
CASE_AREAS = Table(
    "case areas",
    "case",
    "案件面积",
    "case areas",
    _CASE_INDEX,
    tuple(class_mu(land_class) for land_class in COUNTED_CLASSES),
)

CASES = Table(
    "cases",
    "case",
    "案件",
    "cases",
    _CASE_INDEX,
    (
        TOWNSHIP,
        TOWNSHIP_NAME,
        Column("year", Kind.INTEGER, "calendar year of found_on", "年度", "year"),
        Column(
            "status",
            Kind.TEXT,
            "confirmed, or suspected where no patch is confirmed",
            "状态",
            "status",
            codes=("confirmed", "suspected"),
        ),
        Column("severity", Kind.TEXT, "grade after Art. 36", "情节", "severity", codes=Severity.codes()),
        Column(
            "decided_by",
            Kind.TEXT,
            "land class that decided; missing where ordinary",
            "认定地类",
            "decided by",
            filled=False,
            codes=LandClass.codes(),
        ),
        Column("near_threshold", Kind.FLAG, "an area is within the margin of a limit (临界)", "临界", "near threshold"),
        Column(
            "may_change_grade",
            Kind.FLAG,
            "the grade would change if the boundary moved by ± sigma",
            "边界误差可改变认定",
            "sensitive",
        ),
        Column(
            "boundary_error_mu",
            Kind.AMOUNT,
            "perimeter × sigma: what the survey's error may add or take",
            "边界误差",
            "boundary error",
            "mu",
        ),
        Column("area_m2", Kind.AMOUNT, "ellipsoidal ground of the case, each spot once", "案件面积", "area", "m²"),
        *(class_mu(land_class) for land_class in LandClass),
        Column("violations", Kind.INTEGER, "number of patches counted", "图斑数", "patches"),
        FOUND_ON,
        PARTY,
        Column(
            "township_shares",
            Kind.TEXT,
            "counted ground by township, largest first",
            "跨乡镇分摊",
            "shares by township",
            filled=False,
        ),
    ),
)

COMPARISONS = Table(
    "comparisons",
    "case × land class × grade",
    "认定比较",
    "comparisons",
    None,
    (
        CASE_ID,
        Column("land_class", Kind.TEXT, "class compared", "地类", "class", codes=LandClass.codes()),
        Column("severity", Kind.TEXT, "grade the limit leads to", "情节", "severity", codes=Severity.codes()),
        Column("area_mu", Kind.AMOUNT, "area compared, rounded half-up to 4 decimals", "面积", "area", "mu"),
        Column("operator", Kind.TEXT, "how it is compared", "比较方式", "operator"),
        Column("limit_mu", Kind.AMOUNT, "limit of the article", "标准", "limit", "mu"),
        Column("margin_mu", Kind.NUMBER, "area less limit", "差额", "margin", "mu"),
        Column("holds", Kind.FLAG, "whether the comparison holds", "是否达到", "holds"),
        Column("citation", Kind.TEXT, "document and article", "依据", "source"),
    ),
)

PARTIES = Table(
    "parties",
    "party and year",
    "当事人年度累计",
    "parties",
    None,
    (
        Column("party", Kind.TEXT, "the investor or builder (当事人); personal data", "当事人", "party"),
        Column("year", Kind.INTEGER, "calendar year", "年度", "year"),
        Column("cases", Kind.INTEGER, "cases not yet dealt with", "未处理案件数", "cases"),
        Column("case_ids", Kind.TEXT, "those cases, by their ids", "案件编号", "case ids"),
        *(class_mu(land_class) for land_class in COUNTED_CLASSES),
        Column(
            "severity",
            Kind.TEXT,
            "grade of the sum (Art. 34), beside the cases' own",
            "累计情节",
            "severity",
            codes=Severity.codes(),
        ),
    ),
)
