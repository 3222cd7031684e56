"""Columns that more than one table of accountability has."""

from geoenforce.core.accountability_terms import Level
from geoenforce.core.tables import Column, Kind


def text(name: str, meaning: str, zh: str, en: str, *, filled: bool = True, required: bool = True) -> Column:
    """Declare a column of texts."""
    return Column(name, Kind.TEXT, meaning, zh, en, required=required, filled=filled)


def date(name: str, meaning: str, zh: str, en: str, *, filled: bool = True) -> Column:
    """Declare a column of days."""
    return Column(name, Kind.DATE, meaning, zh, en, filled=filled)


NOTE = text("note", "anything else", "备注", "note", filled=False)
OFFICE = text("office", "division code, or id of a department, individual or case", "责任单位", "office")
OFFICE_NAME = text("office_name", "its name", "责任单位名称", "office name", filled=False)
LEVEL = Column("level", Kind.TEXT, "what kind of subject the office is", "层级", "level", codes=Level.codes())
LEVEL_GIVEN = Column(
    "level",
    Kind.TEXT,
    "kind of subject, where the office does not tell",
    "层级",
    "level",
    filled=False,
    codes=Level.codes(),
)
YEAR = Column("year", Kind.INTEGER, "calendar year", "年度", "year")
REGULATION = text("regulation", "id of the regulation", "规定", "regulation")
RULE = text("rule", "id of the rule in the regulation file", "规则编号", "rule")
ARTICLE = text("article", "article, as printed", "条", "article")
ITEM = text("item", "item of the article, as printed; missing where it has none", "项", "item", filled=False)
CITATION = text("citation", "document, article and item", "依据", "source")
CASE = text("case_id", "the case it belongs to", "案件编号", "case", filled=False)
