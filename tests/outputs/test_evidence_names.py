"""Names of evidence sheets: safe everywhere, and never two cases under one name."""

import unicodedata
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoenforce.outputs.evidence_names import evidence_file, evidence_link, evidence_name

FORBIDDEN = set('<>:"/\\|?*') | {chr(code) for code in range(32)}
IDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300)


@pytest.mark.parametrize("case_id", ["445299-2025-015", "445299SJBG260001", "揭执〔2026〕3号", "XC2025122200015_1"])
def test_usual_ids_are_their_own_names(case_id):
    assert evidence_name(case_id) == case_id


@pytest.mark.parametrize(
    "case_id",
    [
        "..",
        ".",
        "../../etc/passwd",
        "CON",
        "NUL.txt",
        "a/b",
        "a\\b",
        "A ",
        "A.",
        "",
        "=cmd|' /C calc'!A0",
        "<img src=x>",
    ],
)
def test_dangerous_ids_become_harmless_names(case_id):
    name = evidence_name(case_id)

    assert not FORBIDDEN & set(name)
    assert name.partition("~")[2]
    assert name.strip(" .") == name


@given(IDS)
def test_any_id_gives_a_name_that_any_file_system_takes(case_id):
    name = evidence_name(case_id)

    assert not FORBIDDEN & set(name)
    assert name.strip(" .") == name
    assert 0 < len(f"{name}.docx".encode()) <= 255
    assert unicodedata.normalize("NFD", name) == name


@given(IDS, IDS)
def test_two_ids_never_share_a_file(one, other):
    if one != other:
        assert evidence_name(one).casefold() != evidence_name(other).casefold()


def test_ids_that_differ_in_case_alone_have_files_of_their_own():
    assert evidence_name("ab-1").casefold() != evidence_name("AB-1").casefold()


def test_a_name_made_up_for_another_id_is_not_taken_as_it_is():
    made = evidence_name("A B")

    assert evidence_name(made) != made


def test_a_link_leads_to_the_file():
    assert unquote(evidence_link("揭执〔2026〕3号 #1")) == evidence_file("揭执〔2026〕3号 #1", "html")
