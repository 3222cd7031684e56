// The violations on the map: areas and signs of those in view, circles with numbers where they are too many to tell apart.
window.geoenforceCases = function (data, kit) {
  "use strict";
  const { map, words, element, filled, choice, listen } = kit;
  const { sample, style } = window.geoenforceSigns;
  const MARKERS_BELOW_ZOOM = 15; // from there on a patch of 5 mu is wide enough to see by itself
  const MANY = 800; // more signs than that cover one another and are slow to draw
  const MANY_AREAS = 2000; // the same close by, where areas stand without signs
  const CELL = 70; // pixels of map that one circle stands for
  const BEYOND = 0.15; // of the view on each side: what the next small move would show

  const store = window.geoenforceStore(data);
  const popup = window.geoenforcePopups(data, kit, store);
  const shown = data.groups.map((group) => group.shown);
  const passing = new Uint8Array(store.count).fill(1);
  const areas = new window.geoenforceAreas(store, data.groups.map(style)).addTo(map);
  kit.stack("patches", areas);
  const circles = L.layerGroup().addTo(map);
  const drawn = []; // told when other patches or circles are shown
  const counts = data.groups.map(() => 0);
  const boxes = []; // the checkbox of each group
  for (let row = 0; row < store.count; row += 1) counts[store.group(row)] += 1;

  // ---- what to draw -------------------------------------------------------------------------
  // Rows in view that are not switched off or filtered out, the least important group first.
  function inView() {
    const view = map.getBounds().pad(BEYOND);
    const corners = [map.project(view.getNorthWest(), 0), map.project(view.getSouthEast(), 0)];
    const world = areas.world();
    const byGroup = data.groups.map(() => []);
    for (let row = 0; row < store.count; row += 1) {
      const [x, y] = [world[2 * row], world[2 * row + 1]];
      const inside = x >= corners[0].x && x <= corners[1].x && y >= corners[0].y && y <= corners[1].y;
      if (inside && passing[row] && shown[store.group(row)]) byGroup[store.group(row)].push(row);
    }
    return byGroup.flat();
  }

  function redraw() {
    const wanted = inView();
    const far = map.getZoom() < MARKERS_BELOW_ZOOM;
    const many = wanted.length > (far ? MANY : MANY_AREAS);
    areas.show(many ? [] : wanted, far && !many ? wanted : []);
    circles.clearLayers();
    if (many) for (const cell of cells(wanted)) circles.addLayer(circle(cell));
    for (const act of drawn) act();
  }

  function open(row, latlng) {
    kit.popup(latlng, popup(row));
  }

  areas.on("click", ({ layerPoint, latlng }) => open(areas.rowAt(layerPoint), latlng));

  // ---- circles ------------------------------------------------------------------------------
  function cells(wanted) {
    const scale = map.getZoomScale(map.getZoom(), 0);
    const world = areas.world();
    const found = new Map();
    for (const row of wanted) {
      const [x, y] = [world[2 * row] * scale, world[2 * row + 1] * scale];
      const key = `${Math.floor(x / CELL)} ${Math.floor(y / CELL)}`;
      if (!found.has(key)) found.set(key, { counts: data.groups.map(() => 0), x: 0, y: 0, rows: [] });
      const cell = found.get(key);
      cell.counts[store.group(row)] += 1;
      cell.x += x;
      cell.y += y;
      cell.rows.push(row);
    }
    return found.values();
  }

  // The ring is divided as the patches are among the grades, the gravest first.
  function ring(counts, number) {
    let done = 0;
    const parts = counts.map((count, rank) => [count, data.groups[rank].fill]).reverse().filter(([count]) => count);
    const arcs = parts.map(([count, fill]) => {
      const from = done;
      done += count / number;
      return `${fill} ${from}turn ${done}turn`;
    });
    return `conic-gradient(${arcs.join(", ")})`;
  }

  function circle({ counts, x, y, rows }) {
    const number = rows.length;
    const grades = counts.map((count, rank) => count && `${data.groups[rank].label} ${count}`).filter(Boolean).reverse();
    const label = filled(words.cluster, { number, grades: grades.join(words.list_mark) });
    const face = element("span", "", String(number));
    const size = 30 + 5 * Math.min(4, Math.floor(Math.log10(number)));
    const icon = L.divIcon({ className: "circle", html: face, iconSize: [size, size] });
    const made = L.marker(map.unproject([x / number, y / number]), { icon, title: label, alt: label });
    made.on("add", () => {
      const box = made.getElement();
      box.style.background = ring(counts, number);
      box.setAttribute("aria-label", label);
    });
    return made.on("click", () => map.fitBounds(L.latLngBounds(rows.map(store.at)), { maxZoom: 17, animate: false, padding: [30, 30] }));
  }

  // ---- what others ask for --------------------------------------------------------------------
  function groupChoice(group, rank) {
    const made = choice("checkbox", group.label, shown[rank], (checked) => {
      shown[rank] = checked;
      redraw();
    });
    boxes[rank] = made.querySelector("input");
    boxes[rank].after(sample(group));
    made.append(element("span", "count", String(counts[rank])));
    return made;
  }

  function choices(wanted) {
    return data.groups.map((group, rank) => wanted(group, rank) && groupChoice(group, rank)).filter(Boolean).reverse();
  }

  // Rows that pass, of all groups, the gravest group first.
  function rowsWhere(passes) {
    const byGroup = data.groups.map(() => []);
    for (let row = 0; row < store.count; row += 1) if (passes(row)) byGroup[store.group(row)].push(row);
    return byGroup.reverse().flat();
  }

  // Show only rows that pass; says which do.
  function filter(passes) {
    const rows = rowsWhere(passes);
    passing.fill(0);
    for (const row of rows) passing[row] = 1;
    redraw();
    return rows;
  }

  // Go to a case, known by the row of one of its patches, and open its gravest patch.
  function goTo(row) {
    const name = store.caseOf(row);
    const own = name < 0 ? [row] : rowsWhere((other) => store.caseOf(other) === name);
    for (const one of own) {
      passing[one] = 1; // whatever the list is narrowed to
      shown[store.group(one)] = boxes[store.group(one)].checked = true;
    }
    map.fitBounds(L.latLngBounds(own.map(store.at)), { maxZoom: 16, animate: false });
    redraw();
    map.getContainer().scrollIntoView({ block: "nearest" });
    open(own[0], store.at(own[0]));
  }

  listen("moveend", redraw);
  return {
    store, redraw, forget: () => areas.forget(), filter, rowsWhere, goTo,
    gradedChoices: () => choices((group) => !group.hollow),
    apartChoices: () => choices((group, rank) => group.hollow && counts[rank]),
    isMany: store.count > MANY,
    inSight: () => areas.drawn.areas.map((row) => ({ rank: store.group(row), point: map.latLngToContainerPoint(store.at(row)) })),
    onDraw: (act) => drawn.push(act),
  };
};
