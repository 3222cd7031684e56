// The panel beside the map: the county, the ranking of townships, the page of one township, the list of cases.
window.geoenforceSide = function (data, kit, townships, cases, state) {
  "use strict";
  const { map, words, element, filled, facts, button, select } = kit;
  const filters = window.geoenforceFilters(data, kit, cases, state);

  // ---- ranking ------------------------------------------------------------------------------
  const ranking = element("ol", "ranking");
  const legends = element("div", "legends");
  const rankingTitle = element("h2");
  const note = element("p", "note");

  function rankingRow(place, position, measure) {
    const township = data.townships[place];
    const row = element("li");
    const made = button("", "rank", () => open(place));
    const bar = element("span", "bar");
    const filling = element("i");
    filling.style.width = `${Math.round((township.share[measure] || 0) * 100)}%`;
    bar.append(filling);
    made.append(
      element("span", "place", String(position + 1)), element("span", "name", township.name),
      measure in township.share ? bar : element("span", "bar none"),
      element("span", "value", township.value[measure] || words.none)
    );
    row.append(made);
    return row;
  }

  function show(measure) {
    state.measure = measure;
    townships.color(measure);
    ranking.replaceChildren(...data.ranking[measure].map((place, position) => rankingRow(place, position, measure)));
    legends.replaceChildren(element("h2", "", nameOf(measure)), townships.legend(measure));
    rankingTitle.textContent = `${words.ranking} · ${nameOf(measure)}`;
    note.textContent = data.measures.find(({ key }) => key === measure).note;
  }

  function nameOf(measure) {
    return data.measures.find(({ key }) => key === measure).name;
  }

  // ---- parts of both pages --------------------------------------------------------------------
  function section({ key, title, empty, entries, number }, isOpen) {
    const box = element("details", `section ${key}`);
    box.open = isOpen;
    const summary = element("summary");
    summary.append(element("span", "", title), element("b", "", String(number)));
    box.append(summary);
    if (!entries.length) box.append(element("p", "empty", empty));
    const list = element("ul");
    for (const { head, lines, urgent } of entries) {
      const item = element("li", urgent ? "urgent" : "");
      if (head) item.append(element("b", "", head));
      for (const line of lines) item.append(element("p", "", line));
      list.append(item);
    }
    if (entries.length) box.append(list);
    return box;
  }

  function charts(pick) {
    return data.trends.filter((chart) => pick(chart).length).map((chart) => window.geoenforceChart(kit, chart, pick(chart)));
  }

  // ---- the county -----------------------------------------------------------------------------
  function countyPage() {
    const page = element("section", "county");
    const options = data.measures.map(({ key, name }) => [key, name]);
    if (data.county.facts.length) page.append(element("h2", "", words.county), facts(data.county.facts));
    page.append(select(words.measure, options, state.measure, show), note, rankingTitle, ranking);
    page.append(element("h2", "", words.trends), ...charts((chart) => chart.county));
    page.append(...data.county.sections.map((one) => section(one, false)));
    return page;
  }

  // ---- a township -----------------------------------------------------------------------------
  function townshipPage(place) {
    const township = data.townships[place];
    const page = element("section", "township");
    page.append(button(`← ${words.back}`, "back", () => open(null)), element("h2", "title", township.name));
    const table = element("table", "totals");
    for (const pair of township.facts) table.append(kit.row(pair, "td"));
    page.append(table, ...township.sections.map((one) => section(one, one.entries.length > 0 && one.entries.length <= 12)));
    page.append(element("h2", "", words.trends), ...charts((chart) => chart.townships[place]));
    const own = cases.rowsWhere((row) => cases.store.code(row) === township.code);
    page.append(element("h2", "", words.cases_here));
    page.append(own.length ? filters.caseList(own).list : element("p", "empty", words.no_cases_here));
    return page;
  }

  // ---- the panel ------------------------------------------------------------------------------
  const box = element("aside", "side");
  const body = element("div", "body");
  body.setAttribute("role", "tabpanel");
  body.tabIndex = -1;
  const tabs = { overview: tab("overview", words.overview), cases: tab("cases", words.cases_tab) };
  const pages = { overview: countyPage(), cases: filters.view };

  function tab(key, label) {
    const made = button(label, "tab", () => turnTo(key));
    made.setAttribute("role", "tab");
    return made;
  }

  function turnTo(key) {
    state.tab = key;
    for (const [name, made] of Object.entries(tabs)) made.setAttribute("aria-selected", String(name === key));
    const isTownship = key === "overview" && state.place !== null;
    body.replaceChildren(isTownship ? townshipPage(state.place) : pages[key]);
    body.scrollTop = 0;
  }

  // Open the page of a township, or, without one, that of the county.
  function open(place, stay) {
    state.place = place;
    townships.lookAt(place);
    turnTo("overview");
    if (stay) return;
    map.closePopup();
    if (place !== null) map.flyToBounds(townships.bounds(place), { animate: false, maxZoom: 14, paddingBottomRight: kit.right });
    else map.fitBounds(data.bounds, { animate: false, paddingTopLeft: [24, 24], paddingBottomRight: kit.right });
    const first = body.querySelector(".back, select");
    if (first) first.focus({ preventScroll: true });
    if (!kit.wide) box.scrollIntoView(); // the page is longer than the window there
  }

  const strip = element("div", "tabs");
  strip.setAttribute("role", "tablist");
  strip.append(...Object.values(tabs));
  box.setAttribute("aria-label", words.side);
  box.append(strip, body);
  townships.onPick((place) => open(place, true));
  show(state.measure);
  if (state.place !== null) townships.lookAt(state.place);
  turnTo(state.tab);
  return { box, legends };
};
