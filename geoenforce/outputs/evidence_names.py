"""Names of evidence sheets that every file system takes, whatever a case is called."""

import hashlib
import re
from urllib.parse import quote

#: Folder of the sheets, beside the other files of a run.
EVIDENCE_FOLDER = "evidence"

#: Ids of these signs name a file as they are. Small letters are not among them: Windows takes a for A.
_PLAIN = re.compile(r"[0-9A-Z\-_.()（）〔〕\u4e00-\u9fff]+")
_RESERVED = re.compile(r"(CON|PRN|AUX|NUL|COM\d|LPT\d)(\..*)?")
_LONGEST = 60  # signs; a Chinese one takes three of the 255 bytes that a name may have


def evidence_name(case_id: str) -> str:
    """
    Name the sheet of a case, without a suffix: its id, or what can be kept of it and a mark of its own.

    No two cases have names that any file system takes for the same.

    Examples
    --------
    >>> evidence_name("445299-2025-015"), evidence_name("揭执〔2026〕3号")
    ('445299-2025-015', '揭执〔2026〕3号')
    >>> evidence_name("../a b"), evidence_name("../A b")
    ('___a_b~2c2c791a', '___A_b~e3f8e011')
    """
    is_plain = _PLAIN.fullmatch(case_id) and len(case_id) <= _LONGEST and case_id.strip(".") == case_id
    if is_plain and not _RESERVED.fullmatch(case_id):
        return case_id
    mark = hashlib.sha256(case_id.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    kept = "".join(sign if _PLAIN.fullmatch(sign) or (sign.isascii() and sign.isalnum()) else "_" for sign in case_id)
    return f"{kept[:_LONGEST].replace('.', '_')}~{mark}"


def evidence_file(case_id: str, suffix: str) -> str:
    """
    Name a file of a case's sheet, as seen from the folder of results.

    Examples
    --------
    >>> evidence_file("445299-2025-015", "pdf")
    'evidence/445299-2025-015.pdf'
    """
    return f"{EVIDENCE_FOLDER}/{evidence_name(case_id)}.{suffix}"


def evidence_link(case_id: str) -> str:
    """
    Return the relative address of a case's page for an HTML file in the folder of results.

    Examples
    --------
    >>> evidence_link("揭执〔2026〕3号")
    'evidence/%E6%8F%AD%E6%89%A7%E3%80%942026%E3%80%953%E5%8F%B7.html'
    """
    return quote(evidence_file(case_id, "html"))
