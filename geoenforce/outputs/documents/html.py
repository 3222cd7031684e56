"""A document as one web page: no request to the outside, readable on a screen and on paper."""

import base64
from collections.abc import Sequence
from html import escape
from pathlib import Path

from geoenforce.outputs.documents.columns import letters
from geoenforce.outputs.documents.layout import WORDS, clean, is_figure, numbered, shown_rows, sums
from geoenforce.outputs.documents.model import (
    Block,
    Document,
    Facts,
    Figure,
    Heading,
    PageBreak,
    Paragraph,
    Show,
    Table,
    day_in_words,
)
from geoenforce.outputs.files import make_room
from geoenforce.outputs.offline import seal

_SHORT = 16  # letters of a name that is not broken
_STYLE = Path(__file__).with_name("page.css")


def write_html(document: Document, path: str | Path) -> None:
    """
    Write a document as a web page.

    Parameters
    ----------
    document
        What it says.
    path
        The file; its folder is created.

    Raises
    ------
    GeoenforceError
        If the file cannot be written.

    Notes
    -----
    All text is escaped, and the page's policy lets the browser load nothing.
    The same document gives the same bytes.
    """
    make_room(path).write_text(page(document), encoding="utf-8", newline="\n")


def page(document: Document) -> str:
    """
    Return the page.

    Examples
    --------
    >>> from datetime import date
    >>> text = page(Document("月报", "2026年3月", "县局", date(2026, 4, 1), "zh", (Paragraph("<b>"),), "依据"))
    >>> "<p>&lt;b&gt;</p>" in text, text.startswith('<!DOCTYPE html><html lang="zh-CN">')
    (True, True)
    """
    body = "\n".join(_block(block, document.lang) for block in numbered(document))
    wide = ' class="wide"' if document.is_landscape else ""
    style = _STYLE.read_text(encoding="utf-8")
    whole = (
        "<!DOCTYPE html><html><head>"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{style}</style></head>\n<body{wide}><main>\n"
        f'<header><h1>{_text(document.title)}</h1><p class="subtitle">{_text(document.subtitle)}</p></header>\n'
        f"{body}\n"
        f'<footer><p class="signed">{_signed(document)}'
        f'<time datetime="{document.dated_on.isoformat()}">{day_in_words(document.dated_on, document.lang)}</time></p>'
        f'<p class="note"><strong>{WORDS[document.lang]["source"]}</strong> {_text(document.source_note)}</p>'
        "</footer>\n</main></body></html>\n"
    )
    return seal(whole, clean(document.title), document.lang)


def _signed(document: Document) -> str:
    return f"{_text(document.issued_by)}<br>" if document.issued_by else ""


def _text(text: str) -> str:
    return escape(clean(text)).replace("\n", "<br>")


def _block(block: Block, lang: str) -> str:
    match block:
        case Heading():
            return f"<h{block.level + 1}>{_text(block.text)}</h{block.level + 1}>"
        case Paragraph():
            kind = "" if block.kind == "body" else f' class="{block.kind}"'
            return f"<p{kind}>{_text(block.text)}</p>"
        case Facts():
            pairs = "".join(f"<div><dt>{_text(name)}</dt><dd>{_text(value)}</dd></div>" for name, value in block.rows)
            return f"<dl>{pairs}</dl>"
        case Table():
            return _table(block, lang)
        case Figure():
            return _figure(block)
        case PageBreak():
            return '<hr class="page">'


def _figure(figure: Figure) -> str:
    image = base64.b64encode(figure.png).decode()
    return (
        f'<figure><img src="data:image/png;base64,{image}" alt="{_text(figure.alt)}">'
        f"<figcaption>{_text(figure.caption)}</figcaption></figure>"
    )


def _table(table: Table, lang: str) -> str:
    note = f'<p class="note">{_text(table.note)}</p>' if table.note else ""
    if not table.rows:
        return f'<p class="caption">{_text(table.caption)}</p><p class="empty">{_text(table.empty)}</p>{note}'
    head = "".join(f'<th scope="col">{_text(column.label)}</th>' for column in table.columns)
    cells = shown_rows(table, lang)
    kinds = [_kind(column.show, [row[place] for row in cells]) for place, column in enumerate(table.columns)]
    rows = [_row(row, kinds) for row in cells]
    foot = f"<tfoot>{rows.pop()}</tfoot>" if sums(table, lang) else ""
    return (
        f'<div class="scroll"><table><caption>{_text(table.caption)}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody>{foot}</table></div>{note}"
    )


def _kind(show: Show, texts: list[str]) -> str:
    """Return the class of a column's cells: figures stand right; days and short names do not break."""
    if is_figure(show):
        return ' class="figure"'
    is_whole = show is Show.DAY or max(map(letters, texts), default=0) <= _SHORT
    return ' class="whole"' if is_whole else ""


def _row(cells: Sequence[str], kinds: list[str]) -> str:
    first, *others = zip(cells, kinds, strict=True)
    tail = "".join(f"<td{kind}>{_text(cell)}</td>" for cell, kind in others)
    return f'<tr><th scope="row"{first[1]}>{_text(first[0])}</th>{tail}</tr>'
