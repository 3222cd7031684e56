"""The sentences and headings of the patrol report."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from itertools import groupby

from geoenforce.outputs.documents.model import day_in_words
from geoenforce.outputs.patrol_report.words_en import EN
from geoenforce.outputs.patrol_report.words_zh import ZH

#: Sentences and headings by language and key.
WORDS = {"zh": ZH, "en": EN}
_WEEKDAYS = {"zh": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}


def weekday(day: date, lang: str) -> str:
    """
    Name a day of the week.

    Examples
    --------
    >>> weekday(date(2026, 3, 2), "zh"), weekday(date(2026, 3, 8), "en")
    ('一', 'Sun')
    """
    return _WEEKDAYS[lang][day.weekday()]


def dates_in_words(days: Iterable[date], lang: str) -> str:
    """
    List days month by month.

    Examples
    --------
    >>> days = [date(2026, 4, 2), date(2026, 4, 10), date(2026, 5, 8)]
    >>> dates_in_words(days, "zh"), dates_in_words(days, "en")
    ('4月2日、10日；5月8日', '2, 10 April; 8 May')
    """
    parts = []
    for _, of_month in groupby(sorted(days), key=lambda day: (day.year, day.month)):
        one = list(of_month)
        if lang == "zh":
            parts.append(f"{one[0].month}月" + "、".join(f"{day.day}日" for day in one))
        else:
            parts.append(f"{', '.join(str(day.day) for day in one)} {day_in_words(one[0], 'en').split()[1]}")
    return ("；" if lang == "zh" else "; ").join(parts)


def months_in_words(days: Iterable[date], lang: str) -> str:
    """
    Count days month by month, where there are too many to be listed.

    Examples
    --------
    >>> days = [date(2026, 4, 2), date(2026, 4, 10), date(2026, 5, 8)]
    >>> months_in_words(days, "zh"), months_in_words(days, "en")
    ('4月 2 天、5月 1 天', 'Apr 2, May 1')
    """
    counts = Counter(f"{day:%Y-%m}" for day in sorted(days))
    if lang == "zh":
        return "、".join(f"{month_name(month, lang)} {count} 天" for month, count in counts.items())
    return ", ".join(f"{month_name(month, lang)} {count}" for month, count in counts.items())


def month_name(month: str, lang: str) -> str:
    """
    Name a month of a year that is known.

    Examples
    --------
    >>> month_name("2026-03", "zh"), month_name("2026-03", "en")
    ('3月', 'Mar')
    """
    first = date.fromisoformat(f"{month}-01")
    return f"{first.month}月" if lang == "zh" else day_in_words(first, lang).split()[1][:3]
