import base64
import hashlib
import json
import re

import pytest

from geoenforce.outputs.offline import json_for_html, leaflet_script, leaflet_style, own_file, seal


@pytest.mark.parametrize("text", ["</script><script>", "<!--", "]]>", "a & b", "\u2028\u2029", '"\\'])
def test_json_cannot_leave_its_element_and_reads_back_the_same(text):
    written = json_for_html({"name": text})

    assert not set("<>&\u2028\u2029") & set(written)
    assert json.loads(written) == {"name": text}


def test_json_refuses_what_no_browser_reads():
    with pytest.raises(ValueError, match="Out of range float"):
        json_for_html({"area": float("nan")})


def test_leaflet_comes_whole_from_its_package():
    assert "L.Map" in leaflet_script() or ".Map=" in leaflet_script()
    assert "</script" not in leaflet_script()
    assert {url[:14] for url in re.findall(r"url\(([^#)]+)", leaflet_style())} == {"data:image/png"}
    assert "</style" not in leaflet_style() + own_file("map.css")
    assert "</script" not in own_file("map.js") + own_file("map_signs.js")


def test_the_policy_names_each_script_and_style_by_its_hash():
    page = seal("<html><head><style>a{}</style></head><script>run()</script></html>", "t", "zh")

    script = base64.b64encode(hashlib.sha256(b"run()").digest()).decode()
    style = base64.b64encode(hashlib.sha256(b"a{}").digest()).decode()
    assert f"default-src 'none'; script-src 'sha256-{script}'; style-src 'sha256-{style}'; img-src data:;" in page
    assert 'lang="zh-CN"' in page


def test_data_in_a_page_are_no_script_to_the_policy():
    page = seal('<html><head></head><script type="application/json">{}</script></html>', "t", "en")

    assert "script-src 'none'" in page
