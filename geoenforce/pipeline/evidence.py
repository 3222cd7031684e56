"""Evidence sheets of cases: those that a run writes, and any one again from the store."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from geoenforce.core.results import Results
from geoenforce.core.terms import Severity
from geoenforce.inputs.config import Config
from geoenforce.inputs.sections import EvidenceFormat
from geoenforce.outputs.documents.docx import write_docx
from geoenforce.outputs.documents.html import write_html
from geoenforce.outputs.documents.model import Document
from geoenforce.outputs.documents.pdf import write_pdf
from geoenforce.outputs.documents.xlsx import write_xlsx
from geoenforce.outputs.evidence.boundary_txt import write_boundary_txt
from geoenforce.outputs.evidence.case import case_of
from geoenforce.outputs.evidence.sheet import Basis, evidence_document
from geoenforce.outputs.evidence_names import evidence_file
from geoenforce.outputs.run_files import Writer
from geoenforce.pipeline.again import Stored, write_on_record
from geoenforce.store.case_codes import case_code

_WRITERS: dict[str, Callable[[Document, Path], None]] = {"html": write_html, "pdf": write_pdf, "xlsx": write_xlsx}


def cases_with_sheets(results: Results, config: Config) -> list[str]:
    """
    List the cases whose sheets a run writes, as the configuration wants it.

    Examples
    --------
    >>> cases_with_sheets(results, load_config(Path("demo")))  # doctest: +SKIP
    []
    """
    if config.evidence.cases == "none":
        return []
    severity = results.cases["severity"]
    is_wanted = (severity != Severity.ORDINARY.value) | (config.evidence.cases == "all")
    return [str(case_id) for case_id in results.cases.index[is_wanted]]


def evidence_writers(
    results: Results, cases: Iterable[str], record: Mapping[str, Any], config: Config
) -> dict[str, Writer]:
    """
    Name the sheets of cases, seen from the folder of results, with the functions that write them.

    Parameters
    ----------
    results
        What a run found.
    cases
        Ids of its cases.
    record
        What ``run.json`` says of the run.
    config
        Language, formats, images, the bureau's paper, and whether persons are named.

    Examples
    --------
    >>> list(evidence_writers(results, ["445299-2025-015"], record, config))  # doctest: +SKIP
    ['evidence/445299-2025-015.html', 'evidence/445299-2025-015.docx', 'evidence/445299-2025-015.pdf']
    """

    @lru_cache(maxsize=1)  # the files of a case follow each other
    def document(case_id: str) -> Document:
        version, code = record["versions"]["geoenforce"], case_code(results, case_id)
        basis = Basis(dict(record), version, code, config.evidence.chips, config.reports.issued_by)
        personal, lang = config.project.with_personal_data, config.project.language
        return evidence_document(results, case_of(results, case_id), basis, lang, with_personal_data=personal)

    def write(case_id: str, form: EvidenceFormat, path: Path) -> None:
        if form == "txt":
            case = case_of(results, case_id)
            write_boundary_txt(case.shapes, case.zone, path, made_by=results.title, made_on=results.as_of)
        elif form == "docx":
            write_docx(document(case_id), path, template=config.reports.template)
        else:
            _WRITERS[form](document(case_id), path)

    return {
        evidence_file(case_id, form): partial(write, case_id, form)
        for case_id in cases
        for form in dict.fromkeys(config.evidence.formats)
    }


@dataclass(frozen=True)
class Sheets:
    """An evidence sheet that was written: its run, its case, its code, its files."""

    run: int
    case_id: str
    code: str
    files: dict[str, Path]
    is_on_record: bool


def evidence_again(config: Config, stored: Stored, what: str, folder: Path | None = None) -> Sheets:
    """
    Write the evidence sheet of a case of any run, out of the store.

    Parameters
    ----------
    config
        The project's configuration: language, formats, images.
    stored
        The run.
    what
        A ``case_id``, or the ``violation_id`` of one of its patches.
    folder
        Where the files go; by default ``evidence`` in the folder of results.

    Raises
    ------
    InputError
        If the run has no such case.
    GeoenforceError
        If a file cannot be written.

    Examples
    --------
    >>> evidence_again(config, stored_run(config), "445299-2025-015").code  # doctest: +SKIP
    'S5BN-9TYH-KE9P-R35B-4JY8'
    """
    case_id = case_of(stored.results, what).case_id
    files = {
        name: (config.project.output / name if folder is None else folder / Path(name).name, write)
        for name, write in evidence_writers(stored.results, [case_id], stored.record, config).items()
    }
    drawn = write_on_record(config, stored, files)
    return Sheets(stored.record["run"], case_id, case_code(stored.results, case_id), drawn.files, drawn.is_on_record)
