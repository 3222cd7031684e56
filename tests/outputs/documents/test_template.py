import docx
import pytest
from docx.shared import Pt

from geoenforce.core.errors import InputError
from geoenforce.outputs.documents.docx import write_docx
from geoenforce.outputs.documents.template import check_template, default_template


def template(path, *paragraphs):
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(path)
    return path


def test_our_own_template_has_no_problem(tmp_path):
    (tmp_path / "ours.docx").write_bytes(default_template())

    assert check_template(tmp_path / "ours.docx") == []


@pytest.mark.parametrize(
    ("paragraphs", "words"),
    [
        (["{{ title }}"], ["{{ body }} is missing"]),
        (["{{ title }}", "{{ body }}", "{{ titel }}"], ["{{ titel }} is unknown. Known are title, subtitle"]),
        (["{{ title }}", "正文：{{ body }}"], ["{{ body }} must stand alone"]),
        (["{{ title }}", "{{ body }}", "{{ body }}"], ["{{ body }} must stand alone"]),
        (["{{ title }}", "{{ body"], ["a placeholder cannot be read"]),
    ],
)
def test_a_template_that_cannot_be_used_is_told_why(tmp_path, paragraphs, words):
    problems = check_template(template(tmp_path / "t.docx", *paragraphs))

    assert len(problems) == len(words)
    assert all(word in problem for word, problem in zip(words, problems, strict=True))


def test_a_file_that_is_no_word_file_is_told_so(tmp_path):
    (tmp_path / "t.docx").write_text("text")

    assert "this is no Word file" in check_template(tmp_path / "t.docx")[0]


def test_a_document_is_not_written_over_a_bad_template(paper, tmp_path):
    bad = template(tmp_path / "bad.docx", "{{ title }}")

    with pytest.raises(InputError, match="is missing"):
        write_docx(paper, tmp_path / "out.docx", template=bad)
    assert not (tmp_path / "out.docx").exists()


def test_a_bureaus_letterhead_and_styles_are_kept(paper, tmp_path):
    path = template(tmp_path / "own.docx", "东岸县自然资源局文件", "{{ title }}", "{{ body }}")
    own = docx.Document(path)
    own.core_properties.author = "东岸县局"
    own.styles["Heading 1"].font.size = Pt(20)
    own.save(path)

    write_docx(paper, tmp_path / "out.docx", template=path)

    written = docx.Document(tmp_path / "out.docx")
    assert [one.text for one in written.paragraphs][:3] == ["东岸县自然资源局文件", "动态巡查情况通报", "一、总体情况"]
    assert written.styles["Heading 1"].font.size == Pt(20)
    assert "Table Text" in [style.name for style in written.styles]
