// The list of cases: narrowed by grade, township, status, month and search, on the list and on the map alike.
window.geoenforceFilters = function (data, kit, cases) {
  "use strict";
  const { words, element, filled, button, choice, select } = kit;
  const { sample } = window.geoenforceSigns;
  const MOST_LISTED = 200;
  const ALL = "*";
  const NOWHERE = "-";
  const NOTHING_CHOSEN = { grade: ALL, township: ALL, status: ALL, month: ALL, near: false, text: "" };
  const chosen = { ...NOTHING_CHOSEN };
  const groupOf = Object.fromEntries(data.groups.map((group) => [group.key, group]));

  function placeOf(found) {
    return found && found.code ? found.code : NOWHERE;
  }

  function passes({ patch, found }) {
    if (chosen.grade !== ALL && !(found && found.key === chosen.grade)) return false;
    if (chosen.township !== ALL && placeOf(found) !== chosen.township) return false;
    if (chosen.status !== ALL && patch.status !== chosen.status) return false;
    if (chosen.month !== ALL && patch.found_on.slice(0, 7) !== chosen.month) return false;
    if (chosen.near && !(found && found.near)) return false;
    const text = chosen.text.trim().toLowerCase();
    if (!text) return true;
    return [patch.case || "", patch.id, found ? found.township : ""].some((one) => one.toLowerCase().includes(text));
  }

  function caseButton(caseId, entries) {
    const [{ group, found, patch }] = entries;
    const made = button("", "case", () => cases.goTo(caseId));
    const text = element("span", "text");
    text.append(element("b", "", caseId));
    const place = found && found.township ? found.township : words.no_township;
    const state = group.hollow ? data.statuses[patch.status] : found.grade;
    text.append(element("span", "", [place, patch.found_on, state].filter(Boolean).join(" · ")));
    made.append(sample(group, "sign"), text);
    const side = element("span", "area", found ? filled(words.mu_value, { number: found.mu.at(-1) }) : "");
    if (found && found.near && !group.hollow) side.append(element("span", "near", words.near));
    made.append(side);
    return made;
  }

  // Cases of some entries, the gravest first, as buttons that go there.
  function caseList(entries) {
    const byCase = new Map();
    for (const entry of entries) {
      const name = entry.patch.case || entry.patch.id;
      if (!byCase.has(name)) byCase.set(name, []);
      byCase.get(name).push(entry);
    }
    const ranked = [...byCase].sort(([, [one]], [, [other]]) => other.rank - one.rank);
    const list = element("ol", "cases");
    for (const [name, own] of ranked.slice(0, MOST_LISTED)) {
      const item = element("li");
      item.append(caseButton(name, own));
      list.append(item);
    }
    if (ranked.length > MOST_LISTED) list.append(element("li", "more", filled(words.more_hits, { number: ranked.length - MOST_LISTED })));
    return { list, number: ranked.length };
  }

  const hits = element("p", "hits");
  hits.setAttribute("role", "status");
  const listed = element("div");

  function tell() {
    const found = cases.filter(passes);
    const { list, number } = caseList(found);
    hits.textContent = number ? filled(words.hits, { cases: number, patches: found.length }) : words.no_hits;
    listed.replaceChildren(list);
  }

  function options(pairs) {
    return [[ALL, words.all], ...pairs];
  }

  function field(key, label, pairs) {
    return select(label, options(pairs), chosen[key], (value) => {
      chosen[key] = value;
      tell();
    });
  }

  function fields() {
    const entries = cases.entries;
    const months = [...new Set(entries.map(({ patch }) => patch.found_on.slice(0, 7)))].filter(Boolean).sort().reverse();
    const statuses = Object.entries(data.statuses).filter(([key]) => entries.some(({ patch }) => patch.status === key));
    const towns = data.townships.map(({ code, name }) => [code, name]);
    if (entries.some(({ found }) => placeOf(found) === NOWHERE)) towns.push([NOWHERE, words.no_township]);
    const grades = data.groups.filter(({ hollow }) => !hollow).map(({ key, label }) => [key, label]).reverse();
    const search = element("label", "select");
    const input = element("input");
    Object.assign(input, { type: "search", placeholder: words.search_hint, value: chosen.text });
    input.setAttribute("aria-label", words.search);
    input.addEventListener("input", () => {
      chosen.text = input.value;
      tell();
    });
    search.append(element("span", "", words.search), input);
    const near = choice("checkbox", words.near_only, chosen.near, (checked) => {
      chosen.near = checked;
      tell();
    });
    const last = element("div", "last");
    last.append(near, button(words.clear, "plain", () => {
      Object.assign(chosen, NOTHING_CHOSEN);
      box.replaceChildren(...fields());
      tell();
    }));
    return [
      search, field("grade", words.grade, grades), field("township", words.township, towns),
      field("status", words.status, statuses), field("month", words.month, months.map((month) => [month, month])), last,
    ];
  }

  const box = element("div", "filters");
  const view = element("section", "case-view");
  box.append(...fields());
  view.append(box, hits, listed);
  if (cases.isMany) hits.after(element("p", "note", words.cluster_note));
  tell();
  return { view, caseList, groupOf };
};
