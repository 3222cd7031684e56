// What a click on a violation shows: its grade, what decided, its areas, its dates and duties.
window.geoenforcePopups = function (data, kit, store) {
  "use strict";
  const { words, element, facts, filled } = kit;
  const { sample } = window.geoenforceSigns;

  function areas(patch, found) {
    const table = element("table", "areas");
    const severalPatches = found && found.patches > 1;
    const heads = [words.land_class, words.m2, words.mu];
    table.append(kit.row(severalPatches ? [...heads, words.case_mu] : heads, "th"));
    const names = [...data.land_classes, words.total];
    names.forEach((name, place) => {
      const cells = [name, patch.m2[place], patch.mu[place]];
      if (severalPatches) cells.push(found.mu[place]);
      table.append(kit.row(cells, "td", place === names.length - 1 ? "total" : ""));
    });
    return table;
  }

  function listed(title, lines) {
    if (!lines || !lines.length) return [];
    const list = element("ul", "lines");
    for (const line of lines) list.append(element("li", "", line));
    return [element("h3", "", title), list];
  }

  function notes(patch, found, counted) {
    const said = [];
    if (counted && found.near) said.push(words.near_note);
    if (counted && found.sensitive) said.push(filled(words.sensitive_note, { number: found.sensitive }));
    if (patch.afterwards) said.push(filled(words.afterwards, { number: patch.afterwards }));
    if (found && !patch.counted) said.push(words.not_counted);
    return said.map((note) => element("p", "note", note));
  }

  return function patchPopup(row) {
    const [patch, found, group] = [store.patch(row), store.found(row), data.groups[store.group(row)]];
    const box = element("div", "patch");
    box.append(element("h2", "", filled(words.patch, { id: patch.id })));
    const grade = element("div", "grade");
    const status = data.statuses[patch.status];
    const counted = found && group.key !== "uncounted";
    grade.append(sample(group), element("span", "", counted ? found.grade : status));
    if (counted && found.near) grade.append(element("span", "near", words.near));
    const named = found ? filled(words.case_of, { id: patch.case, number: found.patches }) : patch.case;
    box.append(
      grade,
      facts([
        [words.decided, counted ? found.decided : ""],
        [words.citation, counted ? found.citation : ""],
      ]),
      areas(patch, found),
      facts([
        [words.case, named],
        [words.township, found ? found.township : ""],
        [words.found_on, patch.found_on],
        [words.status, status],
        [words.party, patch.party],
      ]),
      ...notes(patch, found, counted),
      ...listed(words.events, found && found.events),
      ...listed(words.duties, found && found.duties)
    );
    return box;
  };
};
