// The list of cases: narrowed by grade, township, status, month and search, on the list and on the map alike.
window.geoenforceFilters = function (data, kit, cases, state) {
  "use strict";
  const { words, element, filled, button, choice, select } = kit;
  const { sample } = window.geoenforceSigns;
  const MOST_LISTED = 200;
  const ALL = "*";
  const NOWHERE = "-";
  const NOTHING_CHOSEN = { grade: ALL, township: ALL, status: ALL, month: ALL, party: ALL, near: false, text: "" };
  const chosen = (state.filters ||= { ...NOTHING_CHOSEN }); // codes, the same in every language
  const { store } = cases;

  function passes(row) {
    if (chosen.grade !== ALL && store.grade(row) !== Number(chosen.grade)) return false;
    if (chosen.township !== ALL && (store.code(row) || NOWHERE) !== chosen.township) return false;
    if (chosen.status !== ALL && store.status(row) !== chosen.status) return false;
    if (chosen.month !== ALL && store.month(row) !== chosen.month) return false;
    if (chosen.party !== ALL && store.partyType(row) !== chosen.party) return false;
    if (chosen.near && !store.isNear(row)) return false;
    const text = chosen.text.trim().toLowerCase();
    return !text || store.searchText(row).includes(text);
  }

  function caseButton(row) {
    const [patch, found, group] = [store.patch(row), store.found(row), data.groups[store.group(row)]];
    const made = button("", "case", () => cases.goTo(row));
    const text = element("span", "text");
    text.append(element("b", "", patch.case || patch.id));
    const place = found && found.township ? found.township : words.no_township;
    const state = group.hollow ? data.statuses[patch.status] : found.grade;
    text.append(element("span", "", [place, patch.found_on, state].filter(Boolean).join(" · ")));
    made.append(sample(group, "sign"), text);
    const side = element("span", "area", found ? filled(words.mu_value, { number: found.mu.at(-1) }) : "");
    if (found && found.near && !group.hollow) side.append(element("span", "near", words.near));
    made.append(side);
    return made;
  }

  // Cases of some rows, in their order, as buttons that go there.
  function caseList(rows) {
    const firsts = new Map();
    for (const row of rows) {
      const name = store.caseOf(row) < 0 ? store.caseId(row) || store.id(row) : store.caseOf(row);
      if (!firsts.has(name)) firsts.set(name, row);
    }
    const list = element("ol", "cases");
    list.dataset.number = firsts.size;
    for (const row of [...firsts.values()].slice(0, MOST_LISTED)) {
      const item = element("li");
      item.append(caseButton(row));
      list.append(item);
    }
    if (firsts.size > MOST_LISTED) list.append(element("li", "more", filled(words.more_hits, { number: firsts.size - MOST_LISTED })));
    return { list, number: firsts.size };
  }

  const hits = element("p", "hits");
  hits.setAttribute("role", "status");
  const listed = element("div");

  function tell() {
    const rows = cases.filter(passes);
    const { list, number } = caseList(rows);
    hits.textContent = number ? filled(words.hits, { cases: number, patches: rows.length }) : words.no_hits;
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

  // What there is to choose from.
  function present() {
    const seen = { months: new Set(), statuses: new Set(), parties: new Set(), somewhere: true };
    for (let row = 0; row < store.count; row += 1) {
      seen.months.add(store.month(row));
      seen.statuses.add(store.status(row));
      seen.parties.add(store.partyType(row));
      if (!store.code(row)) seen.somewhere = false;
    }
    return {
      months: [...seen.months].filter(Boolean).sort().reverse().map((month) => [month, month]),
      statuses: Object.entries(data.statuses).filter(([key]) => seen.statuses.has(key)),
      parties: Object.entries(data.party_types).filter(([key]) => seen.parties.has(key)),
      somewhere: seen.somewhere,
    };
  }

  function fields() {
    const { months, statuses, parties, somewhere } = present();
    const towns = data.townships.map(({ code, name }) => [code, name]);
    if (!somewhere) towns.push([NOWHERE, words.no_township]);
    const grades = data.groups.map(({ label }, rank) => [rank, label]).filter(([rank]) => !data.groups[rank].hollow).reverse();
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
      field("status", words.status, statuses), field("month", words.month, months),
      ...(store.hasPartyTypes ? [field("party", words.party_type, parties)] : []), last,
    ];
  }

  const box = element("div", "filters");
  const view = element("section", "case-view");
  box.append(...fields());
  view.append(box, hits, listed);
  tell();
  return { view, caseList };
};
