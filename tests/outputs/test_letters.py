"""Drafts of letters: the facts are the run's, the decisions are blanks."""

from dataclasses import replace
from io import BytesIO

import docx
import pytest
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml.ns import qn

from geoenforce.core.errors import InputError
from geoenforce.outputs.letters.contexts import Asked, letter_context
from geoenforce.outputs.letters.kinds import LetterKind
from geoenforce.outputs.letters.templates import letter_template
from geoenforce.outputs.letters.write import PLACEHOLDERS, check_letter_template, write_letter
from geoenforce.rules.regulation import load_regulation

JIEYANG = [load_regulation("jieyang-2009")]
PAPER = {"issued_by": "", "source_note": "依据第 1 次运行"}
NOTICE, DISCIPLINE, TALK = LetterKind.NOTICE, LetterKind.DISCIPLINE, LetterKind.TALK


@pytest.fixture
def drafted(answered, tmp_path):
    """Draft a letter of the little county, and read it."""

    def draft(asked, results=answered, **options):
        write_letter(asked.kind, letter_context(asked, results, JIEYANG) | PAPER, tmp_path / "a.docx", **options)
        return docx.Document(str(tmp_path / "a.docx"))

    return draft


def text(letter):
    return "\n".join(paragraph.text for paragraph in letter.paragraphs).replace("\u200b", "")


def blanks(letter):
    runs = [run for paragraph in letter.paragraphs for run in paragraph.runs]
    return [run.text for run in runs if run.font.highlight_color == WD_COLOR_INDEX.YELLOW]


def test_a_notice_tells_where_how_much_which_grade_and_by_when(drafted):
    letter = drafted(Asked(NOTICE, "C2"))
    said = text(letter)

    assert "东岸镇人民政府：" in said
    assert "2026年3月2日发现位于东岸镇的用地，案件编号 C2，图斑 2 个（V2、V3），位置东经 116." in said
    assert "本案为：情节特别严重。基本农田 13.00 亩 ≥ 10 亩。" in said
    assert "1．制止。期限：2个工作日内，自收到本告知书之日起算。依据：揭府〔2009〕56号 第十七条第（二）项。" in said
    assert [[cell.text for cell in row.cells] for row in letter.tables[0].rows] == [
        ["地类", "面积（亩）", "面积（㎡）"],
        ["基本农田", "13.00", "8666.67"],
        ["基本农田以外的耕地", "8.00", "5333.33"],
        ["其他土地", "4.00", "2666.67"],
        ["已批准", "0.00", "0.00"],
    ]


@pytest.mark.parametrize(
    "asked", [Asked(NOTICE, "C2"), Asked(DISCIPLINE, "C2"), Asked(DISCIPLINE, "东岸镇"), Asked(TALK, "东岸镇")]
)
def test_every_decision_is_a_blank_and_every_page_says_draft(drafted, asked):
    letter = drafted(asked)

    assert letter.sections[0].header.paragraphs[0].text.startswith("草稿")
    left = "".join(blanks(letter))
    decided = {NOTICE: "由承办人填写", DISCIPLINE: "不由系统判断", TALK: "由有权机关决定"}[asked.kind]
    assert decided in left
    assert "【发文机关】" in left
    assert "【    年  月  日】" in left
    assert "{" not in text(letter)


def test_a_proposal_tells_the_articles_and_the_measures_on_record(drafted):
    said = text(drafted(Asked(DISCIPLINE, "东岸镇")))

    assert "1．东岸镇（2026 年度）：未及时制止的情节特别严重案件 1 宗 ≥ 1 宗，涉及揭府〔2009〕56号 第二十七条" in said
    assert "该条款所列措施为诫勉谈话，对象为第一责任人、直接责任人" in said
    assert "未计入（已及时制止）：C1" in said
    assert "登记簿中没有已对上述单位采取的措施。" in said
    assert "是否追究、如何处理由你单位依法决定" in said


def test_a_proposal_on_a_case_that_touches_no_article_says_so(drafted, attacks):
    said = text(drafted(Asked(DISCIPLINE, attacks.IMAGE_ATTACK)))

    assert "截至2026年6月30日，没有依据本案触及条款的情形。" in said
    assert "（临界：有面积接近标准，应复核测量。）" in said


def test_hostile_texts_stay_texts(drafted, attacks):
    said = text(drafted(Asked(NOTICE, attacks.IMAGE_ATTACK)))

    assert attacks.IMAGE_ATTACK in said


def test_text_of_the_data_is_never_read_as_a_placeholder(drafted, answered):
    towns = answered.cases.assign(township_name="{{ party }}{% for")

    assert "{{ party }}{% for" in text(drafted(Asked(NOTICE, "C1"), replace(answered, cases=towns)))


def test_the_party_is_named_only_where_it_is_asked_for(drafted):
    assert "张某" not in text(drafted(Asked(NOTICE, "C2")))
    assert "当事人：【当事人】。" in text(drafted(Asked(NOTICE, "C2")))
    assert "当事人：张某。" in text(drafted(Asked(NOTICE, "C2", with_personal_data=True)))


def test_a_suspected_case_is_called_one(drafted, attacks):
    assert "本案尚属疑似线索，未经核实" in text(drafted(Asked(NOTICE, attacks.FORMULA_ATTACK)))


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (Asked(NOTICE, "C9"), "There is no case 'C9'; known are .*C1"),
        (Asked(TALK, "西坡"), "'西坡' is no unit or department of the run"),
        (Asked(TALK, "445299002"), "has no finding that names a talk or an interview, so there is nothing"),
        (Asked(DISCIPLINE, "东岸镇", year=2020), "'东岸镇' has no finding of 2020"),
    ],
)
def test_what_a_letter_could_not_rest_on_is_told(drafted, asked, message):
    with pytest.raises(InputError, match=message):
        drafted(asked)


def test_a_letter_is_set_as_chinese_and_does_not_name_the_library_as_its_author():
    word = docx.Document(BytesIO(letter_template(LetterKind.NOTICE)))

    (language,) = word.styles.element.iter(qn("w:lang"))
    assert language.get(qn("w:eastAsia")) == "zh-CN"  # else marks are set as in Taiwan where fonts are missing
    assert word.core_properties.author == "geoenforce"


def test_the_same_facts_give_the_same_bytes(answered, tmp_path):
    context = letter_context(Asked(TALK, "东岸镇"), answered, JIEYANG) | PAPER
    for name in "ab":
        write_letter(TALK, context, tmp_path / f"{name}.docx")

    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()


def own_template(path, body):
    word = docx.Document()
    word.add_paragraph(body)
    word.save(str(path))
    return path


def test_a_bureaus_own_template_is_used(drafted, tmp_path):
    own = own_template(tmp_path / "own.docx", "本局文书：{{ unit }}，{{ talk }}")

    assert text(drafted(Asked(TALK, "东岸镇"), template=own)) == "本局文书：东岸镇，诫勉谈话"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            "{{ addressee }}",
            r"own\.docx: \{\{ addressee \}\} is unknown in a notice of a talk or interview. Known are kind",
        ),
        ("{% if unit %}", r"own\.docx: a placeholder cannot be read"),
    ],
)
def test_what_is_wrong_with_a_template_is_told(drafted, tmp_path, body, message):
    own = own_template(tmp_path / "own.docx", body)

    with pytest.raises(InputError, match=message):
        drafted(Asked(TALK, "东岸镇"), template=own)


def test_a_file_that_is_no_word_file_is_told(tmp_path):
    (tmp_path / "own.docx").write_text("text")

    assert check_letter_template(TALK, tmp_path / "own.docx")[0].endswith(
        "Save the template from Word as .docx and name that file."
    )


@pytest.mark.parametrize("kind", list(LetterKind))
def test_our_own_templates_hold_only_known_placeholders(kind, tmp_path):
    (tmp_path / "ours.docx").write_bytes(letter_template(kind))

    assert check_letter_template(kind, tmp_path / "ours.docx") == []
    assert docx.Document(BytesIO(letter_template(kind))).paragraphs
    assert {"issued_by", "source_note"} <= set(PLACEHOLDERS[kind])
