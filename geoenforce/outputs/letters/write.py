"""Write a letter as a Word file, from our template or one of the bureau's."""

import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import jinja2
from docxtpl import DocxTemplate

from geoenforce.core.errors import InputError
from geoenforce.outputs.documents.zips import same_bytes
from geoenforce.outputs.files import make_room
from geoenforce.outputs.letters.kinds import LetterKind
from geoenforce.outputs.letters.templates import letter_template

#: What the templates of every letter may hold.
_EVERYWHERE = {
    "kind": "what the letter is called", "project": "the project's name", "as_of": "day of the run, as 2026年6月30日",
    "issued_by": "the office that issues it, from [reports]", "source_note": "what the facts were taken from",
}  # fmt: skip
_OF_A_CASE = {
    "case_id": "the case", "township": "where it lies", "found_on": "day it was found", "lead_source": "where the lead "
    "came from", "patches": "ids of its patches", "patch_count": "how many", "place": "a point inside the largest one",
    "party": "the party, with personal data only", "areas": "list: name, mu, m2", "area_m2": "the whole ground",
    "grade": "its grade", "why": "the comparison that decided", "is_near": "whether near a limit",
    "is_suspected": "whether not confirmed yet", "graded_by": "the regulation",
}  # fmt: skip
_OF_FINDINGS = {
    "findings": "list: office, year, citation, because, measure, roles, evidence, left_out",
    "cases": "list: case_id, township, found_on, grade, why", "imposed": "list: on, office, measure",
    "roles": "whom the articles concern", "unit": "the unit or department",
}  # fmt: skip
#: What a template of each letter may hold, and what stands in its place afterwards.
PLACEHOLDERS: dict[LetterKind, dict[str, str]] = {
    LetterKind.NOTICE: {
        **_EVERYWHERE, **_OF_A_CASE, "addressee": "whom it goes to", "duties": "list: to_do, within, citation",
    },
    LetterKind.DISCIPLINE: {
        **_EVERYWHERE, **_OF_FINDINGS, "case": "the case, with the same fields as in a notice; empty for a unit",
        "deadline": "day by which the proposal is owed",
    },
    LetterKind.TALK: {**_EVERYWHERE, **_OF_FINDINGS, "talk": "the talk that the articles name"},
}  # fmt: skip


def write_letter(
    kind: LetterKind, context: Mapping[str, Any], path: str | Path, *, template: str | Path | None = None
) -> None:
    """
    Write a letter as a Word file.

    Parameters
    ----------
    kind
        Which letter.
    context
        What its placeholders stand for, as `geoenforce.outputs.letters.contexts.letter_context` gathers it, with
        ``issued_by`` and ``source_note``.
    path
        The file; its folder is created.
    template
        A bureau's own template; by default ours.

    Raises
    ------
    InputError
        If the template cannot be used. The message names what is wrong.

    Notes
    -----
    The same facts and template give the same bytes. No text from the data is ever read as a placeholder.

    Examples
    --------
    >>> write_letter(LetterKind.TALK, context, "talk.docx")  # doctest: +SKIP
    """
    if template is not None:
        problems = check_letter_template(kind, template)
        if problems:
            raise InputError("\n".join(problems))
    word = DocxTemplate(BytesIO(letter_template(kind)) if template is None else Path(template))
    word.render(dict(context), autoescape=True)
    file = BytesIO()
    word.save(file)
    make_room(path).write_bytes(same_bytes(file.getvalue()))


def check_letter_template(kind: LetterKind, path: str | Path) -> list[str]:
    """
    Say what is wrong with a bureau's template of a letter; an empty list if it can be used.

    Examples
    --------
    >>> check_letter_template(LetterKind.TALK, "no_such.docx")
    ['no_such.docx: there is no such file.']
    """
    place = Path(path)
    if not place.is_file():
        return [f"{path}: there is no such file."]
    try:
        found = set(DocxTemplate(place).get_undeclared_template_variables())
    except (zipfile.BadZipFile, KeyError, ValueError):
        return [f"{path}: this is no Word file (.docx). Save the template from Word as .docx and name that file."]
    except jinja2.TemplateError as problem:
        return [f"{path}: a placeholder cannot be read: {problem.message}. Write it as {{{{ unit }}}}, in one format."]
    known = PLACEHOLDERS[kind]
    return [
        f"{path}: {{{{ {name} }}}} is unknown in a {kind.en}. Known are {', '.join(known)}."
        for name in sorted(found - set(known))
    ]
