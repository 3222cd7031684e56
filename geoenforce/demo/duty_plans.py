"""Deadlines that are planted, worked out by hand with a calendar of 2025 and 2026; none is computed here."""

from dataclasses import dataclass

from geoenforce.demo.accountability_plans import AGRICULTURE, LAND, PLANNING, POLICE, POWER, SUPERVISION
from geoenforce.demo.ground import COUNTY_CODE


@dataclass(frozen=True)
class PlannedDuty:
    """How one duty must stand on 2026-06-30; days as ISO texts, empty where there is none."""

    duty: str
    case_id: str
    office: str
    status: str
    due_on: str = ""
    done_on: str = ""
    days: int | None = None  # left, if it is open; over, if it is late or overdue
    waited: str = ""  # how long it took where no limit is fixed
    shows: str = ""
    regulation: str = "jieyang-2009"
    from_on: str = ""  # of patrols: the day itself

    @property
    def days_left(self) -> int | None:
        """Return the calendar days that are left, if it is open."""
        return self.days if self.status == "open" else None

    @property
    def days_over(self) -> int | None:
        """Return the calendar days past the last day, if it is late or overdue."""
        return None if self.status == "open" else self.days


#: Holidays that matter: National Day 2025-10-01 to 08 (worked: Sunday 09-28, Saturday 10-11), New Year 2026-01-01 to 03
#: (worked: Sunday 01-04), Spring Festival 02-15 to 23 (worked: Saturdays 02-14, 02-28), Qingming 04-04 to 06,
#: Labour Day 05-01 to 05 (worked: Saturday 05-09), Dragon Boat 06-19 to 21.
PLANNED_DUTIES = (
    # ---- Townships: stopped within two working days of the written notice.
    # Tue 2 Dec: Wed 3, Thu 4. Stopped Tue 9.
    PlannedDuty(
        "J17-noticed",
        "445299-2025-011",
        "445299102",
        "met_late",
        "2025-12-04",
        "2025-12-09",
        5,
        shows="the township cannot stop it",
    ),
    # Fri 7 Nov found; told Mon 10: Tue 11, Wed 12. Stopped Fri 14.
    PlannedDuty(
        "J17-noticed", "445299-2025-005", "445299001", "met_late", "2025-11-12", "2025-11-14", 2, shows="two days late"
    ),
    # Wed 12 Nov: Thu 13, Fri 14, the day it was stopped.
    PlannedDuty(
        "J17-noticed", "445299SJBG260007", "445299103", "met", "2025-11-14", "2025-11-14", shows="on the last day"
    ),
    # Fri 13 Feb: Sat 14 is worked, then Spring Festival, then Tue 24.
    PlannedDuty(
        "J17-noticed", "445299-2026-047", "445299103", "met", "2026-02-24", "2026-02-24", shows="over Spring Festival"
    ),
    # Thu 2 Apr: Fri 3, Qingming, Tue 7.
    PlannedDuty(
        "J17-noticed", "445299-2026-028", "445299102", "met", "2026-04-07", "2026-04-07", shows="over Qingming"
    ),
    # Fri 13 Mar: Mon 16, Tue 17. Stopped Thu 19.
    PlannedDuty("J17-noticed", "JZD012", "445299101", "met_late", "2026-03-17", "2026-03-19", 2, shows="two days late"),
    PlannedDuty(
        "J17-noticed",
        "JZD053",
        "445299103",
        "met_late",
        "2026-03-17",
        "2026-03-26",
        9,
        shows="stopped by the county, and late",
    ),
    PlannedDuty(
        "J17-noticed",
        "JZD003",
        "445299107",
        "met_late",
        "2026-03-17",
        "2026-03-30",
        13,
        shows="an especially serious case",
    ),
    # Thu 22 Jan: Fri 23, Mon 26. Stopped Wed 28.
    PlannedDuty(
        "J17-noticed", "445299SJBG260018", "445299001", "met_late", "2026-01-26", "2026-01-28", 2, shows="two days late"
    ),
    # Fri 17 Apr: Mon 20, Tue 21. To 30 June: 9 days of April, 31 of May, 30 of June.
    PlannedDuty(
        "J17-noticed", "445299SJBG260029", "445299001", "overdue", "2026-04-21", days=70, shows="it goes on to this day"
    ),
    # Ordered within two working days of the finding, where it is said to lie inside the plan area.
    # Thu 12 Mar: Fri 13, Mon 16. Wed 11 Feb: Thu 12, Fri 13.
    PlannedDuty("J17-stop", "JZD012", "445299101", "met", "2026-03-16", "2026-03-13", shows="inside the plan area"),
    PlannedDuty(
        "J17-stop", "445299-2026-047", "445299103", "met", "2026-02-13", "2026-02-11", shows="inside the plan area"
    ),
    # ---- The county: three working days after the township's report.
    # Fri 5 Dec: Mon 8, Tue 9, Wed 10.
    PlannedDuty(
        "J17-county",
        "445299-2025-011",
        COUNTY_CODE,
        "met",
        "2025-12-10",
        "2025-12-09",
        shows="stopped by the county in time",
    ),
    # Wed 18 Mar: Thu 19, Fri 20, Mon 23.
    PlannedDuty(
        "J17-county", "JZD053", COUNTY_CODE, "met_late", "2026-03-23", "2026-03-26", 3, shows="the county is late, too"
    ),
    # ---- Demolition: ten working days after the correction deadline.
    # Fri 15 May: 18 to 22 May are five, 25 to 29 are ten.
    PlannedDuty(
        "J17-demolish", "445299-2026-028", "445299102", "met_late", "2026-05-29", "2026-06-05", 7, shows="a week late"
    ),
    # Thu 30 Apr: 6 to 9 May (the Saturday is worked) are four, 11 to 15 are nine, Mon 18 is ten. 13 + 30 days over.
    PlannedDuty(
        "J17-demolish",
        "445299-2026-019",
        "445299104",
        "overdue",
        "2026-05-18",
        days=43,
        shows="over Labour Day; still standing",
    ),
    # Tue 31 Mar: 1 to 3 Apr are three, Qingming, 7 to 10 are seven, 13 to 15 are ten. 15 + 31 + 30 days over.
    PlannedDuty(
        "J17-demolish", "445299-2025-011", "445299102", "overdue", "2026-04-15", days=76, shows="still standing"
    ),
    # Fri 26 Jun: 29 and 30 are two, 1 to 3 Jul are five, 6 to 10 are ten.
    PlannedDuty("J17-demolish", "445299-2026-046", "445299101", "open", "2026-07-10", days=10, shows="ten days left"),
    PlannedDuty(
        "J17-demolish", "JZD012", "445299101", "not_applicable", done_on="2026-05-12", shows="corrected in time"
    ),
    # ---- Departments told in writing on Mon 10 Nov 2025: Tue 11, Wed 12, Thu 13.
    PlannedDuty(
        "J18-plan", "445299-2025-005", PLANNING, "met_late", "2025-11-13", "2025-11-14", 1, shows="one day late"
    ),
    # To 30 June: 18 days of November, 31, 31, 28, 31, 30, 31, 30.
    PlannedDuty(
        "J18-utility", "445299-2025-005", POWER, "overdue", "2025-11-12", days=230, shows="power was never cut"
    ),
    PlannedDuty("J18-damage", "445299-2025-005", AGRICULTURE, "met", done_on="2025-11-12", waited="2 d"),
    # ---- Proposal of disciplinary measures: ten working days after the penalty decision.
    # Thu 25 Sep: Fri 26, Sun 28 (worked), Mon 29, Tue 30; National Day; 9, 10, Sat 11 (worked), 13, 14, 15 October.
    PlannedDuty(
        "J16-discipline", "445299-2025-024", LAND, "met", "2025-10-15", "2025-10-15", shows="over National Day"
    ),
    # Fri 19 Dec: 22 to 26 are five, 29 to 31 are eight, New Year, Sun 4 Jan (worked) is nine, Mon 5 is ten.
    PlannedDuty(
        "J16-discipline",
        "445299-2025-008",
        LAND,
        "met_late",
        "2026-01-05",
        "2026-01-08",
        3,
        shows="over New Year",
    ),
    # Wed 20 May: 21, 22, 25 to 29 are seven, 1 to 3 June are ten.
    PlannedDuty("J16-discipline", "JZD003", LAND, "met", "2026-06-03", "2026-06-01", shows="two days to spare"),
    # Wed 24 Jun: 25, 26, 29, 30 are four, 1 to 3 July are seven, 6 to 8 are ten.
    PlannedDuty("J16-discipline", "JZD053", LAND, "open", "2026-07-08", days=8, shows="eight days left"),
    # Received Tue 2 June: 30 days later is Thu 2 July.
    PlannedDuty("J23-result", "JZD003", SUPERVISION, "open", "2026-07-02", days=2, shows="plain days"),
    # ---- The police, and what follows.
    # Fri 3 Apr: Qingming, 7 to 10 are four, 13 to 17 are nine, Mon 20 is ten.
    PlannedDuty("J20-police", "JZD053", POLICE, "met_late", "2026-04-20", "2026-04-24", 4, shows="over Qingming"),
    # Wed 26 Nov: Thu 27, Fri 28, Mon 1 Dec.
    PlannedDuty(
        "J20-return",
        "445299SJBG260007",
        POLICE,
        "met_late",
        "2025-12-01",
        "2025-12-03",
        2,
        shows="not competent, and late",
    ),
    # Wed 29 Apr: the third day is Sat 2 May, a holiday; the next working day is Wed 6.
    PlannedDuty("J21-review", "JZD053", LAND, "met", "2026-05-06", "2026-05-06", shows="the third day is a holiday"),
    # Thu 7 May: the third day is Sun 10, the next working day Mon 11 (Sat 9 is worked, but it is not the third).
    PlannedDuty(
        "J21-decide", "JZD053", POLICE, "met_late", "2026-05-11", "2026-05-13", 2, shows="the third day is a Sunday"
    ),
    # Thu 14 May: the third day is Sun 17, the next working day Mon 18.
    PlannedDuty("J21-supervise", "JZD053", LAND, "met", "2026-05-18", "2026-05-18", shows="the third day is a Sunday"),
    # ---- No limit: how long it took.
    PlannedDuty("J16-execute", "445299-2025-024", LAND, "met", done_on="2026-04-02", waited="3 d"),
    PlannedDuty("J16-notify-report", "JZD053", LAND, "met", done_on="2026-03-13", waited="1 d"),
    PlannedDuty(
        "S8-warning",
        "445299SJBG260029",
        LAND,
        "met",
        done_on="2026-04-27",
        waited="3 d",
        regulation="jiangsu-co-responsibility",
    ),
    # ---- By the calendar. Sat 28 Feb 2026 is worked; April is not reported; June ends today.
    PlannedDuty(
        "J16-report", "", COUNTY_CODE, "met_late", "2026-02-28", "2026-03-10", 10, shows="the report for February"
    ),
    PlannedDuty("J16-report", "", COUNTY_CODE, "overdue", "2026-04-30", days=61, shows="the report for April"),
    PlannedDuty("J16-report", "", COUNTY_CODE, "open", "2026-06-30", days=0, shows="the report for June"),
    # A trip of six minutes, an entry without a track, and a make-up Saturday; a typhoon.
    *(
        PlannedDuty("J16-patrol", "", LAND, "overdue", day, days=days, shows=shows, from_on=day)
        for day, days, shows in (
            ("2026-04-10", 81, "the trip was too short"),
            ("2026-04-22", 69, "an entry without a track"),
            ("2026-05-09", 52, "a Saturday that is worked"),
        )
    ),
    PlannedDuty("J16-patrol", "", LAND, "not_applicable", shows="excused", from_on="2026-04-28"),
    PlannedDuty("J16-patrol", "", LAND, "met", "2026-05-13", "2026-05-13", shows="patrolled", from_on="2026-05-13"),
)
