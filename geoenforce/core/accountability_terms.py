"""The words of accountability: levels, roles, actors, events, measures, and how a duty stands."""

from geoenforce.core.terms import Term


class Level(Term):
    """What kind of subject a rule speaks of."""

    PROVINCE = "province", "省", "province"
    PREFECTURE = "prefecture", "市", "prefecture"
    COUNTY = "county", "县（市、区）", "county"
    TOWNSHIP = "township", "乡镇（街道）", "township"
    DEPARTMENT = "department", "有关部门（单位）", "department"
    INDIVIDUAL = "individual", "个人", "individual"
    CASE = "case", "案件", "case"


#: Digits of a division code → the level of the government it names.
LEVEL_BY_DIGITS = {2: Level.PROVINCE, 4: Level.PREFECTURE, 6: Level.COUNTY, 9: Level.TOWNSHIP}


class Role(Term):
    """Whom within a subject a measure is meant for."""

    FIRST_RESPONSIBLE = "first_responsible", "第一责任人", "first responsible person"
    DIRECTLY_RESPONSIBLE = "directly_responsible", "直接责任人", "directly responsible person"
    PRINCIPALLY_RESPONSIBLE = "principally_responsible", "主要责任人", "principally responsible person"
    MAIN_LEADER = "main_leader", "主要领导", "main leader"
    LEADER_IN_CHARGE = "leader_in_charge", "分管领导", "leader in charge"
    RESPONSIBLE_STAFF = "responsible_staff", "有关责任人员", "responsible staff"
    VILLAGE_OFFICIAL = "village_official", "村干部", "village official"
    ENFORCEMENT_OFFICER = "enforcement_officer", "行政执法人员", "enforcement officer"
    UNIT = "unit", "单位", "the unit itself"


class Actor(Term):
    """Who owes a duty: a government, or a kind of department."""

    PREFECTURE = "prefecture", "市人民政府", "prefecture government"
    COUNTY = "county", "县（市、区）人民政府", "county government"
    TOWNSHIP = "township", "乡镇人民政府（街道办事处）", "township government"
    LAND = "land", "自然资源（国土资源）部门", "land department"
    PLANNING = "planning", "规划部门", "planning department"
    AGRICULTURE = "agriculture", "农业部门", "agriculture department"
    FORESTRY = "forestry", "林业部门", "forestry department"
    POWER = "power", "供电部门", "power supplier"
    WATER = "water", "供水部门", "water supplier"
    GAS = "gas", "供气部门", "gas supplier"
    POLICE = "police", "公安机关", "police"
    SUPERVISION = "supervision", "监察（纪检监察）部门", "supervision organ"
    LAND_USER = "land_user", "用地单位", "land user"
    OTHER = "other", "其他部门（单位）", "another department"


class Event(Term):
    """What happened in a case, or (the last ones) in a unit."""

    FOUND = "found", "发现", "found"
    STOP_ORDERED = "stop_ordered", "责令停止", "stop order issued"
    NOTIFIED = "notified", "书面告知乡镇", "township notified in writing"
    DEPARTMENT_NOTIFIED = "department_notified", "书面告知部门", "department notified in writing"
    REPORTED_TO_COUNTY = "reported_to_county", "重大违法行为报告县政府", "reported to the county government"
    REPORTED_UP = "reported_up", "报告同级政府和上一级部门", "reported to government and higher department"
    REPORTED_UNSTOPPABLE = "reported_unstoppable", "乡镇报告无法制止", "township reported that it cannot stop it"
    CONTINUED = "continued", "停工令后继续违法", "went on after the stop order"
    LEGAL_WARNING = "legal_warning", "法制预警", "legal warning given"
    STOPPED = "stopped", "已制止", "stopped"
    RECTIFY_BY = "rectify_by", "限期改正到期日", "correction deadline"
    CORRECTED = "corrected", "已改正", "corrected"
    DEMOLISHED = "demolished", "已拆除", "demolished"
    RECULTIVATED = "recultivated", "已复耕", "recultivated"
    PLAN_VERIFIED = "plan_verified", "规划情况已核实", "planning facts verified"
    DAMAGE_APPRAISED = "damage_appraised", "损毁程度已鉴定", "damage appraised"
    SUPPLY_CUT = "supply_cut", "已停止供应", "supply cut"
    FILED = "filed", "立案", "case filed"
    PENALISED = "penalised", "行政处罚决定", "penalty decision"
    PENALTY_FINAL = "penalty_final", "处罚决定生效未履行", "penalty final and not carried out"
    EXECUTION_APPLIED = "execution_applied", "申请强制执行", "compulsory execution applied for"
    DISCIPLINE_PROPOSED = "discipline_proposed", "提出追责建议", "disciplinary measures proposed"
    DISCIPLINE_RECEIVED = "discipline_received", "收到处分建议书", "disciplinary proposal received"
    DISCIPLINE_RESULT = "discipline_result", "书面告知处理结果", "disciplinary result given in writing"
    CRIME_SUSPECTED = "crime_suspected", "发现涉嫌犯罪", "facts point to a crime"
    TRANSFERRED = "transferred", "移送公安机关", "transferred to the police"
    BREACH_SUSPECTED = "breach_suspected", "发现违纪线索", "facts point to a breach of discipline"
    DISCIPLINE_TRANSFERRED = "discipline_transferred", "移送纪检监察", "transferred to the discipline organ"
    RECEIVED = "received", "公安机关受理", "received by the police"
    NOT_COMPETENT = (
        "not_competent",
        "公安机关收到材料，认为无权处理",
        "received by police that hold themselves not competent",
    )
    RETURNED = "returned", "退回并说明理由", "returned with reasons"
    DECIDED = "decided", "作出立案或不予立案决定", "decided whether to file"
    NON_FILING_NOTICE = "non_filing_notice", "收到不予立案通知书", "notice of non-filing received"
    REVIEW_REQUESTED = "review_requested", "提请复议", "reconsideration requested"
    REVIEW_RECEIVED = "review_received", "公安机关收到复议申请", "request for reconsideration received"
    REVIEW_DECIDED = "review_decided", "作出复议决定", "reconsideration decided"
    REVIEW_DECISION_RECEIVED = "review_decision_received", "收到复议决定", "decision on reconsideration received"
    SUPERVISION_PROPOSED = "supervision_proposed", "建议立案监督", "legal supervision proposed"
    CLOSED = "closed", "结案", "closed"
    SUPPLIED = "supplied", "供地", "land supplied"
    USED = "used", "动工开发", "land taken into use"
    MONTHLY_REPORT = "monthly_report", "月度汇总上报", "monthly report"


#: After these a violation no longer goes on. What ended it may be undone: see `Event.CONTINUED`.
ENDS = (Event.STOPPED, Event.CORRECTED, Event.DEMOLISHED, Event.RECULTIVATED)

#: After these nothing is left that could be ordered to stop or to be corrected.
REMOVALS = (Event.CORRECTED, Event.DEMOLISHED, Event.RECULTIVATED)


class Measure(Term):
    """What an article names as the consequence."""

    ADMONISHMENT_TALK = "admonishment_talk", "诫勉谈话", "admonishment talk"
    WARNING = "warning", "警告", "warning"
    DEMERIT = "demerit", "记过", "demerit"
    MAJOR_DEMERIT = "major_demerit", "记大过", "major demerit"
    DEMOTION = "demotion", "降级", "demotion"
    REMOVAL = "removal", "撤职", "removal from post"
    DISMISSAL = "dismissal", "开除", "dismissal"
    CIRCULATED_CRITICISM = "circulated_criticism", "通报批评", "circulated criticism"
    NO_COMPETENT_GRADE = "no_competent_grade", "当年度考核不得评定为称职（合格）以上等次", "no competent grade"
    ORDERED_TO_RESIGN = "ordered_to_resign", "责令辞职", "ordered to resign"
    RECALL = "recall", "提请罢免或撤销职务", "recall from office proposed"
    LEADERS_HELD_ACCOUNTABLE = "leaders_held_accountable", "提请追究主要领导责任", "leaders' accountability asked for"
    STRICT_HANDLING = "strict_handling", "依法从严处理", "handled strictly under the law"
    INTERVIEW = "interview", "约谈", "interview"
    HELD_ACCOUNTABLE = "held_accountable", "问责", "held to account"
    APPROVALS_PAUSED = "approvals_paused", "整改期间暂停审批", "approvals paused while correcting"
    HANDED_TO_SUPERVISION = "handed_to_supervision", "由监察机关实行责任追究", "handed over to supervision"
    PUBLIC_NOTICE = "public_notice", "公开通报", "public notice"
    LISTED_SUPERVISION = "listed_supervision", "挂牌督办", "listed supervision"
    TRANSFER_SUGGESTED = "transfer_suggested", "涉嫌犯罪，建议移送", "suspected crime: consider transfer"


class DutyStatus(Term):
    """How a duty stands, as of a stated date."""

    MET = "met", "已按期履行", "met"
    MET_LATE = "met_late", "逾期履行", "met late"
    OPEN = "open", "履行中", "open"
    OVERDUE = "overdue", "已逾期", "overdue"
    NOT_APPLICABLE = "not_applicable", "不适用", "not applicable"
