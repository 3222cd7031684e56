"""
Chinese fonts: those of official documents where the machine has them, else the one that goes with the software.

The font in the folder `font` is a subset of Noto Sans CJK SC (SIL Open Font License, see `font/OFL.txt`);
`tools/make_font.py` makes it.
"""

import os
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont

_BOX = "□"
_SHIPPED = Path(__file__).with_name("font")


class Role(StrEnum):
    """What a font is used for."""

    TITLE = "title"  # 方正小标宋
    HEADING = "heading"  # 黑体
    SUBHEADING = "subheading"  # 楷体
    BODY = "body"  # 仿宋


#: Names of files, in order of preference; all are TrueType, one font per file.
_FILES = {
    Role.TITLE: ("FZXBSJW.TTF", "FZXBSK.TTF", "方正小标宋简体.ttf"),
    Role.HEADING: ("simhei.ttf",),
    Role.SUBHEADING: ("simkai.ttf", "楷体_GB2312.ttf"),
    Role.BODY: ("simfang.ttf", "仿宋_GB2312.ttf"),
}

#: Large fonts for characters that the shipped one lacks, with the position of simplified Chinese in a collection.
_LARGE = {
    "msyh.ttc": 0,
    "simsun.ttc": 0,
    "Deng.ttf": 0,
    "NotoSansCJK-Regular.ttc": 2,
    "NotoSansCJKsc-Regular.ttf": 0,
    "NotoSansSC-Regular.ttf": 0,
    "wqy-microhei.ttc": 0,
    "wqy-zenhei.ttc": 0,
    "PingFang.ttc": 0,
    "STHeiti Light.ttc": 0,
}


@dataclass(frozen=True)
class FontFile:
    """A font: its file, and its position where the file is a collection."""

    path: Path
    number: int = 0


def shipped_font(*, bold: bool = False) -> FontFile:
    """
    Return the font that goes with the software.

    Examples
    --------
    >>> shipped_font().path.name
    'geoenforce-sans-sc-regular.ttf'
    """
    return FontFile(_SHIPPED / f"geoenforce-sans-sc-{'bold' if bold else 'regular'}.ttf")


def font_of(role: Role) -> FontFile:
    """
    Return the font of official documents for a role, or the shipped one where the machine has none.

    Examples
    --------
    >>> font_of(Role.BODY).path.exists()
    True
    """
    installed = installed_fonts()
    for name in _FILES[role]:
        if name.lower() in installed:
            return FontFile(installed[name.lower()])
    return shipped_font(bold=role is not Role.BODY)


def large_font() -> FontFile | None:
    """
    Return a font of the machine with more characters than the shipped one, or None.

    Examples
    --------
    >>> large_font()  # doctest: +SKIP
    FontFile(path=PosixPath('/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc'), number=2)
    """
    installed = installed_fonts()
    for name, number in _LARGE.items():
        if name.lower() in installed:
            return FontFile(installed[name.lower()], number)
    return None


def lacking(text: str) -> str:
    """
    Return the characters of a text that the shipped font has no picture of.

    Examples
    --------
    >>> lacking("东岸镇石塱垸 12.50 亩（㎡）"), lacking("𠮷")
    ('', '𠮷')
    """
    return "".join(sorted({letter for letter in text if ord(letter) not in _shipped_characters() and letter > " "}))


def readable(text: str) -> str:
    """
    Put an empty box in the place of characters that no font at hand has, so that one sees that something is missing.

    Examples
    --------
    >>> readable("东岸镇")
    '东岸镇'
    """
    missing = lacking(text)
    if not missing or large_font() is not None:
        return text
    return text.translate(dict.fromkeys(map(ord, missing), _BOX))


def font_for(text: str) -> FontFile:
    """
    Return the shipped font, or a larger one of the machine where the text needs it.

    Examples
    --------
    >>> font_for("巡查达标率").path.name
    'geoenforce-sans-sc-regular.ttf'
    """
    return (large_font() if lacking(text) else None) or shipped_font()


@lru_cache(maxsize=1)
def installed_fonts() -> dict[str, Path]:
    """
    List the font files of this machine by their names in small letters.

    Examples
    --------
    >>> all(path.suffix.lower() in (".ttf", ".ttc", ".ttf") for path in installed_fonts().values())
    True
    """
    found: dict[str, Path] = {}
    for folder in _folders():
        for path in sorted(folder.rglob("*.[tToO][tT][fFcC]")) if folder.is_dir() else ():
            found.setdefault(path.name.lower(), path)
    return found


def _folders() -> list[Path]:
    home = Path.home()
    windows = [Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts"]
    if "LOCALAPPDATA" in os.environ:
        windows.append(Path(os.environ["LOCALAPPDATA"]) / "Microsoft" / "Windows" / "Fonts")
    linux = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".local/share/fonts", home / ".fonts"]
    mac = [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"]
    return [*windows, *linux, *mac]


@lru_cache(maxsize=1)
def _shipped_characters() -> frozenset[int]:
    with TTFont(shipped_font().path, lazy=True) as font:
        return frozenset(font.getBestCmap())
