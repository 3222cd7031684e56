"""The other language inside the file is the same as a map written in that language."""

import json
import re
from dataclasses import replace

from geoenforce.outputs.map_side_words import PAGE_WORDS, SIDE_WORDS, TREND_WORDS
from geoenforce.outputs.maps import write_map


def data_in(results, folder, lang):
    write_map(results, folder / "map.html", lang)
    page = (folder / "map.html").read_text(encoding="utf-8")
    return json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1])


def changed(value, changes):
    if isinstance(changes, list):
        return changes[0]
    copy = dict(enumerate(value)) if isinstance(value, list) else dict(value)
    for key, change in changes.items():
        own = int(key) if isinstance(value, list) else key
        copy[own] = changed(copy[own], change)
    return list(copy.values()) if isinstance(value, list) else copy


def test_the_differences_make_the_other_language_out_of_the_first(patrolled, answered, tmp_path):
    full = replace(patrolled, accountability=answered.accountability)
    zh, en = data_in(full, tmp_path, "zh"), data_in(full, tmp_path, "en")
    other, _ = zh.pop("other"), en.pop("other")

    assert other["lang"] == "en"
    assert changed(zh, other["changes"]) == en
    assert "geometry" not in json.dumps(other["changes"])


def test_both_languages_have_the_same_words():
    for words in (SIDE_WORDS, PAGE_WORDS, TREND_WORDS):
        assert words["zh"].keys() == words["en"].keys()
