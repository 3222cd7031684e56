"""Explanations of findings, units and duties in words: short, for a leader and for a jurist."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from geoenforce.core.accountability_terms import DutyStatus, Event, Level
from geoenforce.core.terms import LandClass, Severity, Status
from geoenforce.outputs.accountability_words import (
    IndicatorName,
    NotComputable,
    Wording,
    amount,
    compared,
    measures_in_words,
    named,
    reason_in_words,
    to_go_in_words,
)
from geoenforce.outputs.duty_words import duty_line
from geoenforce.outputs.explain_units import left_out
from geoenforce.outputs.wording import comparison_in_words, mu_figure

Record = dict[str, Any]

_MOST_IDS = 6
_MOST = 12  # lines of one kind; all of them are in the files
_WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "dry_run": "推演（如全部落实将触及，尚未发生）：", "persons": "对象", "because": "情形", "source": "依据",
        "year": "{year} 年", "left_out": "未计入（已及时制止）", "time_runs": "暂未计入（制止期限未满）",
        "stopped": "{case_id}：{stopped_on} {by_event}，期限 {due_on}（{from_event} {from_on} 起算）",
        "runs": "{case_id}：尚未制止，期限 {due_on}（{from_event} {from_on} 起算）",
        "findings": "触及条款", "below": "辖区内触及条款", "warnings": "预警（尚未触及）", "duties": "履职时限",
        "inputs": "数据来源", "indicators": "考核指标", "cases": "案件", "none": "各地类均未达到标准", "patch": "图斑",
        "pieces": "地类 {n} 块", "more": "… 另有 {n} 项", "and_more": " 等共 {n} 个", "far": "（另有 {n} 项尚远）",
        "decides": "以上为事实和所涉条款，是否追究由有权机关决定。", "rank": "，排名 {rank}",
        "ratio": "违法占用耕地 {illegal} ÷ 新增建设用地占用耕地 {taken}", "before": "（扣减前 {illegal} ÷ {taken}）",
        "place": "  ← {file} 第 {row} 行", "opened": "（", "closed": "）", "colon": "：",
    },
    "en": {
        "dry_run": "Dry run (would follow if all findings were imposed; has not happened):", "persons": "for",
        "because": "because", "source": "source", "year": "{year}", "inputs": "made from",
        "left_out": "not counted (stopped in time)", "time_runs": "not counted yet (the time to stop still runs)",
        "stopped": "{case_id}: {by_event} {stopped_on}, limit {due_on} (from {from_on}, {from_event})",
        "runs": "{case_id}: not stopped yet, limit {due_on} (from {from_on}, {from_event})",
        "findings": "findings", "below": "findings inside its area", "warnings": "early warnings (not reached yet)",
        "duties": "duties", "indicators": "indicators", "cases": "cases", "none": "no class reaches a limit",
        "patch": "patch", "pieces": "pieces: {n}", "more": "… and {n} more", "and_more": " … ({n} in all)",
        "far": " (and {n} farther off)", "rank": ", rank {rank}", "place": "  ← {file} row {row}",
        "decides": "These are facts and the articles they touch; the competent authority decides.",
        "ratio": "cultivated land taken illegally {illegal} ÷ by all new construction {taken}", "opened": " (",
        "before": " (before deductions {illegal} ÷ {taken})", "closed": ")", "colon": ": ",
    },
}  # fmt: skip


def finding_lines(record: Record, words: Wording) -> Iterator[str]:
    """
    Put a finding in words: the measure, the article, each comparison, the cases, what was left out, the files.

    Examples
    --------
    >>> list(finding_lines(record, Wording({}, "zh")))  # doctest: +SKIP
    """
    own = _WORDS[words.lang]
    if record["is_dry_run"]:
        yield own["dry_run"]
    yield f"{record['finding_id']}  {measures_in_words(record, words)}"
    yield f"{own['persons']}{own['colon']}{words.listed('role', record['roles'], record['regulation'])}"
    year = own["year"].format(year=record["year"])
    yield f"{_office(record, words)}  {year}"
    yield f"{own['source']}{own['colon']}{record['citation']}"
    yield f"{own['because']}{own['colon']}".rstrip()
    for reason in record["because"]:
        yield from _reason_lines(reason, words, record["regulation"])
    if record["cases"]:
        yield f"{own['cases']}: {len(record['cases'])}"
    for case in record["cases"]:
        yield case_line(case, words.lang)
        yield from _patch_lines(case, words.lang)
    yield from (line for kind in ("left_out", "time_runs") for line in _left_out_lines(kind, record, words))
    yield from input_lines({"inputs": _relevant_inputs(record)}, words.lang)
    yield own["decides"]


def unit_lines(record: Record, words: Wording) -> Iterator[str]:
    """
    Put what a run says of a unit in words: findings, warnings, duties, indicators, cases.

    Examples
    --------
    >>> list(unit_lines(record, Wording({}, "zh")))  # doctest: +SKIP
    """
    own = _WORDS[words.lang]
    yield _office(record, words)
    if "findings" in record:
        yield from _accountability_lines(record, words)
    yield f"{own['cases']}: {len(record['cases'])}"
    yield from _cut([case_line(case, words.lang) for case in _shown_cases(record)], words.lang)


def _accountability_lines(record: Record, words: Wording) -> Iterator[str]:
    own = _WORDS[words.lang]
    yield f"{own['findings']}: {len(record['findings'])}"
    for finding in record["findings"]:
        yield f"  {finding['finding_id']}  {measures_in_words(finding, words)} ← {finding['citation']}"
        for reason in finding["because"]:
            yield from _reason_lines(reason, words, finding["regulation"], indent="      ")
        stopped = [case["case_id"] for case in left_out(finding)]
        if stopped:
            yield f"      {own['left_out']} {len(stopped)}{own['colon']}{_ids(stopped, words)}"
    yield from _some(own["below"], record["below"], lambda one: _below_line(one, words))
    near = [one for one in record["warnings"] if one["is_close"] or one["value"]]
    far = len(record["warnings"]) - len(near)
    title = own["warnings"] + (own["far"].format(n=far) if far else "")
    yield from _some(title, near, lambda one: f"  {warning_line(one, words)}")
    yield from duty_lines(record["duties"], words, with_case=True)
    yield from _some(own["indicators"], record["indicators"], lambda one: f"  {_indicator_line(one, words)}")


def warning_line(warning: Record, words: Wording) -> str:
    """
    Say what is left before an article applies, and what would follow.

    Examples
    --------
    >>> warning = {"regulation": "", "citation": "揭府〔2009〕56号 第二十七条", "measure": "admonishment_talk",
    ...            "fact": "all_serious_cases", "value": 2.0, "operator": "at_least", "limit": 3.0, "unit": "case",
    ...            "to_go": 1.0, "to_go_unit": "case"}
    >>> warning_line(warning, Wording({}, "zh"))
    '还差 1 宗 → 揭府〔2009〕56号 第二十七条 诫勉谈话（情节严重案件 2 宗 < 3 宗）'
    """
    opened, closed = _WORDS[words.lang]["opened"], _WORDS[words.lang]["closed"]
    measure = words.name("measure", warning["measure"], warning["regulation"])
    fact = words.name("declared", warning["fact"], warning["regulation"])
    stands = f"{opened}{fact} {compared(warning, words.lang)}{closed}"
    return f"{to_go_in_words(warning, words.lang)} → {warning['citation']} {measure}{stands}"


def duty_lines(duties: list[Record], words: Wording, *, with_case: bool = False) -> Iterator[str]:
    """
    Count duties by how they stand, then list those overdue, late or open, with their days.

    Examples
    --------
    >>> duty = {"regulation": "", "status": "overdue", "days_over": 74, "days_left": None, "due_on": "2026-04-17",
    ...         "done_on": None, "do_event": "demolished", "office_name": "东岸镇", "office": "445299001",
    ...         "actor": "township", "case_id": "C2", "citation": "揭府〔2009〕56号 第十七条第（一）项", "waited": None,
    ...         "reason": None}
    >>> for line in duty_lines([duty], Wording({}, "zh")):
    ...     print(line)
    履职时限：已逾期 1
      已逾期 74 天  东岸镇  应办：拆除  到期 2026-04-17  [揭府〔2009〕56号 第十七条第（一）项]
    """
    own = _WORDS[words.lang]
    if not duties:
        return
    counts = {status: sum(duty["status"] == status.value for duty in duties) for status in _COUNTED}
    text = words.word("list").join(f"{status.name_in(words.lang)} {n}" for status, n in counts.items() if n)
    yield f"{own['duties']}{own['colon']}{text or DutyStatus.NOT_APPLICABLE.name_in(words.lang)}"
    told = [duty for duty in duties if duty["status"] in _TOLD]
    yield from _cut([f"  {duty_line(duty, words, with_case=with_case)}" for duty in told], words.lang)


def case_line(case: Record, lang: str) -> str:
    """
    Say a case's grade and the comparison that decided it.

    Examples
    --------
    >>> case_line({"case_id": "A", "severity": "ordinary", "status": "suspected", "because": []}, "en")
    '  A  ordinary (suspected)  no class reaches a limit'
    """
    reasons = "; ".join(comparison_in_words(one, lang) for one in case["because"]) or _WORDS[lang]["none"]
    grade = Severity.of(case["severity"]).name_in(lang)
    if case["status"] == Status.SUSPECTED.value:
        grade += _WORDS[lang]["opened"] + Status.SUSPECTED.name_in(lang) + _WORDS[lang]["closed"]
    return f"  {case['case_id']}  {grade}  {reasons}"


def input_lines(record: Record, lang: str) -> Iterator[str]:
    """
    List the files that something was made from, with the beginning of their hashes.

    Examples
    --------
    >>> list(input_lines({"inputs": [{"path": "a/b.shp", "sha256": "0123456789abcdef0123"}]}, "en"))
    ['made from:', '  b.shp  sha256 0123456789abcdef…']
    """
    yield f"{_WORDS[lang]['inputs']}:"
    for source in record["inputs"]:
        yield f"  {Path(source['path']).name}  sha256 {source['sha256'][:16]}…"


_COUNTED = (DutyStatus.OVERDUE, DutyStatus.MET_LATE, DutyStatus.OPEN, DutyStatus.MET)
_TOLD = frozenset({DutyStatus.OVERDUE.value, DutyStatus.MET_LATE.value, DutyStatus.OPEN.value})


def _office(record: Record, words: Wording) -> str:
    name = f"{record['office']} {record['office_name'] or ''}".rstrip()
    return f"{name} · {named(Level, record['level'], words.lang)}"


def _relevant_inputs(record: Record) -> list[Record]:
    """Leave out what findings do not rest on: patrols, and files of violations that none of its patches is in."""
    used = {patch["source_file"] for case in record["cases"] for patch in case["patches"]}
    return [
        source
        for source in record["inputs"]
        if "read" in source
        and "files" not in source
        and (source["path"] not in record["violation_files"] or source["path"] in used)
    ]


def _reason_lines(reason: Record, words: Wording, regulation: str, indent: str = "  ") -> Iterator[str]:
    own, detail = _WORDS[words.lang], reason.get("detail", {})
    ids = _ids(reason["evidence"], words)
    yield f"{indent}{reason_in_words(reason, words, regulation)}" + (f"{own['colon']}{ids}" if ids else "")
    illegal, taken = detail.get("illegal_mu"), detail.get("taken_mu")
    if illegal is not None and taken is not None:
        text = _ratio(own["ratio"], illegal, taken, words.lang)
        before = detail.get("illegal_before_deductions_mu"), detail.get("taken_before_deductions_mu")
        if None not in before and before != (illegal, taken):
            text += _ratio(own["before"], *before, words.lang)
        yield f"{indent}  {text}"


def _ids(ids: Sequence[Any], words: Wording) -> str:
    """List ids, the first few by name: all of them are in the files."""
    text = words.word("list").join(str(one) for one in ids[:_MOST_IDS])
    return text + (_WORDS[words.lang]["and_more"].format(n=len(ids)) if len(ids) > _MOST_IDS else "")


def _ratio(form: str, illegal: Any, taken: Any, lang: str) -> str:
    return form.format(illegal=amount(illegal, "mu", lang), taken=amount(taken, "mu", lang))


def _left_out_lines(kind: str, record: Record, words: Wording) -> Iterator[str]:
    own, cases = _WORDS[words.lang], record[kind]
    if cases:
        yield f"{own[kind]}: {len(cases)}"
    for case in cases:
        codes = {"from_event": case["from_event"], "by_event": case.get("by_event") or Event.STOPPED.value}
        names = {key: words.name("event", code, record["regulation"]) for key, code in codes.items()}
        yield "  " + own["stopped" if case["stopped_on"] else "runs"].format(**{**case, **names})


def _patch_lines(case: Record, lang: str) -> Iterator[str]:
    own, unit = _WORDS[lang], {"zh": "亩", "en": "mu"}[lang]
    opened, closed = own["opened"], own["closed"]
    for patch in case["patches"]:
        parts = [
            f"{land_class.name_in(lang)} {mu_figure(patch[f'{land_class}_mu'])} {unit}"
            for land_class in LandClass
            if patch[f"{land_class}_mu"]
        ]
        pieces = sum(piece["violation_id"] == patch["violation_id"] for piece in case["pieces"])
        counted = f"{opened}{own['pieces'].format(n=pieces)}{closed}" if pieces else ""
        file = patch["source_file"]
        place = own["place"].format(file=Path(file).name, row=patch["row"]) if file else ""
        yield f"    {own['patch']} {patch['violation_id']}: {'; '.join(parts)}{counted}{place}"


def _below_line(finding: Record, words: Wording) -> str:
    place = finding["office_name"] or finding["office"]
    return f"  {place}  {measures_in_words(finding, words)} ← {finding['citation']}  {finding['finding_id']}"


def _indicator_line(indicator: Record, words: Wording) -> str:
    own = _WORDS[words.lang]
    opened, closed = own["opened"], own["closed"]
    name = f"{indicator['year']} {named(IndicatorName, indicator['indicator'], words.lang)}"
    if indicator["value"] is None:
        why = named(NotComputable, indicator["detail"], words.lang)
        return f"{name} {amount(None, '1', words.lang)}{opened}{why}{closed}"
    parts = [amount(indicator[part], indicator["unit"], words.lang) for part in ("numerator", "denominator")]
    rank = "" if indicator["rank"] is None else own["rank"].format(rank=indicator["rank"])
    return f"{name} {amount(indicator['value'], '1', words.lang)}{opened}{' ÷ '.join(parts)}{closed}{rank}"


def _shown_cases(record: Record) -> list[Record]:
    """Return all cases of a township, and only those above ordinary of what is larger; the gravest first."""
    gravest_first = sorted(record["cases"], key=lambda case: -Severity.of(case["severity"]).rank)
    if record["level"] == Level.TOWNSHIP.value:
        return gravest_first
    return [case for case in gravest_first if case["severity"] != Severity.ORDINARY.value]


def _some(title: str, records: list[Record], line: Callable[[Record], str]) -> Iterator[str]:
    if records:
        yield f"{title}: {len(records)}"
        yield from (line(record) for record in records)


def _cut(lines: list[str], lang: str) -> Iterator[str]:
    yield from lines[:_MOST]
    if len(lines) > _MOST:
        yield "  " + _WORDS[lang]["more"].format(n=len(lines) - _MOST)
