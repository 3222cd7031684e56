"""Columns that more than one table has."""

from geoenforce.core.tables.columns import Column, Kind
from geoenforce.core.terms import LandClass

VIOLATION_ID = Column("violation_id", Kind.TEXT, "id of the patch as delivered", "图斑编号", "violation")
CASE_ID = Column("case_id", Kind.TEXT, "id of the case; a patch without one is its own case", "案件编号", "case")
AREA_M2 = Column("area_m2", Kind.AMOUNT, "ellipsoidal area of the whole patch (CGCS2000)", "图斑面积", "area", "m²")
TOWNSHIP = Column("township_code", Kind.TEXT, "division code, 9 digits", "乡镇代码", "township code", filled=False)
TOWNSHIP_NAME = Column("township_name", Kind.TEXT, "name of the township", "乡镇（街道）", "township", filled=False)
SOURCE_FILE = Column(
    "source_file", Kind.TEXT, "the file the row came from", "来源文件", "file", required=False, filled=False
)
ROW = Column("row", Kind.INTEGER, "the row in that file, from 1", "行号", "row", required=False)
PARTY = Column(
    "party",
    Kind.TEXT,
    "the investor or builder (当事人); personal data",
    "当事人",
    "party",
    required=False,
    filled=False,
)
FOUND_ON = Column(
    "found_on",
    Kind.DATE,
    "day the violation was found; decides layers, approvals and the year",
    "发现日期",
    "found on",
    filled=False,
)


def class_mu(land_class: LandClass) -> Column:
    """Declare the area of a class in mu."""
    meaning = f"area of class '{land_class}', ellipsoidal, 1 mu = 2000/3 m²"
    return Column(f"{land_class}_mu", Kind.AMOUNT, meaning, land_class.zh, land_class.en, "mu")


def class_m2(land_class: LandClass) -> Column:
    """Declare the area of a class in m²."""
    meaning = f"area of class '{land_class}', ellipsoidal (CGCS2000)"
    return Column(f"{land_class}_m2", Kind.AMOUNT, meaning, land_class.zh, land_class.en, "m²")
