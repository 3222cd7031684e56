"""What the registers of one kind hold, and the words that people write for codes."""

import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

from geoenforce.core.tables import Column, Table
from geoenforce.core.terms import Term
from geoenforce.inputs.columns import plain
from geoenforce.rules.regulation import Regulation


@dataclass(frozen=True)
class Form:
    """How the registers of one kind are read; what is not said here stands in the declaration of the table."""

    kind: str  # of columns.toml
    table: Table
    needed: Collection[str]  # the columns without which a sheet is of no use
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # column → word, as `plain` has it → code
    open_words: Collection[str] = ()  # columns whose unknown words are kept as they are written
    key: tuple[str, ...] = ()  # columns in which no two rows may agree

    def is_needed(self, column: Column) -> bool:
        """Tell whether a row without the column is of no use; an id that is only a number can be made up."""
        return column.filled and (column is not self.table.index or column.name in self.needed)


def term_words(
    terms: Iterable[Term], variants: Mapping[str, Iterable[str]], names: Mapping[str, str] | None = None
) -> dict[str, str]:
    """
    List the words for the codes of terms.

    Parameters
    ----------
    terms
        The terms that come with geoenforce: code, Chinese and English name are words for them.
    variants
        Code → further words.
    names
        Word → code, of a regulation's own codes; they win.

    Examples
    --------
    >>> from geoenforce.core.accountability_terms import Measure
    >>> words = term_words(Measure, {"interview": ["约谈提醒"]}, {"谈话提醒": "reminder"})
    >>> words["记过"], words["约谈提醒"], words["谈话提醒"]
    ('demerit', 'interview', 'reminder')
    """
    words = {plain(word): term.value for term in terms for word in (term.value, term.zh, term.en)}
    words |= {plain(word): code for code, others in variants.items() for word in others}
    return words | {plain(word): code for word, code in (names or {}).items()}


@lru_cache(maxsize=1)
def known_words() -> Mapping[str, Mapping[str, list[str]]]:
    """
    Return further words for levels, measures and actors, by their codes.

    Examples
    --------
    >>> known_words()["actor"]["police"][0]
    '公安'
    """
    text = files("geoenforce.inputs").joinpath("words.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))


def words_of(regulations: Iterable[Regulation], kind: str) -> dict[str, str]:
    """
    List the words for the codes that regulations add: the code, its Chinese and its English name.

    Parameters
    ----------
    regulations
        The regulations that apply.
    kind
        "declared", "measure", "event" or "actor".

    Returns
    -------
    words
        Word → code, as the readers of registers take it.

    Examples
    --------
    >>> from geoenforce.rules.regulation import load_regulation
    >>> words_of([load_regulation("jieyang-2009")], "declared")["重大违法行为"]
    'major_violation'
    """
    return {
        word: code
        for regulation in regulations
        for code, names in regulation.names.get(kind, {}).items()
        for word in (code, *names)
    }
