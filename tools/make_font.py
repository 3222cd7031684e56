"""
Make the Chinese font that goes with the software, from Debian's `fonts-noto-cjk` (SIL Open Font License 1.1).

Usage: python tools/make_font.py [/usr/share/fonts/opentype/noto]

It holds ASCII, Latin-1, every character of GB 2312, and characters of names of places and persons beyond it
(`font/more_characters.txt`). The same source gives the same bytes. As the licence asks of a changed
font, it does not carry the reserved name of the original.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable

SOURCE = "/usr/share/fonts/opentype/noto"
MOST_OFF = 2.0  # of 1000 units to the em, for redrawn curves
SIMPLIFIED_CHINESE = 2  # position in the collection
FOLDER = Path(__file__).parents[1] / "geoenforce" / "outputs" / "documents" / "font"
NAME = "Geoenforce Sans SC"
SIGNS = "€£¥§©®°±²³·×÷–—‘’“”…‰′″℃№Ⅰ→↑↓←≈≠≤≥■□▲△●○★☆✓㎡㎞㎝〇﹣－"


def gb2312() -> str:
    """Return all characters of GB 2312."""
    pairs = (bytes([row, cell]) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    return "".join(pair.decode("gb2312", "ignore") for pair in pairs)


def main(source: str = SOURCE) -> None:
    """Write the font in both weights."""
    for weight in ("Regular", "Bold"):
        font = TTFont(Path(source) / f"NotoSansCJK-{weight}.ttc", fontNumber=SIMPLIFIED_CHINESE, recalcTimestamp=False)
        cut(font, wanted_characters())
        to_truetype(font)
        rename(font, weight)
        target = FOLDER / f"geoenforce-sans-sc-{weight.lower()}.ttf"
        font.save(target)
        print(f"{target.name}: {len(font.getBestCmap())} characters, {target.stat().st_size / 1e6:.2f} MB")


def wanted_characters() -> set[int]:
    """Return the code points that the font is to have."""
    more = (FOLDER / "more_characters.txt").read_text(encoding="utf-8")
    latin = "".join(map(chr, (*range(0x20, 0x7F), *range(0xA0, 0x100))))
    return {ord(letter) for letter in latin + SIGNS + gb2312() + more} - {ord("\n")}


def cut(font: TTFont, wanted: set[int]) -> None:
    """Leave only the wanted characters, without hints, vertical writing and variants."""
    options = subset.Options(
        hinting=False,
        layout_features=[],
        notdef_outline=True,
        name_IDs=[0, 1, 2, 3, 4, 6, 13, 14],
        name_languages=[0x409],
    )
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "GSUB", "GPOS", "GDEF"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=wanted)
    cutter.subset(font)


def rename(font: TTFont, weight: str) -> None:
    """Give the font a name of its own."""
    plain = f"{NAME.replace(' ', '')}-{weight}"
    for number, text in {1: NAME, 2: weight, 3: plain, 4: f"{NAME} {weight}", 6: plain}.items():
        font["name"].setName(text, number, 3, 1, 0x409)


def to_truetype(font: TTFont) -> None:
    """Redraw the outlines with quadratic curves: some readers of PDF stumble over CID-keyed CFF."""
    glyphs, drawn = font.getGlyphSet(), {}
    for name in font.getGlyphOrder():
        pen = TTGlyphPen(None)
        glyphs[name].draw(Cu2QuPen(pen, MOST_OFF, reverse_direction=True))
        drawn[name] = pen.glyph()
    order = font.getGlyphOrder()
    font["loca"], font["glyf"] = newTable("loca"), newTable("glyf")
    font["glyf"].glyphOrder, font["glyf"].glyphs = order, drawn
    font["maxp"].tableVersion = 0x00010000
    zero = ("maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs", "maxStackElements",
            "maxSizeOfInstructions", "maxComponentElements")  # fmt: skip
    for name in zero:
        setattr(font["maxp"], name, 0)
    font["maxp"].maxZones = 1
    font["post"].formatType, font["post"].extraNames, font["post"].mapping = 3.0, [], {}
    del font["CFF "]
    font.sfntVersion = "\x00\x01\x00\x00"


if __name__ == "__main__":
    main(*sys.argv[1:])
