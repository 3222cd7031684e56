"""What is said of problems with the data, in English and in Chinese; `sentences.toml` has the sentences."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, TypeGuard

from geoenforce.core.errors import some
from geoenforce.core.terms import Term

_MOST = 5


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, or a part of one, in both languages."""

    en: str
    zh: str

    def filled(self, count: int, listed: tuple[str, ...]) -> "Sentence":
        """
        Fill in what was left open until it could be added up: {count} and {listed}.

        Examples
        --------
        >>> say("dropped_dimension", axis="Z", count="{count}").filled(2, ()).en
        '2 shapes have Z values; they were dropped.'
        """
        values: dict[str, Any] = ({"count": count} if count else {}) | ({"listed": listed} if listed else {})
        en, zh = self.en, self.zh
        for name, value in values.items():
            en = en.replace(f"{{{name}}}", str(_in_english(value)))
            zh = zh.replace(f"{{{name}}}", str(_in_chinese(value)))
        return Sentence(en, zh)


def say(key: str, **values: Any) -> Sentence:
    """
    Say a sentence of `sentences.toml` in both languages.

    Parameters
    ----------
    key
        Its name there.
    values
        What stands in it; of lists the first few are named, terms and parts of sentences are said in each language.

    Examples
    --------
    >>> say("rows_without_coordinates", rows=[3, 4]).en, say("rows_without_coordinates", rows=[3, 4]).zh
    ('The rows [3, 4] have no coordinates.', '第 3、4 行没有坐标。')
    """
    english, chinese = sentences()[key]
    en = english.format(**{name: _in_english(value) for name, value in values.items()})
    zh = chinese.format(**{name: _in_chinese(value) for name, value in values.items()})
    return Sentence(en, zh)


def word(text: str) -> Sentence:
    """
    Name what stands inside of sentences; what has no Chinese name stands as it is.

    Examples
    --------
    >>> word("longitude"), word("line 3, column 7")
    (Sentence(en='longitude', zh='经度'), Sentence(en='line 3, column 7', zh='line 3, column 7'))
    """
    return Sentence(text, _read()["words"].get(text, text))


def named(code: str, terms: type[Term]) -> Sentence:
    """
    Name a code of a list: in English the code itself stands, as in the files.

    Examples
    --------
    >>> from geoenforce.core.terms import Severity
    >>> named("serious", Severity).zh, named("grave", Severity).zh
    ('情节严重', 'grave')
    """
    return Sentence(code, terms.of(code).zh if code in set(terms) else code)


def naming(values: Iterable[object], most: int = _MOST) -> Sentence:
    """
    List the first few values and say how many there are.

    Examples
    --------
    >>> naming(["A", "B"]), naming(range(7), most=2).zh
    (Sentence(en="['A', 'B']", zh='A、B'), '0、1…（共 7 个）')
    """
    every = list(values)
    more = f"…（共 {len(every)} 个）" if len(every) > most else ""
    return Sentence(some(every, most), "、".join(str(one) for one in every[:most]) + more)


def listed(parts: Iterable[Sentence]) -> Sentence:
    """
    Put parts behind each other.

    Examples
    --------
    >>> listed([word("longitude"), word("latitude")])
    Sentence(en='longitude; latitude', zh='经度；纬度')
    """
    all_parts = list(parts)
    return Sentence("; ".join(part.en for part in all_parts), "；".join(part.zh for part in all_parts))


@lru_cache(maxsize=1)
def sentences() -> Mapping[str, tuple[str, str]]:
    """
    Return all sentences by their key, English first.

    Examples
    --------
    >>> sentences()["empty_geometry"]
    ('The geometry is empty.', '图形为空。')
    """
    return {key: (english, chinese) for key, (english, chinese) in _read()["sentences"].items()}


@lru_cache(maxsize=1)
def _read() -> dict[str, Any]:
    text = files("geoenforce.core").joinpath("sentences.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _in_english(value: Any) -> Any:
    if isinstance(value, Sentence | Term):
        return value.en
    return naming(value).en if _is_list(value) else value


def _in_chinese(value: Any) -> Any:
    if isinstance(value, Sentence | Term):
        return value.zh
    return naming(value).zh if _is_list(value) else value


def _is_list(value: Any) -> TypeGuard[Iterable[object]]:
    return not isinstance(value, str) and isinstance(value, Iterable)
