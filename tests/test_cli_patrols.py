"""`geoenforce patrols` on files of tracks that give nothing."""

import json
from pathlib import Path

from tests.command_line import call


def test_patrols_names_the_files_that_give_no_fix(tmp_path):
    (tmp_path / "a.csv").write_text("定位时间,经度,纬度\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("", encoding="utf-8")
    (tmp_path / "c.csv").write_text("定位时间,经度,纬度\n2026-04-09 07:30:00,116.37,23.55\n", encoding="utf-8")

    said, english = call("patrols", tmp_path), call("patrols", tmp_path, "--lang", "en")
    counted = json.loads(call("patrols", tmp_path, "--json"))

    assert "没有可用定位点的文件 2 个：" in said
    assert "a.csv：文件中没有定位点：只有表头或没有内容，缺少这次巡查的轨迹，请重新导出。" in said
    assert "b.csv：文件未读取。" in said
    assert "files without a usable fix: 2" in english
    assert "c.csv" not in said + english
    assert [Path(file).name for file in counted["files_without_fixes"]] == ["a.csv", "b.csv"]
