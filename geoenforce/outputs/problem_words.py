"""What the codes of data issues are called in Chinese; the code stays beside the words, to search and ask for."""

from geoenforce.core.patrol_terms import FixFlag

_WORDS = {
    # files
    "broken_file": "文件损坏",
    "bulk_refused": "整批读取失败，已逐条读取",
    "driver_message": "读取程序的提示",
    "crs_not_used": "坐标系声明未采用",
    "duplicate": "重复记录",
    "east_first": "坐标先东后北，已按此读取",
    "empty_file": "文件中没有定位点",
    "no_usable_fix": "文件中没有可用的定位点",
    "empty_layer": "图层中没有要素",
    "file_cut_off": "文件不完整",
    "mixed_encodings": "同一文件中有多种编码",
    "north_first": "坐标先北后东，已按此读取",
    "other_files": "文件夹中有未读取的文件",
    "sheet_left_out": "工作表未读取",
    "undecodable_text": "文字无法解码",
    "unreadable_file": "文件无法读取",
    "unreadable_record": "记录无法读取",
    "unread_columns": "有未读取的列",
    # shapes and coordinates
    "crs_overruled": "文件坐标系已由配置替代",
    "curves_linearised": "曲线已转为折线",
    "datum_gcj02_suspected": "疑为火星坐标（GCJ-02）",
    "empty_geometry": "图形为空",
    "gcj02_shifted": "火星坐标（GCJ-02）已改正",
    "invalid_geometry": "图形错误（自相交等）",
    "not_a_polygon": "不是面状图形",
    "not_a_track": "不是轨迹",
    "not_finite": "坐标不是有效数字",
    "null_geometry": "没有图形",
    "outside_crs": "超出坐标系适用范围",
    "outside_plane": "超出计算平面范围",
    "outside_townships": "不在任何乡镇内",
    "points_missing": "界址点个数与文件头不符",
    "several_parts": "一宗地有多个部分",
    "township_in_parts": "同一乡镇有多个图形，已合并",
    "z_dropped": "高程值未采用",
    "zero_area": "面积为零",
    # land, violations, cases
    "case_mostly_outside": "案件大部分面积不在项目范围内",
    "before_first_layer": "早于首个图层，已采用最早图层",
    "built_up_basic_farmland": "基本农田图层中有建设用地",
    "found_on_missing": "缺少发现日期",
    "ground_shared_by_cases": "不同案件图斑重叠",
    "land_code_missing": "缺少地类编码",
    "land_code_unknown": "地类编码未知",
    "personal_columns_dropped": "已舍去个人信息列",
    "ridge_coefficient_in_per_cent": "田坎系数为百分数，已换算",
    "suspected_in_confirmed_case": "已核实案件中有疑似图斑",
    # patrols and the ledger
    "calendar_not_published": "该年度工作日安排尚未公布",
    "county_without_tracks": "该县（市、区）没有任何轨迹",
    "end_before_start": "结束早于开始",
    "future_date": "日期在将来",
    "naive_time": "时间未注明时区",
    "named_by_file": "单位或设备取自文件名",
    "no_date": "缺少日期",
    "no_patrol_unit": "缺少巡查单位",
    "position_without_violation": "有位置但未记违法情况",
    "unpaired_times": "时间与坐标个数不一致",
    "unreadable_time": "时间无法识别",
    # registers and regulations
    "case_in_no_unit": "案件不属于任何单位",
    "circumstance_not_examined": "该情形未能核查",
    "corrected_before_measure": "整改早于采取措施",
    "deducted_below_illegal": "扣减后小于违法面积",
    "due_before_measure": "整改期限早于采取措施",
    "duties_not_examined": "履职时限未能核查",
    "events_out_of_order": "办理事项先后颠倒",
    "in_the_future": "日期晚于截至日期，不计入",
    "level_of_office": "单位层级不符",
    "no_case": "未写明案件",
    "no_event": "未写明事项",
    "no_subject": "未写明案件或单位",
    "ratio_not_computable": "违法占用耕地比例无法计算",
    "regulation_not_in_force": "规定在该日期尚未施行",
    "regulation_of_another_place": "规定适用于其他地区",
    "regulation_without_date": "规定未注明施行日期",
    "repeated_id": "编号重复",
    "repeated_row": "登记内容重复",
    "table_below_illegal": "登记面积小于违法面积",
    "time_to_stop_runs": "制止期限未满，暂不计入",
    "unknown_case": "没有这个案件",
    "unknown_office": "没有这个单位",
    "unreadable_date": "日期无法识别",
    **{flag.value: flag.zh for flag in FixFlag},
}
#: Codes that registers make of the name of a column.
_BEGINNINGS = {"no_": "缺少必填内容", "unknown_": "内容不在规定范围内", "unreadable_": "内容无法识别"}


def problem_in_words(code: str, lang: str) -> str:
    """
    Say what a code of ISSUES means.

    Parameters
    ----------
    code
        What stands in the column ``problem``.
    lang
        ``"zh"`` or ``"en"``: the codes themselves are English.

    Examples
    --------
    >>> problem_in_words("zero_area", "zh"), problem_in_words("unreadable_amount", "zh")
    ('面积为零（zero_area）', '内容无法识别（unreadable_amount）')
    >>> problem_in_words("zero_area", "en"), problem_in_words("of_a_later_version", "zh")
    ('zero_area', 'of_a_later_version')
    """
    words = _WORDS.get(code) or next((words for start, words in _BEGINNINGS.items() if code.startswith(start)), None)
    return code if lang != "zh" or words is None else f"{words}（{code}）"
