"""Find the columns we need under the names they are delivered with."""

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

from geoenforce.core.errors import ConfigError, TableError

#: A unit of area at the end of a name; letters need a bracket or a line before them, for names may end in "ha".
_AREA_UNIT = re.compile(r"[(\[_/]?(万亩|亩|公顷|平方米|平方公里)[)\]]?$|[(\[_/](mu|ha|hm2|m2|km2)[)\]]?$")


@lru_cache(maxsize=1)
def known_names() -> Mapping[str, Mapping[str, list[str]]]:
    """
    Return, for each kind of layer, our columns and the names they are delivered under.

    Examples
    --------
    >>> known_names()["townships"]["township_code"][:2]
    ['township_code', 'XZQDM']
    """
    text = files("geoenforce.inputs").joinpath("columns.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))


def plain(name: object) -> str:
    """
    Reduce a column name to what counts: no case, no full-width signs, no spaces.

    Examples
    --------
    >>> plain("面积（亩）") == plain("面积 (亩)"), plain("ｘｚｑｄｍ ")
    (True, 'xzqdm')
    """
    return "".join(unicodedata.normalize("NFKC", str(name)).casefold().split())


def without_area_unit(name: object) -> tuple[str, str]:
    """
    Split the name of a column, reduced to what counts, from the unit of area behind it; empty where there is none.

    Examples
    --------
    >>> [without_area_unit(name) for name in ("占用耕地面积（公顷）", "面积(m²)", "占用耕地亩数", "alpha")]
    [('占用耕地面积', '公顷'), ('面积', 'm2'), ('占用耕地亩数', ''), ('alpha', '')]
    """
    name = plain(name)
    match = _AREA_UNIT.search(name)
    return (name[: match.start()], match[1] or match[2]) if match else (name, "")


def find_columns(
    delivered: Iterable[object], kind: str, chosen: Mapping[str, str] | None, where: str
) -> dict[str, str]:
    """
    Map our column names to the names the file has; columns that the file lacks are left out.

    Parameters
    ----------
    delivered
        The names in the file.
    kind
        A kind of layer of `known_names`.
    chosen
        What the configuration says, our name to the file's; it wins. An empty name: none of them.
    where
        The file, for messages.

    Raises
    ------
    ConfigError
        If `chosen` has a column that this kind of layer does not have.
    TableError
        If `chosen` names a column that the file does not have.

    Examples
    --------
    >>> find_columns(["xzqdm", "XZQMC", "BZ"], "townships", None, "xzq.shp")
    {'township_code': 'xzqdm', 'township_name': 'XZQMC'}
    """
    names = [str(name) for name in delivered]
    by_plain = {without_area_unit(name)[0]: name for name in reversed(names)}
    by_plain |= {plain(name): name for name in reversed(names)}  # the whole name comes first
    ours = known_names()[kind]
    of_shapes = known_names()["shapes"]  # say where a spreadsheet keeps its shapes, and were used there
    chosen = {name: theirs for name, theirs in (chosen or {}).items() if name not in of_shapes}
    unknown = [name for name in chosen if name not in ours]
    if unknown:
        message = f"{where}: columns has {unknown}, but a file of this kind has {list(ours)}."
        raise ConfigError(message)
    absent = [theirs for theirs in chosen.values() if theirs and plain(theirs) not in by_plain]
    if absent:
        message = f"{where}: columns names {absent}, but the file has {names}.{_without_dbf(where, names)}"
        raise TableError(message)
    found = {}
    for name, candidates in ours.items():
        wanted = [chosen[name]] if name in chosen else candidates
        match = next((by_plain[plain(one)] for one in wanted if plain(one) in by_plain), None)
        if match is not None:
            found[name] = match
    return found


def refuse_missing(
    needed: Collection[str], found: Mapping[str, str], delivered: Iterable[object], kind: str, where: str
) -> None:
    """
    Refuse a file that lacks columns, with the line that would name them.

    Raises
    ------
    TableError
        With what the file has, and what was looked for.

    Examples
    --------
    >>> refuse_missing(["violation_id"], {}, ["OBJECTID", "BH"], "violations", "wp.shp")
    Traceback (most recent call last):
    geoenforce.core.errors.TableError: wp.shp has no column for violation_id (looked for violation_id, JCBH, 监测编号,
    TBBH, 图斑编号, WFDKXH and others); it has ['OBJECTID', 'BH'].
    Say which one it is: columns = { violation_id = "…" }.
    """
    missing = [name for name in needed if name not in found]
    if not missing:
        return
    ours = known_names()[kind]
    sought = "; ".join(
        f"{name} (looked for {', '.join(ours[name][:6])}{' and others' if len(ours[name]) > 6 else ''})"
        for name in missing
    )
    line = ", ".join(f'{name} = "…"' for name in missing)
    message = (
        f"{where} has no column for {sought}; it has {[str(name) for name in delivered]}. "
        f"Say which one it is: columns = {{ {line} }}.{_without_dbf(where, delivered)}"
    )
    raise TableError(message)


def _without_dbf(where: str, delivered: Iterable[object]) -> str:
    """Say where the columns of a shapefile would be, if there are none at all."""
    if any(True for _ in delivered) or not where.lower().endswith(".shp"):
        return ""
    return " They stand in the .dbf, which is missing (缺少 .dbf): deliver .shp, .shx, .dbf and .prj together."


def personal_columns(delivered: Iterable[object], kind: str) -> list[str]:
    """
    Return the columns with personal data, which are dropped at the door.

    Examples
    --------
    >>> personal_columns(["BSM", "ZRRZJHM", "lxdh"], "basic_farmland")
    ['ZRRZJHM', 'lxdh']
    """
    personal = {plain(name) for name in known_names()["personal"].get(kind, [])}
    return [str(name) for name in delivered if plain(name) in personal]
