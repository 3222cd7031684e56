"""The words of an evidence sheet, in both languages."""

_ZH = {
    "title": "违法占地案件证据材料", "subtitle": "{case_id}　{township}", "about": "案件概况",
    "maps": "位置与现场", "areas": "占用面积", "grading": "情节认定过程", "pieces": "地类明细",
    "points": "界址点坐标", "course": "办理经过与履职时限", "passings": "发现前经过的巡查",
    "findings": "涉及的条款", "sources": "数据来源", "method": "说明", "chips": "前后影像", "project": "项目",
    "case": "案件编号", "township": "所在乡镇（街道）", "shares": "跨乡镇分摊", "status": "状态",
    "severity": "情节", "decided": "认定依据", "found_on": "发现日期", "year": "计入年度", "patches": "图斑",
    "area": "占地面积", "mu_and_m2": "{mu} 亩（{m2} ㎡）", "party": "当事人", "lead": "线索来源",
    "as_of": "数据截至", "code": "校验码", "unknown": "未记载", "none": "无", "list": "、",
    "counted_patches": "{n} 个", "overview": "位置示意图", "overview_alt": "{case} 在 {township} 的位置",
    "own_township": "案件所在乡镇", "case_here": "案件位置", "north": "北", "patch": "违法图斑",
    "fields": "周边 {metres} 米内永久基本农田", "detail": "现场详图（2000国家大地坐标系，{zone}；上方为坐标北）",
    "detail_alt": "{case} 的图斑、各地类和界址点", "more_details": "另有 {n} 个图斑未单独出图，界址点见坐标表。",
    "before": "前时相影像", "after": "后时相影像", "by_class": "案件各类土地面积", "class": "地类",
    "mu": "面积（亩）", "m2": "面积（㎡）", "by_patch": "各图斑面积", "patch_id": "图斑编号", "counted": "计入",
    "not_counted": "未计入", "is_counted": "是否计入", "whole_m2": "图斑面积（㎡）",
    "afterwards": "事后补办批准（亩）",
    "area_note": "面积为椭球面积（2000国家大地坐标系），1 亩 = 2000/3 ㎡；重叠处只计一次。",
    "overlap_note": "计入的图斑有重叠，逐个相加大于案件面积。", "net_note": "耕地按扣除田坎后的净面积计算。",
    "comparisons": "逐项比较（任一项达到即构成相应情节，各类面积不相加）", "grade": "情节",
    "compared": "实际面积（亩）", "operator": "比较", "limit": "标准（亩）", "margin": "差额（亩）",
    "holds": "是否达到", "near": "临界", "citation": "依据", "yes": "是", "no": "否",
    "result": "认定结果：{severity}。{decided}。",
    "near_yes": "临界：有面积与标准相差不超过 {share}，认定前应复核界址和图层。",
    "near_no": "没有面积处于标准的 {share} 以内（非临界）。",
    "sigma": "界址误差按 ±{sigma} 米、沿案件周长计，面积可能增减 {error} 亩：{effect}。",
    "sigma_yes": "认定结果可能因此改变", "sigma_no": "认定结果不因此改变",
    "pieces_caption": "地类明细表（按地类图斑切割）", "parcel": "地类图斑编号", "land_code": "地类编码",
    "land_name": "地类名称", "ridge": "田坎系数", "net_m2": "扣除田坎（㎡）",
    "no_pieces": "本次运行未生成地类明细。",
    "slivers": "另有 {n} 块各不足 0.005 ㎡（图斑边线与地类界线重合处），未列出。",
    "outside_parcels": "（无地类图斑）", "points_caption": "界址点坐标表", "point": "点号", "ring": "圈号",
    "north_m": "X 北（米）", "east_m": "Y 东（米）", "side": "至下一点（米）",
    "points_note": "2000国家大地坐标系，高斯-克吕格投影 {zone}，Y 坐标含带号；点为交付图斑的原始顶点，在全案连续"
    "编号。边长为椭球面上的大地线长，与平面坐标反算值略有差别。圈号 1 为外圈，其后依次为内圈或另一部分。",
    "zone": "{width} 度带第 {number} 带", "timeline": "时间顺序", "missed": "到期未办：{what}", "day": "日期",
    "what": "事项", "office": "单位", "found_patch": "发现图斑 {patch}", "duties": "履职时限", "actor": "责任主体",
    "to_do": "应办事项", "from": "起算", "due": "到期日", "done": "办理日期", "state": "状态", "remark": "备注",
    "over": "，超过 {n} 天", "left": "，剩 {n} 天", "took": "，用时 {time}", "waiting": "，已历时 {time}",
    "no_events": "没有登记办理事项，只有发现日期。", "no_duties": "没有适用的履职时限。",
    "not_applicable": "另有 {n} 项规定的职责，起算事项未登记或情形不适用，未列出。",
    "no_accountability": "本次运行没有登记办理进度，也没有核对履职时限和追责条款。",
    "passings_caption": "发现前从视距以内经过的巡查", "trip_day": "日期", "trip_time": "时间", "unit": "巡查单位",
    "distance": "最近距离（米）", "sight": "视距（米）", "days_before": "早于发现（天）",
    "passings_lead": "发现之前，有 {n} 次巡查的轨迹从图斑的视距以内经过，最早一次在 {first}，最晚一次在 {last}。"
    "如当时违法行为已经存在，本应能够看到。",
    "passings_caution": "这只是线索：轨迹经过不等于当时违法行为已经存在，也不等于视线没有遮挡；时间为整次巡查的起"
    "止时间，并非经过的时刻；定位有误差。是否应当发现，须由人核实后判断。",
    "passings_most": "共 {n} 次，表中为最近的 {shown} 次。",
    "no_passings": "在提供的轨迹中，发现之前没有巡查从视距以内经过（只计发现日之前结束的巡查）。",
    "no_patrols": "本次运行没有巡查轨迹。", "no_found_on": "案件没有发现日期，无法比较。",
    "findings_caption": "以本案为依据之一的条款", "subject": "对象", "roles": "责任人", "measure": "条款所列措施",
    "because": "情形", "role_of_case": "本案作用", "counts": "计入", "stopped": "已及时制止，未计入",
    "no_findings": "没有条款以本案为依据。",
    "findings_note": "以上为事实和所涉条款；是否追究、如何追究，由有权机关决定。",
    "sources_caption": "使用的图层和登记表", "kind": "内容", "file": "文件", "layer_date": "生效日期",
    "in_force": "发现日适用", "hash": "SHA-256（前 12 位）",
    "options_note": "认定参数：{options}。软件版本 {version}。",
    "method_text": "本材料由软件根据所列图层自动计算，供执法人员核查时参考。它是线索，不是处理决定，也不能代替实"
    "地勘测、询问当事人和法定鉴定。",
    "method_how": "计算方法：把图斑与发现日适用的图层叠加，每处土地只归一类，顺序为：已批准用地、永久基本农田、其"
    "他耕地、其他土地；面积在等积投影中按椭球面积计算；同案图斑合并后，逐类与规定的标准比较。",
    "method_objection": "对图斑范围、地类、日期或面积有异议的，应以实测和权属、地类、审批的原始资料为准，更正后重"
    "新计算。",
    "method_code": "校验：运行 geoenforce audit verify --code {code}，可知本材料属于哪次运行的哪个案件，以及存储"
    "中的记录是否仍与本材料一致。校验码涵盖案件、比较、面积、地类明细、履职时限和图斑顶点，不涵盖姓名。",
    "code_caption": "校验码 {code}", "code_alt": "二维码：案件编号、截至日期和校验码",
    "source_note": "{regulation}；数据截至 {as_of}；geoenforce {version}；校验码 {code}",
    "personal_note": "本材料含个人信息，仅限办案使用。",
}  # fmt: skip

_EN = {
    "title": "Case evidence sheet", "subtitle": "{case_id}  {township}", "about": "The case", "maps": "Place",
    "areas": "Areas taken", "grading": "How the grade follows", "pieces": "Land by parcel",
    "points": "Boundary points", "course": "What was done, and when it was due",
    "passings": "Patrols that passed before it was found", "findings": "Articles it bears on",
    "sources": "What it was made from", "method": "How to read this", "chips": "Images before and after",
    "project": "project", "case": "case", "township": "township", "shares": "shares by township",
    "status": "status", "severity": "severity", "decided": "decided by", "found_on": "found on",
    "year": "counts in", "patches": "patches", "area": "area", "mu_and_m2": "{mu} mu ({m2} m²)", "party": "party",
    "lead": "lead source", "as_of": "as of", "code": "code", "unknown": "not recorded", "none": "none",
    "list": ", ", "counted_patches": "{n}", "overview": "Where the case lies",
    "overview_alt": "where {case} lies in {township}", "own_township": "its township", "case_here": "the case",
    "north": "N", "patch": "violation", "fields": "basic farmland within {metres} m",
    "detail": "The ground in detail (CGCS2000, {zone}; the grid's north is up)",
    "detail_alt": "patches, land classes and boundary points of {case}",
    "more_details": "{n} more patches have no map of their own; their points are in the table.",
    "before": "image before", "after": "image after", "by_class": "The case by land class", "class": "land class",
    "mu": "area (mu)", "m2": "area (m²)", "by_patch": "Each patch", "patch_id": "patch", "counted": "yes",
    "not_counted": "no", "is_counted": "counts", "whole_m2": "patch (m²)",
    "afterwards": "approved afterwards (mu)",
    "area_note": "Ellipsoidal areas (CGCS2000); 1 mu = 2000/3 m²; ground that overlaps counts once.",
    "overlap_note": "Counted patches overlap: their sum is more than the case.",
    "net_note": "Cultivated land is net of field ridges.",
    "comparisons": "Every comparison (any one that holds gives its grade; classes are not added up)",
    "grade": "grade", "compared": "area (mu)", "operator": "sign", "limit": "limit (mu)", "margin": "margin (mu)",
    "holds": "holds", "near": "near", "citation": "source", "yes": "yes", "no": "no",
    "result": "Grade: {severity}. {decided}.",
    "near_yes": "Near a threshold: an area is within {share} of a limit; check boundary and layers before "
    "deciding.",
    "near_no": "No area is within {share} of a limit.",
    "sigma": "A boundary that is off by ±{sigma} m all round adds or takes {error} mu: {effect}.",
    "sigma_yes": "the grade may change", "sigma_no": "the grade stays",
    "pieces_caption": "Pieces cut by land parcels", "parcel": "parcel", "land_code": "code",
    "land_name": "land use", "ridge": "ridge coefficient", "net_m2": "without ridges (m²)",
    "no_pieces": "This run made no pieces.",
    "slivers": "{n} more of less than 0.005 m² each, where borders coincide, are not listed.",
    "outside_parcels": "(outside all parcels)", "points_caption": "Coordinates of the boundary points",
    "point": "point", "ring": "ring", "north_m": "X north (m)", "east_m": "Y east (m)", "side": "to the next (m)",
    "points_note": "CGCS2000, Gauss-Krüger {zone}; Y begins with the zone's number. Points are the vertices as "
    "delivered, numbered through the case. Sides are geodesics on the ellipsoid, and differ a little from what "
    "the plane's coordinates give. Ring 1 is the outer one; holes and further parts follow.",
    "zone": "{width}-degree zone {number}", "timeline": "In order of time", "missed": "due, and not done: {what}",
    "day": "day", "what": "what", "office": "office", "found_patch": "patch {patch} found",
    "duties": "Duties and their limits", "actor": "owed by", "to_do": "to do", "from": "from", "due": "due",
    "done": "done", "state": "status", "remark": "remark", "over": ", {n} d over", "left": ", {n} d left",
    "took": ", took {time}", "waiting": ", waiting for {time}",
    "no_events": "No event is on record but the day it was found.", "no_duties": "No duty applies.",
    "not_applicable": "{n} more duties are not listed: what they run from is not on record, or they do not apply.",
    "no_accountability": "This run had no register of events; duties and articles were not examined.",
    "passings_caption": "Patrols within sight before it was found", "trip_day": "day", "trip_time": "time",
    "unit": "patrol unit", "distance": "nearest (m)", "sight": "sight (m)", "days_before": "days before",
    "passings_lead": "Before it was found, {n} patrol tracks passed within sight of it, the first on {first}, "
    "the last on {last}. If the violation was there then, it should have been seen.",
    "passings_caution": "This is a clue only: a track nearby does not show that the violation was there by then, "
    "nor that nothing stood between. Times are those of the whole patrol, not of the moment it passed; positions "
    "have errors. Whether it should have been found is for a person to judge after checking.",
    "passings_most": "{n} in all; the table has the last {shown}.",
    "no_passings": "Of the tracks at hand, none passed within sight before it was found (patrols that ended "
    "before that day).",
    "no_patrols": "This run had no patrol tracks.", "no_found_on": "The case has no day on which it was found.",
    "findings_caption": "Articles that rest on this case among others", "subject": "subject", "roles": "persons",
    "measure": "measure it names", "because": "because", "role_of_case": "this case", "counts": "counts",
    "stopped": "stopped in time, not counted", "no_findings": "No article rests on this case.",
    "findings_note": "These are facts and the articles they touch; the competent authority decides.",
    "sources_caption": "Layers and registers", "kind": "what", "file": "file", "layer_date": "in force from",
    "in_force": "in force that day", "hash": "SHA-256 (first 12)",
    "options_note": "Options: {options}. Version {version}.",
    "method_text": "The software computed this sheet from the layers listed, as a clue for the officers who "
    "check the case. It is no decision, and replaces neither a survey on the ground nor the hearing of the party "
    "nor an appraisal.",
    "method_how": "How: the patches are laid over the layers in force on the day they were found. Each spot has "
    "one class, in this order: approved, basic farmland, other cultivated land, other land. Areas are "
    "ellipsoidal, measured in an equal-area plane. The patches of a case are joined, and each class is compared "
    "with the limits.",
    "method_objection": "Whoever objects to outline, class, day or area is answered by a survey and the original "
    "records of title, land use and approval; corrected inputs are computed anew.",
    "method_code": "To check: geoenforce audit verify --code {code} says which run and case this sheet belongs "
    "to, and whether the stored record still agrees. The code covers case, comparisons, areas, pieces, duties "
    "and vertices, but no names.",
    "code_caption": "code {code}", "code_alt": "QR code: case, day and code",
    "source_note": "{regulation}; as of {as_of}; geoenforce {version}; code {code}",
    "personal_note": "This sheet names persons: for handling the case only.",
}  # fmt: skip

#: Language → word.
WORDS = {"zh": _ZH, "en": _EN}

#: What each kind of input is called.
KINDS = {
    "zh": {
        "townships": "乡镇界线", "basic_farmland": "永久基本农田", "cultivated": "地类图斑（耕地）",
        "approvals": "批准用地", "violations": "违法图斑", "tracks": "巡查轨迹", "ledger": "巡查台账",
        "roads": "道路", "excused": "免巡日", "events": "案件办理进度", "measures": "已采取措施",
        "declarations": "认定事实", "departments": "部门（单位）", "new_construction": "新增建设用地",
        "cultivated_taken": "新增建设用地占用耕地", "deductions": "扣减面积", "working_days": "工作日历",
        "elevation": "高程",
    },
    "en": {
        "townships": "townships", "basic_farmland": "basic farmland", "cultivated": "parcels (cultivated land)",
        "approvals": "approved sites", "violations": "violations", "tracks": "patrol tracks",
        "ledger": "patrol ledger", "roads": "roads", "excused": "excused days", "events": "case events",
        "measures": "measures imposed", "declarations": "declared facts", "departments": "departments",
        "new_construction": "new construction land", "cultivated_taken": "cultivated land taken",
        "deductions": "deductions", "working_days": "working days", "elevation": "elevation",
    },
}  # fmt: skip
