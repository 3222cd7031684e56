"""Why a duty does not apply, or what is special about it: codes for programs, words for people."""

from geoenforce.core.errors import InputError
from geoenforce.core.terms import Term


class DutyReason(Term):
    """What the column ``reason`` of the table DUTIES says; some are followed by a colon and what they are about."""

    NO_FROM_EVENT = "no_from_event", "起算事项未发生", "what the time runs from has not happened"
    NOT_ADDRESSED = "not_addressed", "未书面告知该类部门", "no notice went to such a department"
    SET_BY_ANOTHER = "set_by_another", "限期由其他单位所定", "another office set the deadline"
    NOT_IN_FORCE = "not_in_force", "不在规定施行期间", "not within the regulation's time"
    DEADLINE_RUNS = "deadline_runs", "限期尚未届满", "the deadline it runs from has not passed"
    NOT_DECLARED = "not_declared", "未登记认定事实", "no such fact is on record"
    EXEMPTED = "exempted", "有除外的认定事实", "a fact on record exempts it"
    NEEDLESS = "needless", "起算前已有无需办理的事项", "needless after what happened before"
    LAPSED = "lapsed", "可以行使而逾期未行使", "a right that was not used in time"
    EXCUSED = "excused", "免予巡查", "excused"
    DONE_BEFORE = "done_before", "起算前已办理", "done before the time began"
    ENDED = "ended", "未责令，违法行为已自行消除", "it ended without an order"
    WENT_ON = "went_on", "制止后又继续违法", "it went on after the stop"
    NOT_IN_LEDGER = "not_in_ledger", "已巡查，台账未登记", "patrolled, but not entered in the ledger"
    NO_TRIP = "no_trip", "未巡查", "no trip"
    TOO_SHORT = "too_short", "巡查时长或里程不足", "trips too short"


def duty_reason_in(reason: str, lang: str, *, name: str = "") -> str:
    """
    Put a reason of the table DUTIES into words.

    Parameters
    ----------
    reason
        A code, or a code, a colon and what it is about: a declared fact, an event, or an excuse.
    lang
        ``"zh"`` or ``"en"``.
    name
        The name to use for what it is about, where the caller knows one better than its code.

    Raises
    ------
    InputError
        If there is no such reason.

    Examples
    --------
    >>> duty_reason_in("done_before", "zh")
    '起算前已办理'
    >>> duty_reason_in("excused:暴雨", "zh"), duty_reason_in("not_declared:in_plan_area", "en", name="in the plan area")
    ('免予巡查：暴雨', 'no such fact is on record: in the plan area')
    """
    code, about = reason_parts(reason)
    words = code.name_in(lang)
    if not about:
        return words
    return f"{words}: {name or about}" if lang == "en" else f"{words}：{name or about}"


def reason_parts(reason: str) -> tuple[DutyReason, str]:
    """
    Split a reason of the table DUTIES into its code and what it is about.

    Raises
    ------
    InputError
        If there is no such reason.

    Examples
    --------
    >>> reason_parts("exempted:grave_or_complex")
    (<DutyReason.EXEMPTED: 'exempted'>, 'grave_or_complex')
    """
    code, _, about = reason.partition(":")
    if code not in DutyReason.codes():
        message = f"There is no reason '{reason}' for a duty; known are {list(DutyReason.codes())}."
        raise InputError(message)
    return DutyReason.of(code), about
