"""
Every table's columns: meaning, unit, Chinese and English label; and `check` for each door.

The stages of geoenforce meet only in these tables. A column is declared here once; the data
dictionary, the headers of spreadsheets and the store's schema are made from it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd

from geoenforce.core.errors import TableError, some
from geoenforce.core.persons import PERSONAL_COLUMNS
from geoenforce.core.terms import COUNTED_CLASSES, Action, LandClass, Severity, Status


class Kind(StrEnum):
    """What the values of a column are."""

    TEXT = "text"
    NUMBER = "number"
    AMOUNT = "amount"  # a number that cannot be below zero
    INTEGER = "integer"
    FLAG = "flag"
    DATE = "date"  # a day in Asia/Shanghai, as datetime64 without a zone
    INSTANT = "instant"  # a moment, as datetime64 with a zone


@dataclass(frozen=True)
class Column:
    """One column: what it means, its unit, and what people see above it."""

    name: str
    kind: Kind
    meaning: str
    zh: str
    en: str
    unit: str = ""
    required: bool = True  # False: the column may be missing from the table
    filled: bool = True  # False: single values may be missing
    codes: tuple[str, ...] = ()  # the values allowed, where the column holds a code

    def label(self, lang: str) -> str:
        """
        Return the header for people, with the unit.

        Examples
        --------
        >>> AREAS.column("basic_farmland_mu").label("zh")
        '基本农田（亩）'
        """
        unit = {"mu": "亩", "m²": "㎡", "d": "天"}.get(self.unit, self.unit) if lang == "zh" else self.unit
        text = self.en if lang == "en" else self.zh
        if not unit:
            return text
        return f"{text} ({unit})" if lang == "en" else f"{text}（{unit}）"


@dataclass(frozen=True)
class Table:
    """One kind of table: what a row is, its index, its columns, its geometry."""

    name: str
    row_is: str
    zh: str
    en: str
    index: Column | None
    columns: tuple[Column, ...]
    geometry: str = ""  # "", "polygon", "line" or "point"

    def column(self, name: str) -> Column:
        """
        Return one column of the table by its name.

        Examples
        --------
        >>> AREAS.column("area_m2").unit
        'm²'
        """
        for column in self:
            if column.name == name:
                return column
        raise KeyError(name)

    def __iter__(self) -> Iterator[Column]:
        """Go through the index, if there is one, and the columns."""
        if self.index is not None:
            yield self.index
        yield from self.columns

    @property
    def names(self) -> list[str]:
        """Return the names of the columns, without the index."""
        return [column.name for column in self.columns]


def check(frame: pd.DataFrame, table: Table) -> None:
    """
    Refuse a table that is not what it claims to be, with all its problems in one error.

    Parameters
    ----------
    frame
        The table to look at; more columns than declared are allowed.
    table
        The declaration to hold it against.

    Raises
    ------
    TableError
        If a column is missing or has the wrong type, a value that must be there is missing, an
        amount is below zero, a code is unknown, an id is repeated or missing, or the geometry is
        missing. The message names the rows.

    Examples
    --------
    >>> check(pd.DataFrame({"area_m2": [-1.0]}, index=pd.Index(["A"], name="violation_id")),
    ...       Table("t", "a thing", "", "", _VIOLATION_ID, (_AREA_M2,)))
    Traceback (most recent call last):
    geoenforce.core.errors.TableError: The table 't' (one row per a thing) has area_m2 below zero in ['A'].
    """
    problems = [*_index_problems(frame, table), *_geometry_problems(frame, table)]
    there = set(frame.columns)
    known = there | PERSONAL_COLUMNS  # a table is in order without its names of persons
    missing = [column.name for column in table.columns if column.required and column.name not in known]
    if missing:
        problems.append(f"lacks the columns {missing}; it has {list(frame.columns)}")
    for column in table.columns:
        if column.name in there:
            problems.extend(_column_problems(frame[column.name], column))
    if problems:
        message = f"The table '{table.name}' (one row per {table.row_is}) " + "; ".join(problems) + "."
        raise TableError(message)


def _index_problems(frame: pd.DataFrame, table: Table) -> Iterator[str]:
    if table.index is None:
        return
    if frame.index.name != table.index.name:
        yield f"must be indexed by {table.index.name}, not by {frame.index.name}"
        return
    if frame.index.hasnans:
        yield f"has {int(frame.index.isna().sum())} rows without a {table.index.name}"
    if not frame.index.is_unique:
        repeated = frame.index[frame.index.duplicated()].unique()
        yield f"has the {table.index.name} {some(repeated)} more than once"


def _geometry_problems(frame: pd.DataFrame, table: Table) -> Iterator[str]:
    if not table.geometry:
        return
    import geopandas as gpd  # only tables with geometry need them: `geoenforce grade` starts without
    import shapely

    if not isinstance(frame, gpd.GeoDataFrame):
        yield "has no geometry: a GeoDataFrame is needed"
        return
    shapes = frame.geometry.to_numpy()
    absent = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    if absent.any():
        yield f"has no geometry in {some(frame.index[absent])}"
    if frame.crs is None:
        yield "has no coordinate system: set it with set_crs()"


def _column_problems(values: "pd.Series[Any]", column: Column) -> Iterator[str]:
    absent = np.asarray(values.array.isna(), dtype=bool)
    has_gaps = bool(absent.any())
    if column.filled and has_gaps:
        yield f"has no {column.name} in {some(values.index[absent])}"
    is_plain_text = column.kind is Kind.TEXT and not isinstance(values.dtype, pd.CategoricalDtype)
    there = values[~absent] if has_gaps and (is_plain_text or column.codes) else values
    if not _has_kind(there, column.kind):
        yield f"has {column.name} of type {values.dtype}, but it must be {_WORDS[column.kind]}"
        return
    if column.kind is Kind.AMOUNT and (values < 0).any():
        yield f"has {column.name} below zero in {some(values.index[values < 0])}"
    if column.codes:
        unknown = [code for code in there.unique() if code not in column.codes]
        if unknown:
            yield f"has unknown {column.name} {some(unknown)}; known are {list(column.codes)}"


def _has_kind(values: "pd.Series[Any]", kind: Kind) -> bool:
    types = pd.api.types
    if kind in (Kind.NUMBER, Kind.AMOUNT):
        return bool(types.is_numeric_dtype(values) and not types.is_bool_dtype(values))
    if kind is Kind.INTEGER:
        return bool(types.is_integer_dtype(values))
    if kind is Kind.FLAG:
        return bool(types.is_bool_dtype(values))
    if kind is Kind.DATE:
        return bool(types.is_datetime64_dtype(values))
    if kind is Kind.INSTANT:
        return isinstance(values.dtype, pd.DatetimeTZDtype)
    texts = values.cat.categories if isinstance(values.dtype, pd.CategoricalDtype) else values
    return bool(types.is_string_dtype(texts)) if len(texts) else True


_WORDS = {
    Kind.TEXT: "text",
    Kind.NUMBER: "a number",
    Kind.AMOUNT: "a number",
    Kind.INTEGER: "a whole number",
    Kind.FLAG: "true or false",
    Kind.DATE: "a date (datetime64 without a zone)",
    Kind.INSTANT: "a moment with a time zone",
}


def _mu(land_class: LandClass, **options: Any) -> Column:
    meaning = f"area of class '{land_class}', ellipsoidal, 1 mu = 2000/3 m²"
    return Column(f"{land_class}_mu", Kind.AMOUNT, meaning, land_class.zh, land_class.en, "mu", **options)


def _m2(land_class: LandClass) -> Column:
    meaning = f"area of class '{land_class}', ellipsoidal (CGCS2000)"
    return Column(f"{land_class}_m2", Kind.AMOUNT, meaning, land_class.zh, land_class.en, "m²")


_CODES_STATUS = tuple(status.value for status in Status)
_CODES_SEVERITY = tuple(severity.value for severity in Severity)
_CODES_CLASS = tuple(land_class.value for land_class in LandClass)

_VIOLATION_ID = Column("violation_id", Kind.TEXT, "id of the patch as delivered", "图斑编号", "violation")
_CASE_ID = Column("case_id", Kind.TEXT, "id of the case; a patch without one is its own case", "案件编号", "case")
_AREA_M2 = Column("area_m2", Kind.AMOUNT, "ellipsoidal area of the whole patch (CGCS2000)", "图斑面积", "area", "m²")
_TOWNSHIP = Column("township_code", Kind.TEXT, "division code, 9 digits", "乡镇代码", "township code", filled=False)
_TOWNSHIP_NAME = Column("township_name", Kind.TEXT, "name of the township", "乡镇（街道）", "township", filled=False)
_SOURCE_FILE = Column(
    "source_file", Kind.TEXT, "the file the row came from", "来源文件", "file", required=False, filled=False
)
_ROW = Column("row", Kind.INTEGER, "the row in that file, from 1", "行号", "row", required=False)
_FOUND_ON = Column(
    "found_on",
    Kind.DATE,
    "day the violation was found; decides layers, approvals and the year",
    "发现日期",
    "found on",
    filled=False,
)
_EFFECTIVE = Column(
    "effective_from",
    Kind.DATE,
    "first day the layer is in force; missing: always",
    "生效日期",
    "in force from",
    required=False,
    filled=False,
)

TOWNSHIPS = Table(
    "townships",
    "township",
    "乡镇（街道）",
    "townships",
    Column("township_code", Kind.TEXT, "division code, 9 digits", "乡镇代码", "township code"),
    (
        Column("township_name", Kind.TEXT, "name", "乡镇（街道）", "township"),
        Column("county_code", Kind.TEXT, "division code of the county, 6 digits", "县级代码", "county code"),
        _SOURCE_FILE,
        _ROW,
    ),
    "polygon",
)

LAND = Table(
    "land",
    "polygon of a land layer",
    "土地图层",
    "land layer",
    None,
    (
        Column(
            "parcel_id",
            Kind.TEXT,
            "the layer's own number of the polygon",
            "地类图斑编号",
            "parcel",
            required=False,
            filled=False,
        ),
        Column("land_code", Kind.TEXT, "land-use code DLBM", "地类编码", "land-use code", required=False, filled=False),
        Column("land_name", Kind.TEXT, "land-use name DLMC", "地类名称", "land use", required=False, filled=False),
        Column(
            "is_cultivated",
            Kind.FLAG,
            "whether the code is cultivated land (01xx)",
            "是否耕地",
            "cultivated",
            required=False,
        ),
        Column(
            "ridge_coefficient",
            Kind.AMOUNT,
            "share of the parcel that is field ridge (KCXS), 0 to 1",
            "田坎系数",
            "ridge coefficient",
            required=False,
            filled=False,
        ),
        _EFFECTIVE,
        _SOURCE_FILE,
        _ROW,
    ),
    "polygon",
)

APPROVALS = Table(
    "approvals",
    "approved site",
    "批准用地",
    "approvals",
    None,
    (
        Column("approval_id", Kind.TEXT, "number of the approval document", "批准文号", "approval", filled=False),
        Column("approved_on", Kind.DATE, "day of the approval", "批准日期", "approved on"),
        Column(
            "expires_on",
            Kind.DATE,
            "last day of a temporary approval; missing: none",
            "到期日期",
            "expires on",
            required=False,
            filled=False,
        ),
        _SOURCE_FILE,
        _ROW,
    ),
    "polygon",
)

VIOLATIONS = Table(
    "violations",
    "violation patch",
    "违法图斑",
    "violations",
    _VIOLATION_ID,
    (
        _CASE_ID,
        _FOUND_ON,
        Column("status", Kind.TEXT, "what is known of it", "状态", "status", codes=_CODES_STATUS),
        Column(
            "party",
            Kind.TEXT,
            "the investor or builder (当事人); personal data",
            "当事人",
            "party",
            required=False,
            filled=False,
        ),
        Column(
            "lead_source",
            Kind.TEXT,
            "where the first word came from",
            "线索来源",
            "lead source",
            required=False,
            filled=False,
        ),
        Column(
            "is_dealt_with",
            Kind.FLAG,
            "whether it was penalised already (Art. 34 counts the others)",
            "是否已处理",
            "dealt with",
            required=False,
        ),
        _SOURCE_FILE,
        _ROW,
    ),
    "polygon",
)

AREAS = Table(
    "areas",
    "violation patch",
    "图斑面积",
    "areas",
    _VIOLATION_ID,
    (
        _AREA_M2,
        *(_mu(land_class) for land_class in LandClass),
        *(_m2(land_class) for land_class in LandClass),
        Column(
            "approved_afterwards_mu",
            Kind.AMOUNT,
            "ground covered only by approvals later than found_on; changes no grade",
            "事后补办批准",
            "approved afterwards",
            "mu",
        ),
        Column("case_id", Kind.TEXT, "id of the case", "案件编号", "case", required=False),
        Column("status", Kind.TEXT, "what is known of it", "状态", "status", required=False, codes=_CODES_STATUS),
        Column(
            "found_on", Kind.DATE, "day the violation was found", "发现日期", "found on", required=False, filled=False
        ),
    ),
)

PIECES = Table(
    "pieces",
    "violation × parcel × class × township",
    "地类明细",
    "pieces",
    None,
    (
        _VIOLATION_ID,
        Column("land_class", Kind.TEXT, "the class the piece counts in", "认定类别", "class", codes=_CODES_CLASS),
        Column(
            "parcel_id",
            Kind.TEXT,
            "parcel the piece lies in; missing outside all parcels",
            "地类图斑编号",
            "parcel",
            filled=False,
        ),
        Column("land_code", Kind.TEXT, "land-use code DLBM", "地类编码", "land-use code", filled=False),
        Column("land_name", Kind.TEXT, "land-use name DLMC", "地类名称", "land use", filled=False),
        _TOWNSHIP,
        _AREA_M2,
        Column("area_mu", Kind.AMOUNT, "the same in mu", "面积", "area", "mu"),
        Column("ridge_coefficient", Kind.AMOUNT, "KCXS of the parcel", "田坎系数", "ridge coefficient", filled=False),
        Column("net_area_m2", Kind.AMOUNT, "area without field ridges", "扣除田坎后面积", "net area", "m²"),
    ),
    "polygon",
)

LAND_CODE_AREAS = Table(
    "land code areas",
    "violation × class × land code",
    "地类面积",
    "areas by land code",
    None,
    (
        _VIOLATION_ID,
        Column("land_class", Kind.TEXT, "the class the ground counts in", "认定类别", "class", codes=_CODES_CLASS),
        Column(
            "land_code",
            Kind.TEXT,
            "land-use code DLBM; missing outside all parcels",
            "地类编码",
            "land-use code",
            filled=False,
        ),
        _AREA_M2,
        Column("area_mu", Kind.AMOUNT, "the same in mu", "面积", "area", "mu"),
    ),
)

_CASE_INDEX = Column("case_id", Kind.TEXT, "id of the case (宗)", "案件编号", "case")

#: What is needed to grade a case, and no more.
CASE_AREAS = Table(
    "case areas",
    "case",
    "案件面积",
    "case areas",
    _CASE_INDEX,
    tuple(_mu(land_class) for land_class in COUNTED_CLASSES),
)

CASES = Table(
    "cases",
    "case",
    "案件",
    "cases",
    _CASE_INDEX,
    (
        _TOWNSHIP,
        _TOWNSHIP_NAME,
        Column("year", Kind.INTEGER, "calendar year of found_on", "年度", "year"),
        Column(
            "status",
            Kind.TEXT,
            "confirmed, or suspected where no patch is confirmed",
            "状态",
            "status",
            codes=("confirmed", "suspected"),
        ),
        Column("severity", Kind.TEXT, "grade after Art. 36", "情节", "severity", codes=_CODES_SEVERITY),
        Column(
            "decided_by",
            Kind.TEXT,
            "land class that decided; missing where ordinary",
            "认定地类",
            "decided by",
            filled=False,
            codes=_CODES_CLASS,
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
        *(_mu(land_class) for land_class in LandClass),
        Column("violations", Kind.INTEGER, "number of patches counted", "图斑数", "patches"),
        _FOUND_ON,
        Column(
            "party",
            Kind.TEXT,
            "the investor or builder (当事人); personal data",
            "当事人",
            "party",
            required=False,
            filled=False,
        ),
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
        _CASE_ID,
        Column("land_class", Kind.TEXT, "class compared", "地类", "class", codes=_CODES_CLASS),
        Column("severity", Kind.TEXT, "grade the limit leads to", "情节", "severity", codes=_CODES_SEVERITY),
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
        *(_mu(land_class) for land_class in COUNTED_CLASSES),
        Column(
            "severity",
            Kind.TEXT,
            "grade of the sum (Art. 34), beside the cases' own",
            "累计情节",
            "severity",
            codes=_CODES_SEVERITY,
        ),
    ),
)

ISSUES = Table(
    "issues",
    "problem met on the way",
    "数据问题",
    "issues",
    None,
    (
        Column("file", Kind.TEXT, "file", "文件", "file", filled=False),
        Column("layer", Kind.TEXT, "layer of the file", "图层", "layer", filled=False),
        Column(
            "row",
            Kind.INTEGER,
            "row in it, from 1; missing where it concerns the whole file",
            "行号",
            "row",
            filled=False,
        ),
        Column("feature", Kind.TEXT, "id of the feature, where it has one", "要素编号", "feature", filled=False),
        Column("problem", Kind.TEXT, "code of the problem", "问题代码", "problem"),
        Column("detail", Kind.TEXT, "what was found, in a sentence", "说明", "detail"),
        Column(
            "action",
            Kind.TEXT,
            "what became of the row",
            "处理",
            "action",
            codes=tuple(action.value for action in Action),
        ),
    ),
)

#: Every table of geoenforce; the data dictionary lists them in this order.
TABLES = (TOWNSHIPS, LAND, APPROVALS, VIOLATIONS, AREAS, PIECES, CASES, COMPARISONS, PARTIES, ISSUES)


def empty(table: Table) -> Any:
    """
    Build a table without rows, in order for every stage and output.

    Examples
    --------
    >>> check(empty(PARTIES), PARTIES)
    >>> check(empty(TOWNSHIPS), TOWNSHIPS)
    """
    columns = {column.name: pd.Series(dtype=_DTYPES[column.kind]) for column in table.columns}
    index = None if table.index is None else pd.Index([], dtype="str", name=table.index.name)
    frame = pd.DataFrame(columns, index=index)
    if not table.geometry:
        return frame
    import geopandas as gpd

    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries([], index=frame.index), crs=4490)


_DTYPES = {
    Kind.TEXT: "str",
    Kind.NUMBER: "float64",
    Kind.AMOUNT: "float64",
    Kind.INTEGER: "int64",
    Kind.FLAG: "bool",
    Kind.DATE: "datetime64[s]",
    Kind.INSTANT: "datetime64[s, Asia/Shanghai]",
}


def issues_table(rows: "list[dict[str, Any]] | None" = None) -> pd.DataFrame:
    """
    Build an issues table from rows that may leave out what does not apply.

    Examples
    --------
    >>> rows = [{"file": "a.shp", "row": 3, "problem": "empty_geometry",
    ...          "detail": "The geometry is empty.", "action": "rejected"}]
    >>> issues_table(rows)[["file", "row", "problem"]].to_dict("records")
    [{'file': 'a.shp', 'row': 3, 'problem': 'empty_geometry'}]
    """
    frame = pd.DataFrame(rows or [], columns=ISSUES.names)
    frame["row"] = frame["row"].astype("Int64")
    for column in ISSUES.columns:
        if column.kind is Kind.TEXT:
            frame[column.name] = frame[column.name].astype("str")
    return frame
