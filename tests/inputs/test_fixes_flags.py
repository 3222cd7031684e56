"""What is wrong with a fix is said, and the fix stays."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoenforce.core.errors import FormatError
from geoenforce.inputs import fix_flags
from geoenforce.inputs.fix_flags import flag_fixes
from geoenforce.inputs.fixes import read_fixes
from tests.inputs import tracks
from tests.inputs.test_fixes_formats import written


def flags_of(minutes, *, is_recording=True, device="XJ-01", places=None, segment=1):
    """The flags of fixes at these minutes after eight, each at a place of its own unless places are given."""
    count = len(minutes)
    fixes = pd.DataFrame(
        {
            "source_file": "a",
            "device_id": device,
            "segment": segment,
            "recorded_at": pd.Timestamp("2026-04-02 08:00", tz="Asia/Shanghai") + pd.to_timedelta(minutes, unit="min"),
            "longitude": places or [116.37 + 1e-4 * number for number in range(count)],
            "latitude": 23.55,
            "has_bad_checksum": False,
            "has_no_fix": False,
            "is_recording": is_recording,
        }
    )
    return flag_fixes(fixes).astype("str").fillna("").to_list()


def test_one_wild_time_in_the_future_does_not_condemn_all_that_follow():
    assert flags_of([0, 1, 90_000, 2, 3]) == ["", "", "backward_time", "", ""]


def test_a_clock_set_back_loses_the_fewest_fixes():
    assert flags_of([0, 1, 2, 3, 1.5, 4]) == ["", "", "", "", "backward_time", ""]


def test_equal_times_do_not_run_backward():
    assert flags_of([0, 1, 1, 2]) == [""] * 4


def test_a_file_with_the_newest_fix_first_is_in_order():
    assert flags_of([5, 4, 3, 2]) == [""] * 4
    assert flags_of([9, 8, 20, 7, 6]) == ["", "", "backward_time", "", ""]


def test_each_segment_and_each_device_has_its_own_clock():
    assert flags_of([5, 6, 0, 1], segment=[1, 1, 2, 2]) == [""] * 4
    assert flags_of([5, 0, 6, 1], device=["A", "B", "A", "B"]) == [""] * 4


def test_a_table_sorted_by_something_else_has_no_backward_times():
    minutes = [*range(50, 100), *range(50)]

    assert flags_of(minutes, is_recording=False) == [""] * 100
    assert flags_of(minutes, is_recording=True).count("backward_time") == 50


def test_a_table_with_few_backward_times_has_them_flagged():
    assert flags_of([0, 1, 0.5, 2], is_recording=False).count("backward_time") == 1


def test_the_same_device_time_and_place_count_once():
    places = [116.37, 116.37, 116.37, 116.38]

    assert flags_of([0, 0, 1, 1], places=places) == ["", "duplicate", "", ""]
    assert flags_of([0, 0, 1, 1], places=places, device=["A", "B", "A", "B"]) == [""] * 4


@given(st.lists(st.integers(0, 30), min_size=1, max_size=25))
def test_without_the_flagged_fixes_time_runs_forward_and_no_fewer_would_do(minutes):
    flags = flags_of(minutes)
    kept = [minute for minute, flag in zip(minutes, flags, strict=True) if not flag]
    steps = np.diff(minutes)
    is_newest_first = bool((steps < 0).sum() > (steps > 0).sum())

    rises = minutes[::-1] if is_newest_first else minutes
    longest = [1] * len(rises)  # the schoolbook way, quadratic
    for at in range(len(rises)):
        longest[at] = 1 + max([longest[before] for before in range(at) if rises[before] <= rises[at]], default=0)

    assert kept == sorted(kept, reverse=is_newest_first)
    assert len(kept) == max(longest)


@pytest.mark.parametrize(
    "row",
    ["2026-04-02 08:10,,23.55", "2026-04-02 08:10,0,0", "2026-04-02 08:10,east,23.55", "2026-04-02 08:10,181,23.55",
     "2026-04-02 08:10,116.37,-91"],
)  # fmt: skip
def test_nowhere_is_no_position(tmp_path, row):
    path = written(tmp_path, "a.csv", tracks.csv(rows=["2026-04-02 08:09,116.37,23.55", row]))

    reading = read_fixes(path)

    assert reading.table["flag"].astype("str").fillna("").to_list() == ["", "no_position"]
    assert reading.issues.set_index("problem").loc["no_position", "row"] == 3


@pytest.mark.parametrize(
    "moment", ["", "soon", "2026-04-02", "1970-01-01T00:00:00Z", "2026-02-30 08:10", "2026-04-02 24:10"]
)
def test_a_time_that_is_none_or_was_never_set_is_no_time(tmp_path, moment):
    path = written(tmp_path, "a.csv", tracks.csv(rows=["2026-04-02 08:09,116.37,23.55", f"{moment},116.37,23.55"]))

    reading = read_fixes(path)

    assert reading.table["flag"].astype("str").fillna("").to_list() == ["", "no_time"]
    assert reading.counts.flagged == 1


def test_what_a_time_looks_like_that_cannot_be_read_is_told(tmp_path):
    path = written(tmp_path, "a.csv", tracks.csv(rows=["2026-04-02 08:09,116.37,23.55", "02/04/26,116.37,23.55"]))

    issue = read_fixes(path).issues.set_index("problem").loc["unreadable_time"]

    assert (issue["row"], issue["detail"]) == (3, "1 times cannot be read: ['02/04/26'] in the rows [3].")


def test_the_issues_have_one_row_per_file_and_flag_with_the_count_and_first_rows(tmp_path):
    times = [None] * 7 + ["2026-04-02T00:10:00Z"]
    for name in ("a.gpx", "b.gpx"):
        written(tmp_path, name, tracks.gpx(times, places=[(116.37 + 0.001 * n, 23.55) for n in range(8)]))

    issues = read_fixes(tmp_path).issues
    told = issues[issues["problem"] == "no_time"]

    assert told["file"].to_list() == [f"{tmp_path.as_posix()}/{name}" for name in ("a.gpx", "b.gpx")]
    assert (
        told["detail"].to_list()
        == [
            "7 of 8 fixes have no time, or one before 1980: in the rows [1, 2, 3, 4, 5] and 2 more. "
            "They are kept and not used."
        ]
        * 2
    )


def test_a_repeated_upload_under_the_same_device_is_flagged_whole(tmp_path):
    for name in ("a.gpx", "b.gpx"):
        written(tmp_path, name, tracks.gpx())

    reading = read_fixes(tmp_path, device_id="XJ-01")

    assert reading.table["flag"].astype("str").fillna("").to_list() == [""] * 3 + ["duplicate"] * 3
    assert (reading.counts.read, reading.counts.accepted, reading.counts.flagged) == (6, 3, 3)


@settings(max_examples=12)  # each writes a file
@given(st.lists(st.sampled_from(["", "2026-04-02 08:10:00", "2026-04-02 08:11:00", "?"]), min_size=1, max_size=8))
def test_every_line_of_a_table_comes_out_flagged_or_not(tmp_path_factory, times):
    times = [*times, "2026-04-02 08:12:00"]
    path = written(
        tmp_path_factory.mktemp("track"), "a.csv", tracks.csv(rows=[f"{time},116.37,23.55" for time in times])
    )

    reading = read_fixes(path)

    assert reading.table["row"].to_list() == list(range(2, len(times) + 2))
    assert reading.counts.read == reading.counts.accepted + reading.counts.flagged == len(times)
    assert reading.table["recorded_at"].isna().sum() == sum(time in ("", "?") for time in times)


@given(st.integers(0, 2**32 - 1), st.integers(1, 30))
@settings(max_examples=30, deadline=None)
def test_a_part_at_a_time_gives_the_same_flags_as_all_at_once(seed, at_once):
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 80))
    fixes = pd.DataFrame(
        {
            "source_file": rng.choice(["a", "b", "c"], count),
            "device_id": rng.choice(["A", "B", None], count),
            "segment": 1,
            "recorded_at": pd.Timestamp("2026-04-02 08:00", tz="Asia/Shanghai")
            + pd.to_timedelta(np.where(rng.random(count) < 0.5, rng.integers(0, 9, count), np.arange(count)), unit="s"),
            "longitude": 116.4 + rng.integers(0, 2, count) * 0.001,
            "latitude": np.where(rng.random(count) < 0.1, np.nan, 23.5),
            "has_bad_checksum": rng.random(count) < 0.1,
            "has_no_fix": False,
            "is_recording": rng.random() < 0.5,
        }
    )
    whole = flag_fixes(fixes).astype("str")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fix_flags, "_AT_ONCE", at_once)
        pd.testing.assert_series_equal(flag_fixes(fixes).astype("str"), whole)

    first = fixes[~fixes["has_bad_checksum"]]
    alike = first[["device_id", "recorded_at", "longitude", "latitude"]].duplicated()
    assert (whole[alike.index][alike].isin(["duplicate", "no_position"])).all()


def test_times_run_backward_in_the_last_of_many_files():
    """The numbers of 130 files go beyond what a byte counts to."""
    minutes = [0, 1, 90, 2, 3]
    parts = [
        pd.DataFrame({"source_file": f"{number:03}.gpx", "minute": minutes, "longitude": 116.3 + number * 0.001})
        for number in range(130)
    ]
    fixes = pd.concat(parts, ignore_index=True).assign(
        device_id="XJ-01", segment=1, latitude=23.5, has_bad_checksum=False, has_no_fix=False, is_recording=True
    )
    fixes["recorded_at"] = pd.Timestamp("2026-04-02", tz="Asia/Shanghai") + pd.to_timedelta(fixes["minute"], unit="min")
    fixes["source_file"] = fixes["source_file"].astype("category")

    assert flag_fixes(fixes).astype("str").fillna("").to_list() == ["", "", "backward_time", "", ""] * 130


HEADER = "定位时间,经度,纬度"


@pytest.mark.parametrize(
    ("lines", "problem", "says"),
    [
        ([HEADER], "empty_file", "只有表头"),
        ([HEADER, ",116.37,23.55", ",116.38,23.55"], "no_usable_fix", "2 个定位点都不可用"),
        ([HEADER, "2026-04-09 07:30:00,,"], "no_usable_fix", "1 个定位点都不可用"),
    ],
)
def test_a_track_without_a_usable_fix_is_named_and_says_what_is_missing(tmp_path, lines, problem, says):
    (tmp_path / "a.csv").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "b.csv").write_text("\n".join([HEADER, "2026-04-09 07:30:00,116.37,23.55"]), encoding="utf-8")

    issues = read_fixes(tmp_path).issues.set_index("problem")

    assert issues.loc[problem, "file"].endswith("a.csv")
    assert (
        "Export the track again" in issues.loc[problem, "detail"]
        or "export the track again" in issues.loc[problem, "detail"]
    )
    assert says in issues.loc[problem, "detail_zh"]
    assert "缺少这次巡查的轨迹" in issues.loc[problem, "detail_zh"]


def test_a_file_that_was_uploaded_twice_is_not_missing(tmp_path):
    lines = [HEADER, *(f"2026-04-09 07:30:0{second},116.37{second},23.55" for second in range(3))]
    for name in ("a_XJ-01.csv", "b_XJ-01.csv"):
        (tmp_path / name).write_text("\n".join(lines), encoding="utf-8")

    issues = read_fixes(tmp_path, device_id="XJ-01").issues

    assert (issues["problem"] == "duplicate").any()
    assert not (issues["problem"] == "no_usable_fix").any()


@pytest.mark.parametrize("nothing", ["", " \n\n"])
def test_a_track_file_without_anything_is_refused_by_its_name(tmp_path, nothing):
    (tmp_path / "a.csv").write_text(nothing, encoding="utf-8")

    with pytest.raises(FormatError, match=r"a\.csv is empty \(文件为空\).*Export the track again"):
        read_fixes(tmp_path / "a.csv")
