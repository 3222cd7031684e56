"""What is wrong in a ``geoenforce.toml``, in words that say what to write instead."""

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

import pydantic

_LINE = re.compile(r"at line (\d+)")
#: What stands in a line that cannot be read, and what to write; the first that fits is told.
_HINTS = (
    (re.compile("[“”‘’＂＝，［］｛｝]"), 'Use the straight signs of English input (请用半角引号和符号): name = "…"'),
    (re.compile(r'"[^"]*\\'), "Write the path with / or in single quotes (路径用 / 或单引号): 'D:\\data\\a.shp'"),
    (re.compile(r"=\s*\d{4}[/.年]"), "A date is written 2026-06-30, without quotes (日期写法)"),
    (re.compile(r"=\s*[^\s\"'\[{\d+\-tfin]"), 'Text stands in straight quotes (文字加半角引号): name = "某某县"'),
    (re.compile(r"^\s*\["), "A section stands once; several of a kind are [[…]], each its own (多个数据源用双方括号)"),
)
_EXPECTED = {
    "bool": "must be true or false, without quotes",
    "date": "must be a date such as 2026-06-30, without quotes (日期)",
    "float": "must be a number, without quotes",
    "int": "must be a whole number, without quotes",
    "string_type": 'must be text in quotes (加引号), such as "445299"',
}
_PERIOD = 'must be "month", "quarter" or "year", or written out: "2026", "2026Q1", "2026-03"'
_PATTERNS = {
    "county_code": 'must be a division code (行政区划代码) of 6, 4 or 2 digits in quotes, such as "445299"',
    "accountability": _PERIOD,
    "patrols": _PERIOD,
}


def not_utf8(content: bytes) -> str:
    """
    Say what a configuration is in, if not in UTF-8.

    Examples
    --------
    >>> not_utf8('name = "某县"'.encode("gb18030"))
    'is not valid TOML in UTF-8: it is in GBK (ANSI). Save it as UTF-8 (记事本：另存为，编码选 UTF-8).'
    """
    said = "UTF-16 (Unicode)" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "GBK (ANSI)"
    try:
        content.decode("utf-16" if "16" in said else "gb18030")
    except UnicodeDecodeError:
        said = "another encoding"
    return f"is not valid TOML in UTF-8: it is in {said}. Save it as UTF-8 (记事本：另存为，编码选 UTF-8)."


def not_toml(text: str, problem: str) -> str:
    r"""
    Say which line cannot be read, and what to write instead.

    Examples
    --------
    >>> print(not_toml("[project]\nname = “某县”", "Invalid value (at line 2, column 8)"))
    is not valid TOML: Invalid value (at line 2, column 8): name = “某县”
    Use the straight signs of English input (请用半角引号和符号): name = "…".
    """
    number = _LINE.search(problem)
    if number is None:
        return f"is not valid TOML: {problem}."
    line = text.splitlines()[int(number[1]) - 1].strip()
    hint = next((f"\n{words}." for pattern, words in _HINTS if pattern.search(line)), "")
    shown = "" if "://" in line else f": {line}"  # an address may hold a password
    return f"is not valid TOML: {problem}{shown}{hint}"


def wrong_values(problem: pydantic.ValidationError, allowed: Callable[[tuple[int | str, ...]], list[str]]) -> list[str]:
    """
    Say of each key that is missing, unknown or wrong what to write; `allowed` names the keys beside an unknown one.

    Examples
    --------
    >>> wrong_values(problem, lambda location: ["path"])  # doctest: +SKIP
    ['townships.pth: unknown key; did you mean 'path'? Allowed here are ['path'].']
    """
    lines = []
    for error in problem.errors():
        if error["type"] == "too_short" and error["input"]:
            continue  # the list is short only because an entry of it is wrong, which is said by itself
        where = ".".join(str(part) for part in error["loc"])
        if error["type"] == "extra_forbidden":
            lines.append(f"{where}: unknown key; {_allowed(str(error['loc'][-1]), allowed(error['loc']))}.")
        elif error["type"] == "missing":
            lines.append(f"{where}: is missing.")
        elif error["loc"][0] == "store":  # what stands there may hold a password
            lines.append(f"{where}: {_expected(error)}.")
        else:
            lines.append(f"{where}: {_expected(error)}, but is {_shown(error['input'])}.")
    return lines


def _allowed(key: str, keys: list[str]) -> str:
    close = get_close_matches(key, keys, n=1, cutoff=0.7)
    meant = f"did you mean '{close[0]}'? " if close else ""
    return f"{meant}{'Allowed' if meant else 'allowed'} here are {keys}"


def _expected(error: Mapping[str, Any]) -> str:
    name = error["loc"][-1]
    if error["type"] == "tuple_type" and isinstance(error["input"], dict):
        return f"there may be several; write [[{name}]] in double brackets (双方括号)"
    if error["type"] == "model_type" and isinstance(error["input"], list):
        return f"there is only one; write [{name}] in single brackets (单方括号)"
    if error["type"] == "string_pattern_mismatch" and name in _PATTERNS:
        return _PATTERNS[name]
    words = next((words for start, words in _EXPECTED.items() if error["type"].startswith(start)), None)
    return words or error["msg"].removeprefix("Value error, ")


def _shown(value: object) -> str:
    return "a section" if isinstance(value, dict) else "a list" if isinstance(value, list) else repr(value)
