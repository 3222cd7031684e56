"""Moments in every writing."""

import pandas as pd
import pytest

from geoenforce.core.errors import ConfigError
from geoenforce.inputs.instants import as_instants, joined, zone_of

SHANGHAI = zone_of("Asia/Shanghai")
EIGHT_TEN = "2026-04-02 08:10:05+08:00"


@pytest.mark.parametrize(
    "text",
    [
        "2026-04-02T08:10:05", "2026-04-02 08:10:05", "2026/4/2 8:10:05", "2026.4.2 8:10:05", "2026年4月2日 8:10:05",
        "2026年4月2日8时10分5秒", "2026年04月02日上午08:10:05", "２０２６-04-02 08:10:05", "20260402081005",
        "2026-04-02T00:10:05Z", "2026-04-02T08:10:05+08:00", "2026-04-02T03:10:05+0300", "2026-04-02 00:10:05 UTC",
        "2026/4/2 3:10:05 +03:00", "1775088605", "1775088605000", "1775088605000000", " 2026-04-02 08:10:05 ",
        "2026-4-2 8:10:05",
    ],
)  # fmt: skip
def test_a_moment_in_any_writing_is_the_same(text):
    assert str(as_instants(pd.Series([text]), SHANGHAI).moments[0]) == EIGHT_TEN


def test_an_excel_day_with_a_fraction_is_a_moment():
    # 46114 is 2 April 2026 in Excel; 8:10:05 is (8 * 3600 + 10 * 60 + 5) / 86400 = 29405 / 86400 of a day
    assert str(as_instants(pd.Series([46114 + 29405 / 86400]), SHANGHAI).moments[0]) == EIGHT_TEN


@pytest.mark.parametrize(
    "text", ["2026/4/2 下午2:10", "2026-04-02 2:10 PM", "2026年4月2日14时10分", "2026-04-02 14:10"]
)
def test_the_afternoon_is_after_noon(text):
    assert str(as_instants(pd.Series([text]), SHANGHAI).moments[0]) == "2026-04-02 14:10:00+08:00"


@pytest.mark.parametrize("text", ["上午12:05", "12:05 AM"])
def test_twelve_in_the_morning_is_midnight(text):
    assert joined(pd.Series(["2026-04-02"]), pd.Series([text]))[0] == "2026-04-02T00:05:00"


@pytest.mark.parametrize("text", ["2026-04-02", "20260402", "08:10", "2/4/2026 08:10", "2026-04-02T08:10:05+8", "soon", "", "2026-13-01 08:10",
                                  "2026-04-02 08:61"])  # fmt: skip
def test_what_is_no_moment_is_missing(text):
    assert as_instants(pd.Series([text]), SHANGHAI).moments.isna()[0]


def test_only_times_without_a_zone_are_naive():
    texts = pd.Series(["2026-04-02T08:10:05", "2026-04-02T08:10:05Z", "1775088605", "2026/4/2 8:10", "x", None])

    assert as_instants(texts, SHANGHAI).is_naive.to_list() == [True, False, False, True, False, False]


def test_an_hour_that_the_clocks_skipped_or_repeated_is_missing():
    berlin = zone_of("Europe/Berlin")  # 29 March 2026 has no 02:30; 25 October 2026 has it twice

    moments = as_instants(
        pd.Series(["2026-03-29 02:30:00", "2026-10-25 02:30:00", "2026-03-29 03:30:00"]), berlin
    ).moments

    assert moments.isna().to_list() == [True, True, False]


def test_datetimes_with_and_without_a_zone_are_taken_as_they_are():
    zoned = pd.Series(pd.to_datetime(["2026-04-02T00:10:05Z"]))

    assert str(as_instants(zoned, SHANGHAI).moments[0]) == EIGHT_TEN
    assert str(as_instants(zoned.dt.tz_localize(None), zone_of("UTC")).moments[0]) == EIGHT_TEN


@pytest.mark.parametrize("name", ["Asia/Jieyang", "", "+08:00", "../etc"])
def test_a_zone_that_is_none_is_refused(name):
    with pytest.raises(ConfigError, match=r'There is no time zone .* time_zone = "Asia/Shanghai"'):
        zone_of(name)
