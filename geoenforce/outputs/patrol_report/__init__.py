"""The patrol compliance report (巡查达标情况报告) of a month, quarter or year."""

from geoenforce.outputs.patrol_report.report import patrol_report

__all__ = ["patrol_report"]
