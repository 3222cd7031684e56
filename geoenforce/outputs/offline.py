"""One HTML file that asks nobody for anything: libraries inlined, and the browser told to fetch nothing."""

import base64
import hashlib
import html
import json
import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from xstatic.pkg import leaflet

_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_IMAGE = re.compile(r"url\((images/[^)]+)\)")


@lru_cache(maxsize=1)
def leaflet_script() -> str:
    """
    Return Leaflet's program from its installed package, without the comment that asks for a source map.

    Examples
    --------
    >>> "sourceMappingURL" in leaflet_script()
    False
    """
    text = (Path(leaflet.BASE_DIR) / "leaflet.js").read_text(encoding="utf-8")
    return re.sub(r"//# sourceMappingURL=\S*", "", text).replace("\r\n", "\n")


@lru_cache(maxsize=1)
def leaflet_style() -> str:
    """
    Return Leaflet's style sheet from its installed package, with its images inside.

    Examples
    --------
    >>> "url(images" in leaflet_style()
    False
    """
    folder = Path(leaflet.BASE_DIR)

    def inside(match: re.Match[str]) -> str:
        image = base64.b64encode((folder / match[1]).read_bytes()).decode()
        return f"url(data:image/png;base64,{image})"

    return _IMAGE.sub(inside, (folder / "leaflet.css").read_text(encoding="utf-8").replace("\r\n", "\n"))


def own_file(name: str) -> str:
    """
    Return a script or style sheet of ours that lies beside this module.

    Examples
    --------
    >>> own_file("map.css").startswith("/*")
    True
    """
    return files("geoenforce.outputs").joinpath(name).read_text(encoding="utf-8").replace("\r\n", "\n")


def json_for_html(data: Any) -> str:
    r"""
    Write data as JSON that cannot end the script element it stands in, whatever its texts hold.

    Examples
    --------
    >>> print(json_for_html({"name": "</script>&"}))
    {"name":"\u003c/script\u003e\u0026"}
    """
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text


def seal(page: str, title: str, lang: str, images: Sequence[str] = ()) -> str:
    """
    Give a page its language, title and a policy that lets the browser run what is in it and load nothing.

    The policy names every script and style of the page by its hash, so a text that slipped through
    as markup could still not run.

    Parameters
    ----------
    page
        A whole HTML page whose scripts and styles are all inline.
    title
        Shown by the browser; any text.
    lang
        ``"zh"`` or ``"en"``.
    images
        Hosts that pictures may come from after all, as a policy names them.

    Examples
    --------
    >>> page = seal("<html><head></head></html>", "A & B", "en")
    >>> page[:23], page[-38:]
    ('<html lang="en"><head><', '<title>A &amp; B</title></head></html>')
    """
    policy = (
        f"default-src 'none'; script-src {_hashes(_SCRIPT, page)}; style-src {_hashes(_STYLE, page)}; "
        f"img-src {' '.join(['data:', *images])}; base-uri 'none'; form-action 'none'"
    )
    head = (
        f'<head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}">'
        f"<title>{html.escape(title)}</title>"
    )
    language = {"zh": "zh-CN"}.get(lang, lang)
    return page.replace("<html>", f'<html lang="{language}">', 1).replace("<head>", head, 1)


def _hashes(pattern: re.Pattern[str], page: str) -> str:
    contents = dict.fromkeys(match[1] for match in pattern.finditer(page))
    digests = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in contents)
    return " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"
