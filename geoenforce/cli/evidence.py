"""Commands about evidence sheets: write one, and check the code that stands on it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geoenforce.cli.options import ConfigArgument, Lang
from geoenforce.cli.show import as_json, say, tell_drawn

if TYPE_CHECKING:
    from geoenforce.inputs.config import Config
    from geoenforce.store.case_codes import Checked


def register(app: typer.Typer) -> None:
    """
    Add the commands of this module to the application.

    Examples
    --------
    >>> register(typer.Typer())
    """
    app.command(epilog="Example: geoenforce evidence 445299-2025-015 demo --format pdf,txt")(evidence)


def evidence(
    case: Annotated[str, typer.Argument(help="Id of a case, or of one of its patches.")],
    config: ConfigArgument = Path(),
    *,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The folder to write into; default: evidence in the output.")
    ] = None,
    formats: Annotated[
        str | None, typer.Option("--format", help="html, docx, pdf, xlsx, txt (boundary points); commas between.")
    ] = None,
    lang: Annotated[Lang | None, typer.Option(help="Language of the sheet; default: the project's.")] = None,
    with_personal_data: Annotated[
        bool, typer.Option("--with-personal-data", help="Name the party, persons and notes; default: the project's.")
    ] = False,
) -> None:
    """Write the evidence sheet of a case from the store, without computing anything anew."""
    from geoenforce.inputs.config import load_config
    from geoenforce.pipeline.again import stored_run
    from geoenforce.pipeline.evidence import evidence_again

    changes: dict[str, Any] = {"with_personal_data": True} if with_personal_data else {}
    changes |= {} if lang is None else {"language": lang.value}
    loaded = _with_formats(load_config(config), formats)
    loaded = loaded.model_copy(update={"project": loaded.project.model_copy(update=changes)})
    sheets = evidence_again(loaded, stored_run(loaded), case, output)
    tell_drawn(sheets.files.values(), is_on_record=sheets.is_on_record)
    say(f"case {sheets.case_id}, run {sheets.run}, code {sheets.code}")


def verify_code(config: Path, code: str, *, json: bool) -> None:
    """
    Say which run and case a code belongs to; exit status 1 if the store holds no such record.

    Examples
    --------
    >>> verify_code(Path("demo"), "5Q2K-8R1C-0V7M-XH3J-94TD", json=False)  # doctest: +SKIP
    case 445299-2025-015, run 21 as of 2026-06-30: the stored record gives this code.
    """
    from geoenforce.inputs.config import load_config
    from geoenforce.pipeline.storing import reading_store
    from geoenforce.store.case_codes import check_code

    with reading_store(load_config(config)) as opened:
        found = check_code(opened, code)
    if json:
        as_json({**vars(found), "agrees": found.run is not None})
    else:
        say(_in_words(found))
    if found.run is None:
        raise typer.Exit(1)


def _in_words(found: "Checked") -> str:
    if found.case_id is None:
        return "No case of this store has this code: it was mistyped, or the sheet is another store's."
    if found.run is None:
        return (
            f"The code names case {found.case_id}, but no run's record of it gives this code: the record was altered, "
            "or the sheet is not of this store. 'geoenforce audit verify' tells what was altered."
        )
    told = f"case {found.case_id}, run {found.run} as of {found.as_of}: the stored record gives this code."
    if found.is_current:
        return told
    return f"{told}\nThe last run, {found.last_run}, says otherwise of this case: write the sheet again."


def _with_formats(config: "Config", formats: str | None) -> "Config":
    """Take over the formats that were asked for."""
    if formats is None:
        return config
    from typing import get_args

    from geoenforce.inputs.sections import EvidenceFormat

    known = get_args(EvidenceFormat)
    chosen = [one.strip().lower() for one in formats.split(",") if one.strip()]
    wrong = [one for one in chosen if one not in known]
    if wrong or not chosen:
        message = f"{formats!r}: the formats are {', '.join(known)}."
        raise typer.BadParameter(message, param_hint="--format")
    return config.model_copy(update={"evidence": config.evidence.model_copy(update={"formats": tuple(chosen)})})
