"""Walk through GPX and KML element by element, whatever their size, and refuse what only attackers need."""

import re
from xml.parsers import expat

from geoenforce.core.errors import FormatError
from geoenforce.inputs.encodings import decode_bytes

_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*encoding=["']([\w-]+)["']""", re.IGNORECASE)


class Visitor:
    """
    Is told of every element, in their order; prefixes such as ``gx:`` are part of the name.

    A million points are ten million calls, so the methods are the parser's own handlers and nothing
    stands between.
    """

    def __init__(self) -> None:
        """Make a parser of its own."""
        self._parser = expat.ParserCreate("utf-8")
        self._parser.buffer_text = True
        self._parts: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Learn that an element begins."""
        raise NotImplementedError

    def end(self, name: str) -> None:
        """Learn that an element ends."""
        raise NotImplementedError

    def listen(self) -> None:
        """Gather the text from here on."""
        self._parts.clear()
        self._parser.CharacterDataHandler = self._parts.append

    def heard(self) -> str:
        """Return the text since `listen`, and gather no more."""
        self._parser.CharacterDataHandler = None
        text = "".join(self._parts).strip()
        self._parts.clear()
        return text

    def walk(self, data: bytes, file: str) -> str | None:
        """
        Go through an XML file, once.

        Parameters
        ----------
        data
            The file's content: UTF-8, UTF-16, GBK or what its first line declares.
        file
            How it is called in messages.

        Returns
        -------
        fault
            What is wrong where the file breaks off or is not well formed; the elements before it were told.

        Raises
        ------
        FormatError
            If it has a DOCTYPE, in which entities can be declared that grow without limit.

        Examples
        --------
        >>> class Names(Visitor):
        ...     def start(self, name, attributes): self.listen()
        ...     def end(self, name): print(name, self.heard())
        >>> Names().walk("<gpx><name>一队</name></gpx>".encode("gbk"), "a.gpx")
        name 一队
        gpx
        """

        def refuse(*_: object) -> None:
            message = (
                f"{file} has a DOCTYPE, which tracks do not need and which can hide entities that grow without limit. "
                "Delete the line that begins with <!DOCTYPE, or export the track again."
            )
            raise FormatError(message)

        parser = self._parser
        parser.StartElementHandler, parser.EndElementHandler = self.start, self.end
        parser.StartDoctypeDeclHandler = refuse
        try:
            parser.Parse(_in_utf8(data, file), True)  # noqa: FBT003 - the signature is expat's
        except expat.ExpatError as error:
            return f"line {error.lineno}, column {error.offset + 1}: {expat.ErrorString(error.code)}"
        return None


def _in_utf8(data: bytes, file: str) -> bytes:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return data
    declared = _ENCODING.match(data)
    encoding = declared[1].decode("ascii").lower() if declared else ""
    try:
        text = data.decode(encoding) if encoding.startswith(("iso-8859", "windows-")) else decode_bytes(data)
    except (UnicodeDecodeError, LookupError):
        message = f"{file} is not text in UTF-8 or GBK. Export the track again."
        raise FormatError(message) from None
    return text.encode("utf-8")
