"""Every rule and duty of the four documents, written down by hand from their texts; nothing here is read from the files."""

from datetime import date

import pytest

from geoenforce.rules.regulation import load_regulation

GOVERNMENTS = "county township"
BOTH = "first_responsible directly_responsible"
DEPARTMENT = "principally_responsible directly_responsible"
TALK = "admonishment_talk"
DEMERIT = "demerit or major_demerit and circulated_criticism"
NO_GRADE = "no_competent_grade if grave ordered_to_resign"
BY_DEGREE = "warning or demerit major_demerit if grave demotion removal dismissal"
BELOW_15 = "is on record while illegal_occupation_ratio less_than 0.15 1"

# rule: (article and item, levels, measure, roles, {circumstance: comparison})
JIEYANG = {
    "J27": (
        "第二十七条", GOVERNMENTS, TALK, BOTH,
        {
            "J27-count-serious": "serious_cases at_least 3 case",
            "J27-count-especially-serious": "especially_serious_cases at_least 1 case",
            "J27-conduct": "obstruction is on record",
        },
    ),
    "J28-1": ("第二十八条第（一）项", "department", TALK, DEPARTMENT, {"J28-1": "enforcement_failed_serious is on record"}),
    "J28-2": ("第二十八条第（二）项", "department", TALK, DEPARTMENT, {"J28-2": "served_without_papers is on record"}),
    "J28-3": ("第二十八条第（三）项", "department", TALK, DEPARTMENT, {"J28-3": "no_help_enforcement_halted is on record"}),
    "J28-4": ("第二十八条第（四）项", "department", TALK, DEPARTMENT, {"J28-4": "other_duty_failed_serious is on record"}),
    "J29-1": (
        "第二十九条第（一）项", "department", DEMERIT, DEPARTMENT,
        {"J29-1": "enforcement_failed_especially_serious is on record"},
    ),
    "J29-2": ("第二十九条第（二）项", "department", DEMERIT, DEPARTMENT, {"J29-2": "served_after_notice is on record"}),
    "J29-3": ("第二十九条第（三）项", "department", DEMERIT, DEPARTMENT, {"J29-3": "no_help_violation_worsened is on record"}),
    "J29-4": (
        "第二十九条第（四）项", "department", DEMERIT, DEPARTMENT,
        {"J29-4": "other_duty_failed_especially_serious is on record"},
    ),
    "J29-5": (
        "第二十九条第（五）项", "department", DEMERIT, DEPARTMENT,
        {"J29-5": "admonishment_talk_received at_least 2 measure"},
    ),
    "J30-1": (
        "第三十条第（一）项", GOVERNMENTS, DEMERIT, BOTH,
        {
            "J30-1-serious": "serious_cases at_least 5 case",
            "J30-1-especially-serious": "especially_serious_cases at_least 2 case",
        },
    ),
    "J30-2": (
        "第三十条第（二）项", GOVERNMENTS, DEMERIT, BOTH,
        {"J30-2": "admonishment_talk_correction_overdue at_least 1 measure"},
    ),
    "J30-3": ("第三十条第（三）项", GOVERNMENTS, DEMERIT, BOTH, {"J30-3": "concealed_case is on record"}),
    "J31-1": (
        "第三十一条第（一）项", GOVERNMENTS, NO_GRADE, BOTH,
        {
            "J31-1a": "circulated_criticism_correction_overdue at_least 1 measure",
            "J31-1b": "illegal_occupation_ratio at_least 0.15 1",
            "J31-1c": f"grave_effect {BELOW_15}",
            "J31-1d-area": "key_rectification is on record",
            "J31-1d-case": "key_supervised_case is on record",
            "J31-1d-harm": "public_harm is on record",
        },
    ),
    "J31-2": (
        "第三十一条第（二）项", GOVERNMENTS, NO_GRADE, BOTH,
        {"J31-2": "circulated_criticism_received at_least 2 measure"},
    ),
    "J31-2-department": (
        "第三十一条第（二）项", "department", NO_GRADE, "principally_responsible",
        {"J31-2-department": "circulated_criticism_received at_least 2 measure"},
    ),
    "J32-1": (
        "第三十二条第（一）项", "individual", BY_DEGREE, "responsible_staff",
        {"J32-1": "official_used_land_unlawfully is on record"},
    ),
    "J32-2": (
        "第三十二条第（二）项", "individual", "recall", "village_official",
        {"J32-2": "village_land_misused is on record"},
    ),
    "J32-3": (
        "第三十二条第（三）项", "individual", BY_DEGREE, "responsible_staff",
        {"J32-3": "land_sold_unlawfully is on record"},
    ),
    "J33": (
        "第三十三条", "department", "leaders_held_accountable", "main_leader",
        {"J33": "outside_office_took_part is on record"},
    ),
    "J35": (
        "第三十五条", "individual", "strict_handling", "enforcement_officer",
        {"J35": "crime_not_transferred is on record"},
    ),
}  # fmt: skip
JIANGSU = {
    "S9-supervise": (
        "（九）", "case", "public_notice and listed_supervision", "party",
        {"S9-supervise": "grave_typical_case is on record"},
    ),
    "S10-key": ("（十）", "county", "approvals_paused", "unit", {"S10-key": "key_management_county is on record"}),
    "S10-overdue": (
        "（十）", "county", "handed_to_supervision", "unit",
        {"S10-overdue": "approvals_paused_correction_overdue at_least 1 measure"},
    ),
    "S11-talk": (
        "（十一）", "prefecture county", "interview", "main_leader leader_in_charge",
        {"S11-talk": "illegal_occupation_ratio more_than 0.10 1"},
    ),
    "S11-account": (
        "（十一）", "prefecture county", "held_accountable", "main_leader",
        {
            "S11-account": "illegal_occupation_ratio more_than 0.15 1",
            "S11-effect": "grave_effect is on record while illegal_occupation_ratio at_most 0.15 1",
            "S11-effect-not-stopped": "not_stopped is on record",
            "S11-effect-not-investigated": "not_investigated is on record",
            "S11-effect-concealed": "concealed_case is on record",
        },
    ),
    "S12-model": ("（十二）", "county", "reward", "unit", {"S12-model": "model_county is on record"}),
}  # fmt: skip
ORDER = {
    "O3-1": (
        "第三条第（一）项", "province prefecture county",
        "warning or demerit if grave major_demerit demotion removal", "main_leader responsible_leader",
        {"O3-1-ratio": "illegal_occupation_ratio at_least 0.15 1", "O3-1-effect": f"grave_effect {BELOW_15}"},
    ),
}  # fmt: skip
CRIMINAL = {
    "C3": (
        "第三条", "case", "transfer_suggested", "party",
        {
            "C3-basic": "basic_farmland_mu at_least 5 mu while grave_damage is on record",
            "C3-other-cultivated": "other_cultivated_mu at_least 10 mu while grave_damage is on record",
        },
    ),
}  # fmt: skip
RULES = {
    "jieyang-2009": JIEYANG,
    "jiangsu-co-responsibility": JIANGSU,
    "order-15-2008": ORDER,
    "criminal-2000-14": CRIMINAL,
}

LAND = "land"
# duty: (article and item, actors, from → to do, within, what else)
JIEYANG_DUTIES = {
    "J14-idle-1": ("第十四条第（三）项", "land_user", "supplied → used", "1 years", ""),
    "J14-idle-2": ("第十四条第（三）项", "land_user", "supplied → used", "2 years", ""),
    "J16-patrol": ("第十六条第（一）项", LAND, "working_day → patrolled", "same_day", ""),
    "J16-notify-order": ("第十六条第（一）项", LAND, "found → stop_ordered", "promptly", ""),
    "J16-notify-township": ("第十六条第（一）项", LAND, "found → notified", "promptly", ""),
    "J16-notify-departments": ("第十六条第（一）项", LAND, "found → department_notified", "promptly", ""),
    "J16-notify-report": (
        "第十六条第（一）项", LAND, "found → reported_to_county", "promptly", "applies if major_violation",
    ),
    "J16-execute": ("第十六条第（二）项", LAND, "penalty_final → execution_applied", "promptly", ""),
    "J16-transfer-crime": ("第十六条第（二）项", LAND, "crime_suspected → transferred", "promptly", ""),
    "J16-transfer-discipline": (
        "第十六条第（二）项", LAND, "breach_suspected → discipline_transferred or discipline_proposed", "promptly", "",
    ),
    "J16-discipline": (
        "第十六条第（二）项", LAND, "penalised → discipline_proposed", "10 working_days",
        "except if no_discipline_called_for",
    ),
    "J16-report": ("第十六条第（三）项", "county", "month → monthly_report", "end_of_month", ""),
    "J17-stop": ("第十七条第（一）项", "township", "found → stop_ordered", "2 working_days", "applies if in_plan_area"),
    "J17-demolish": (
        "第十七条第（一）项", "township", "rectify_by → demolished or corrected or recultivated", "10 working_days",
        "unless corrected",
    ),
    "J17-noticed": ("第十七条第（二）项", "township", "notified → stopped", "2 working_days", ""),
    "J17-county": ("第十七条第（三）项", "county", "reported_unstoppable → stopped", "3 working_days", ""),
    "J18-plan": ("第十八条第（一）项", "planning", "department_notified → plan_verified", "3 working_days", ""),
    "J18-damage": (
        "第十八条第（二）项", "agriculture forestry", "department_notified → damage_appraised", "promptly", "",
    ),
    "J18-utility": ("第十八条第（三）项", "power water gas", "department_notified → supply_cut", "2 working_days", ""),
    "J20-police": (
        "第二十条第（三）项", "police", "received → decided or returned", "10 working_days", "except if grave_or_complex",
    ),
    "J20-return": ("第二十条第（三）项", "police", "not_competent → returned", "3 working_days", ""),
    "J21-review": ("第二十一条", LAND, "non_filing_notice → review_requested", "3 days", "option"),
    "J21-decide": ("第二十一条", "police", "review_received → review_decided", "3 days", ""),
    "J21-supervise": (
        "第二十一条", LAND, "review_decision_received → supervision_proposed", "3 days", "except if no_objection",
    ),
    "J23-result": ("第二十三条", "supervision", "discipline_received → discipline_result", "30 days", ""),
}  # fmt: skip
JIANGSU_DUTIES = {
    "S4-report": ("（四）", LAND, "found → reported_up", "promptly", ""),
    "S6-transfer": ("（六）", LAND, "crime_suspected → transferred", "promptly", ""),
    "S7-discipline": ("（七）", LAND, "breach_suspected → discipline_transferred", "promptly", ""),
    "S7-execute": ("（七）", LAND, "penalty_final → execution_applied", "promptly", ""),
    "S8-warning": ("（八）", LAND, "continued → legal_warning", "promptly", "option"),
}
DUTIES = {
    "jieyang-2009": JIEYANG_DUTIES,
    "jiangsu-co-responsibility": JIANGSU_DUTIES,
    "order-15-2008": {},
    "criminal-2000-14": {},
}


def compared(condition):
    if condition.limit is None:
        return f"{condition.fact} is on record"
    return f"{condition.fact} {condition.limit.operator.value} {condition.limit.value} {condition.limit.unit}"


def as_written(rule):
    measure = rule.measure
    for word, more in (("or", rule.or_measures), ("and", rule.and_measures), ("if grave", rule.if_grave)):
        measure += f" {word} {' '.join(more)}" if more else ""
    circumstances = {
        one.id: compared(one.condition) + (f" while {compared(one.while_)}" if one.while_ else "")
        for one in rule.any_of
    }
    return rule.place, " ".join(rule.levels), measure, " ".join(rule.roles), circumstances


def duty_as_written(duty):
    period = f"{duty.within.number} {duty.within.unit}" if duty.within.number else duty.within.unit
    special = [
        f"{word} {code}"
        for word, code in (("applies if", duty.applies_if), ("except if", duty.except_if), ("unless", duty.unless))
        if code
    ] + (["option"] if duty.is_option else [])
    events = f"{duty.from_event} → {' or '.join(duty.do_events)}"
    return duty.place, " ".join(duty.actors), events, period, ", ".join(special)


@pytest.mark.parametrize(("name", "rule"), [(name, rule) for name, rules in RULES.items() for rule in rules])
def test_a_rule_is_as_in_the_text(name, rule):
    rules = {one.id: one for one in load_regulation(name).rules}

    assert as_written(rules[rule]) == RULES[name][rule]


@pytest.mark.parametrize("name", RULES)
def test_there_are_no_rules_but_those_of_the_text_in_its_order(name):
    assert [rule.id for rule in load_regulation(name).rules] == list(RULES[name])


@pytest.mark.parametrize(("name", "duty"), [(name, duty) for name, duties in DUTIES.items() for duty in duties])
def test_a_duty_is_as_in_the_text(name, duty):
    duties = {one.id: one for one in load_regulation(name).duties}

    assert duty_as_written(duties[duty]) == DUTIES[name][duty]


@pytest.mark.parametrize("name", DUTIES)
def test_there_are_no_duties_but_those_of_the_text_in_its_order(name):
    assert [duty.id for duty in load_regulation(name).duties] == list(DUTIES[name])


def test_only_the_patrol_and_the_monthly_report_are_owed_by_the_calendar():
    duties = load_regulation("jieyang-2009").duties

    assert {duty.id: duty.per for duty in duties if duty.per != "case"} == {
        "J16-patrol": "working_day",
        "J16-report": "month",
    }


def test_stopped_in_time_follows_article_17():
    limits = load_regulation("jieyang-2009").stop_limits

    assert [(one.level, one.from_event, one.within.unit, one.within.number) for one in limits] == [
        ("township", "found", "working_days", 2),
        ("township", "notified", "working_days", 2),
        ("county", "reported_unstoppable", "working_days", 3),
    ]


def test_the_notice_of_jiangsu_names_four_contents_of_assessment():
    indicators = load_regulation("jiangsu-co-responsibility").indicators

    assert {one.id: (one.article, one.better, one.levels) for one in indicators} == {
        "illegal_occupation_ratio": ("（十一）", "lower", ("prefecture", "county")),
        "handled_share_by_number": ("（十一）", "higher", ("prefecture", "county")),
        "handled_share_by_area": ("（十一）", "higher", ("prefecture", "county")),
        "measures_imposed_share": ("（十一）", "higher", ("prefecture", "county")),
        "duties_met_share": ("（十一）", "higher", ("prefecture", "county")),
    }


@pytest.mark.parametrize(
    ("name", "number", "in_force_from"),
    [
        ("jieyang-2009", "揭府〔2009〕56号", date(2009, 5, 27)),
        ("jiangsu-co-responsibility", "", None),  # its text carries neither
        ("order-15-2008", "监察部、人力资源和社会保障部、国土资源部令第15号", date(2008, 6, 1)),
        ("criminal-2000-14", "法释〔2000〕14号", date(2000, 6, 22)),
    ],
)
def test_number_and_day_of_force_are_as_printed(name, number, in_force_from):
    regulation = load_regulation(name)

    assert (regulation.number, regulation.in_force_from) == (number, in_force_from)


def test_only_jieyang_grades_cases():
    assert [name for name in RULES if load_regulation(name).grades] == ["jieyang-2009"]


@pytest.mark.parametrize("name", RULES)
def test_summaries_are_one_english_line_in_our_own_words(name):
    regulation = load_regulation(name)

    for one in (*regulation.grades, *regulation.rules, *regulation.duties, *regulation.indicators):
        assert one.says.isascii()  # the originals are Chinese
        assert "\n" not in one.says


def test_a_regulation_without_a_number_is_cited_by_its_title():
    jiangsu = load_regulation("jiangsu-co-responsibility")

    assert jiangsu.citation("（十一）") == "江苏省政府办公厅关于健全国土资源执法监管共同责任机制的通知 （十一）"
