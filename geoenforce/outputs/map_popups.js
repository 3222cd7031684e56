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

  // The sheet lies in a folder beside the map: no other address is ever followed.
  function sheet(found) {
    if (!found || !found.evidence.startsWith("evidence/")) return [];
    const link = element("a", "sheet", words.evidence);
    link.href = found.evidence;
    link.target = "_blank";
    link.rel = "noopener";
    return [link];
  }

  function chips(found) {
    const box = element("div", "chips");
    for (const when of ["before", "after"]) {
      if (!found || !found.chips[when]) continue;
      const figure = element("figure");
      const image = element("img");
      image.src = found.chips[when];
      image.alt = `${found.id} ${words[when]}`;
      figure.append(image, element("figcaption", "", words[when]));
      box.append(figure);
    }
    return box.childElementCount ? [box] : [];
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
      ...sheet(found),
      ...chips(found),
      ...listed(words.events, found && found.events),
      ...listed(words.duties, found && found.duties)
    );
    return box;
  };
};
