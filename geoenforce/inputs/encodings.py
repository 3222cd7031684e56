"""
Which encoding a text is in, decided by its bytes.

Deliveries come in GBK, GB18030 and UTF-8, in two of them at once, and with a note of the encoding that is
wrong. So the bytes are asked first, and the note only where they leave a doubt.
"""

import codecs
from collections.abc import Sequence
from dataclasses import dataclass

from geoenforce.core.errors import ConfigError

#: In this encoding each byte becomes one letter, so nothing is lost before the bytes were looked at.
DECODE_LATER = "ISO-8859-1"

_UTF8, _CHINESE, _COMMON_CHINESE = "utf-8", "gb18030", "gb2312"  # GB18030 holds all of GBK and GB2312
_LONGEST_LETTER = 4  # bytes, in UTF-8 and GB18030
_FIRST_OF_THREE_BYTES = "\u0800"  # Chinese letters are above it: three bytes or more in UTF-8


@dataclass(frozen=True)
class RawText:
    """A text whose bytes stand for one letter each; one that fills its field may be cut inside a letter."""

    letters: str
    is_full: bool = False

    @property
    def raw(self) -> bytes:
        """Return the bytes."""
        return self.letters.encode(DECODE_LATER)

    def decoded(self, encoding: str) -> str | None:
        """Return the text in an encoding, without a letter that was cut; None where it does not fit."""
        for cut in range(_LONGEST_LETTER if self.is_full else 1):
            try:
                return self.raw[: len(self.raw) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
        return None


def likely_encodings(texts: Sequence[RawText], declared: str | None = None) -> list[str]:
    """
    Say in which encoding texts are written, or in which two, where several were put together.

    Parameters
    ----------
    texts
        All texts of a file that are not plain ASCII.
    declared
        The encoding that stands beside the file, if any; it is often wrong.

    Examples
    --------
    >>> letters = [RawText(word.encode("gbk").decode(DECODE_LATER)) for word in ("水田", "旱地")]
    >>> likely_encodings(letters, declared="utf-8")
    ['gb18030']

    The bytes of the one letter 水 in GBK are also those of a rare Latin letter in UTF-8:

    >>> likely_encodings([RawText("水".encode("gbk").decode(DECODE_LATER))])
    ['gb18030']
    """
    in_utf8, in_chinese = _all(texts, _UTF8), _all(texts, _CHINESE)
    if in_utf8 and (declared == _UTF8 or not in_chinese or _has_long_letters(in_utf8)):
        return [_UTF8]
    if any(_is_surely_utf8(text) for text in texts):
        return [_UTF8, _CHINESE]
    if in_chinese and (declared in (None, _UTF8) or _is_common_chinese(texts)):
        return [_CHINESE]
    if declared is not None and _all(texts, declared):
        return [declared]
    return [_CHINESE] if in_chinese else [_UTF8, _CHINESE]


def decode(text: RawText, encodings: Sequence[str]) -> str:
    """
    Decode a text in the first of the encodings that it fits, whole rather than cut.

    Examples
    --------
    >>> decode(RawText("旱地".encode("gbk").decode(DECODE_LATER)), ["utf-8", "gb18030"])
    '旱地'
    """
    if len(encodings) > 1 and not _is_surely_utf8(text):
        encodings = [*encodings[1:], encodings[0]]
    for one in (RawText(text.letters), text):
        for encoding in encodings:
            decoded = one.decoded(encoding)
            if decoded is not None:
                return decoded
    return text.raw.decode(encodings[-1], errors="replace")


def decode_bytes(data: bytes) -> str:
    """
    Decode a whole text file: UTF-8 with or without a byte-order mark, UTF-16 with one, else GB18030.

    Raises
    ------
    UnicodeDecodeError
        If the bytes are none of them.

    Examples
    --------
    >>> decode_bytes("水田".encode("gbk")), decode_bytes("水田".encode("utf-8-sig"))
    ('水田', '水田')
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode(_CHINESE)


def usable_encoding(name: str) -> list[str]:
    """
    Return the encoding of that name, alone in a list.

    Raises
    ------
    ConfigError
        If Python knows no such encoding.

    Examples
    --------
    >>> usable_encoding("GBK")
    ['gbk']
    """
    try:
        return [codecs.lookup(name).name]
    except LookupError:
        message = f'There is no encoding {name!r}; usual ones are encoding = "GB18030" and encoding = "UTF-8".'
        raise ConfigError(message) from None


def _all(texts: Sequence[RawText], encoding: str) -> list[str]:
    """Return all texts decoded, or none if one does not fit."""
    decoded = [text.decoded(encoding) for text in texts]
    return [] if None in decoded else [text for text in decoded if text is not None]


def _is_surely_utf8(text: RawText) -> bool:
    """Say whether a text is Chinese in UTF-8, and its bytes are no everyday words in GBK."""
    decoded = text.decoded(_UTF8)
    return decoded is not None and _has_long_letters([decoded]) and text.decoded(_COMMON_CHINESE) is None


def _has_long_letters(decoded: Sequence[str]) -> bool:
    return any(letter >= _FIRST_OF_THREE_BYTES for text in decoded for letter in text)


def _is_common_chinese(texts: Sequence[RawText]) -> bool:
    """Say whether most texts are in the everyday letters, in which no byte is ASCII as in Western words."""
    common = sum(text.decoded(_COMMON_CHINESE) is not None for text in texts)
    return 2 * common > len(texts)
