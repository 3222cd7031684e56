// The violations on the map: areas and signs of those in view, circles with numbers where they are too many to tell apart.
window.geoenforceCases = function (data, kit) {
  "use strict";
  const { map, words, element, filled, choice, put, listen, POPUP } = kit;
  const { Sign, radius, sample, style } = window.geoenforceSigns;
  const MARKERS_BELOW_ZOOM = 15; // from there on a patch of 5 mu is wide enough to see by itself
  const MANY = 800; // more signs than that cover one another and are slow to draw
  const MANY_AREAS = 2000; // the same close by, where areas stand without signs
  const CELL = 70; // pixels of map that one circle stands for
  const BEYOND = 0.15; // of the view on each side: what the next small move would show

  const popup = window.geoenforcePopups(data, kit);
  const groups = data.groups.map((group) => ({
    group, look: style(group), polygons: L.featureGroup().addTo(map), signs: L.featureGroup().addTo(map), shown: group.shown,
  }));
  const entries = groups.flatMap((own, rank) =>
    own.group.patches.map((patch) => ({
      patch, own, rank, group: own.group, passes: true,
      found: Object.hasOwn(data.cases, patch.case) ? data.cases[patch.case] : null,
    }))
  );
  const circles = L.layerGroup().addTo(map);
  const drawn = { polygons: new Set(), signs: new Set() };

  // ---- what to draw -------------------------------------------------------------------------
  function inView() {
    const view = map.getBounds().pad(BEYOND);
    const [south, west, north, east] = [view.getSouth(), view.getWest(), view.getNorth(), view.getEast()];
    return entries.filter(({ own, passes, patch: { at } }) =>
      own.shown && passes && at[0] >= south && at[0] <= north && at[1] >= west && at[1] <= east
    );
  }

  function areaOf(entry) {
    return (entry.area ||= L.geoJSON(entry.patch.geometry, { style: entry.own.look }).bindPopup(() => popup(entry), POPUP));
  }

  function signOf(entry) {
    const look = { ...entry.own.look, radius: radius(entry.group) };
    return (entry.sign ||= new Sign(entry.patch.at, look).bindPopup(() => popup(entry), POPUP));
  }

  // Take away what is no longer wanted and add what is: redrawing all would take ten times as long.
  function change(kind, wanted, layerOf) {
    const now = new Set(wanted);
    for (const entry of drawn[kind]) if (!now.has(entry)) entry.own[kind].removeLayer(layerOf(entry));
    for (const entry of now) if (!drawn[kind].has(entry)) entry.own[kind].addLayer(layerOf(entry));
    drawn[kind] = now;
  }

  function redraw() {
    const wanted = inView();
    const far = map.getZoom() < MARKERS_BELOW_ZOOM;
    const many = wanted.length > (far ? MANY : MANY_AREAS);
    change("polygons", many ? [] : wanted, areaOf);
    change("signs", far && !many ? wanted : [], signOf);
    circles.clearLayers();
    if (many) for (const cell of cells(wanted)) circles.addLayer(circle(cell));
  }

  // A group that is switched on again lands on top: put all in order, the gravest and the signs last.
  function sort() {
    for (const { polygons } of groups) polygons.bringToFront();
    for (const { signs } of groups) signs.bringToFront();
  }

  // ---- circles ------------------------------------------------------------------------------
  function cells(wanted) {
    const found = new Map();
    for (const entry of wanted) {
      const { x, y } = map.project(entry.patch.at);
      const key = `${Math.floor(x / CELL)} ${Math.floor(y / CELL)}`;
      const cell = found.get(key) || { number: 0, rank: 0, x: 0, y: 0, at: [] };
      cell.number += 1;
      cell.rank = Math.max(cell.rank, entry.rank);
      cell.x += x;
      cell.y += y;
      cell.at.push(entry.patch.at);
      found.set(key, cell);
    }
    return found.values();
  }

  function circle({ number, rank, x, y, at }) {
    const label = filled(words.cluster, { number });
    const face = element("span", "", String(number));
    const { fill, edge } = data.groups[rank];
    const size = 26 + 5 * Math.min(4, Math.floor(Math.log10(number)));
    const icon = L.divIcon({ className: `circle rank-${rank}`, html: face, iconSize: [size, size] });
    const made = L.marker(map.unproject([x / number, y / number]), { icon, title: label, alt: label });
    made.on("add", () => {
      const box = made.getElement();
      Object.assign(box.style, { backgroundColor: fill, borderColor: edge, lineHeight: `${size - 4}px` });
      box.setAttribute("aria-label", label);
    });
    return made.on("click", () => map.fitBounds(L.latLngBounds(at), { maxZoom: 17, animate: false, padding: [30, 30] }));
  }

  // ---- what others ask for --------------------------------------------------------------------
  function groupChoice(own) {
    const made = choice("checkbox", own.group.label, own.shown, (checked) => {
      own.shown = checked;
      redraw();
      sort();
    });
    made.querySelector("input").after(sample(own.group));
    made.append(element("span", "count", String(own.group.patches.length)));
    return made;
  }

  // Show only entries that pass; says how many do.
  function filter(passes) {
    for (const entry of entries) entry.passes = passes(entry);
    redraw();
    sort();
    return entries.filter((entry) => entry.passes);
  }

  // Go to a case and open its first patch.
  function goTo(caseId) {
    const own = entries.filter((entry) => entry.patch.case === caseId);
    if (!own.length) return;
    for (const { own: group } of own) group.shown = true;
    map.fitBounds(L.latLngBounds(own.map(({ patch }) => patch.at)), { maxZoom: 16, animate: false });
    redraw();
    L.popup(POPUP).setLatLng(own[0].patch.at).setContent(popup(own[0])).openOn(map);
  }

  listen("moveend", () => { redraw(); sort(); });
  const graded = groups.filter(({ group }) => !group.hollow).reverse();
  const apart = groups.filter(({ group }) => group.hollow && group.patches.length).reverse();
  return {
    entries, redraw, sort, filter, goTo, put,
    gradedChoices: () => graded.map(groupChoice),
    apartChoices: () => apart.map(groupChoice),
    isMany: entries.length > MANY,
  };
};
