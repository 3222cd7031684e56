// Draws the data that stands beside this script on the map that Folium has made.
// Every text of the data becomes a text node (textContent), never HTML.
(function () {
  "use strict";
  const data = JSON.parse(document.getElementById("data").textContent);
  const words = data.words;
  const map = window.map_geoenforce;
  const MARKERS_BELOW_ZOOM = 15; // from there on a patch of 5 mu is wide enough to see by itself
  const FARMLAND_OPACITY = 0.45;
  const { Sign, radius, sample, style } = window.geoenforceSigns;

  // ---- small parts ------------------------------------------------------------------------
  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function filled(template, values) {
    return template.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
  }

  // ---- header and footer ------------------------------------------------------------------
  const groupOf = Object.fromEntries(data.groups.map((group) => [group.key, group]));
  const header = element("header");
  header.append(element("h1", "", data.title), element("span", "as-of", data.as_of));
  const headline = element("ul", "headline");
  for (const figure of data.headline) {
    const item = element("li");
    if (figure.key) item.append(sample(groupOf[figure.key], "sign"));
    item.append(element("span", "", figure.label), element("b", "", figure.value));
    headline.append(item);
  }
  header.append(headline);
  document.body.prepend(header);
  document.body.append(element("footer", "", data.source));
  map.invalidateSize();

  // ---- popups -----------------------------------------------------------------------------
  function facts(pairs) {
    const list = element("dl");
    for (const [name, value] of pairs) {
      if (value) list.append(element("dt", "", name), element("dd", "", value));
    }
    return list;
  }

  function row(cells, tag, className) {
    const made = element("tr", className);
    for (const cell of cells) made.append(element(tag, "", cell));
    return made;
  }

  function areas(patch, found) {
    const table = element("table", "areas");
    const severalPatches = found && found.patches > 1;
    const heads = [words.land_class, words.m2, words.mu];
    table.append(row(severalPatches ? [...heads, words.case_mu] : heads, "th"));
    const names = [...data.land_classes, words.total];
    names.forEach((name, place) => {
      const cells = [name, patch.m2[place], patch.mu[place]];
      if (severalPatches) cells.push(found.mu[place]);
      table.append(row(cells, "td", place === names.length - 1 ? "total" : ""));
    });
    return table;
  }

  function patchPopup(patch, group) {
    const box = element("div", "patch");
    const found = Object.hasOwn(data.cases, patch.case) ? data.cases[patch.case] : null;
    box.append(element("h2", "", filled(words.patch, { id: patch.id })));
    const grade = element("div", "grade");
    const counted = found && group.key !== "uncounted";
    grade.append(sample(group), element("span", "", counted ? found.grade : patch.status));
    if (counted && found.near) grade.append(element("span", "near", words.near));
    box.append(grade);
    const named = found ? filled(words.case_of, { id: patch.case, number: found.patches }) : patch.case;
    box.append(
      facts([
        [words.decided, counted ? found.decided : ""],
        [words.citation, counted ? found.citation : ""],
      ]),
      areas(patch, found),
      facts([
        [words.case, named],
        [words.township, found ? found.township : ""],
        [words.found_on, patch.found_on],
        [words.status, patch.status],
        [words.party, patch.party],
      ])
    );
    const notes = [];
    if (counted && found.near) notes.push(words.near_note);
    if (counted && found.sensitive) notes.push(filled(words.sensitive_note, { number: found.sensitive }));
    if (patch.afterwards) notes.push(filled(words.afterwards, { number: patch.afterwards }));
    if (found && !patch.counted) notes.push(words.not_counted);
    for (const note of notes) box.append(element("p", "note", note));
    return box;
  }

  function townshipPopup(township) {
    const box = element("div", "township");
    box.append(element("h2", "", township.name));
    const table = element("table");
    for (const pair of township.facts) table.append(row(pair, "td"));
    box.append(table);
    return box;
  }

  const wide = window.innerWidth > 640;
  const right = [wide ? 270 : 24, 24]; // room for the panel
  const POPUP = { maxWidth: 400, minWidth: 280, maxHeight: 460, autoPanPaddingTopLeft: [60, 14], autoPanPaddingBottomRight: right };

  // ---- townships and farmland -------------------------------------------------------------
  const townships = L.featureGroup().addTo(map);
  const names = L.layerGroup().addTo(map);
  const labels = data.townships.map((township) => {
    const layer = L.geoJSON(township.geometry, { style: { color: data.border, weight: 1.2, fillOpacity: 1 } });
    layer.bindPopup(() => townshipPopup(township), POPUP).addTo(townships);
    const text = element("div");
    const value = element("span");
    text.append(element("b", "", township.name), value);
    const tooltip = { permanent: true, direction: "center", className: "name", interactive: false };
    L.tooltip({ ...tooltip, content: text }).setLatLng(township.label_at).addTo(names);
    return { township, layer, value, text };
  });

  function colorTownships(measure) {
    for (const { township, layer, value } of labels) {
      layer.setStyle({ fillColor: township.fill[measure] });
      value.textContent = township.value[measure];
    }
    thinLabels();
  }

  // Names that would cover one another are hidden until one zooms in.
  function thinLabels() {
    const taken = [];
    for (const { text } of labels) {
      if (!text.parentElement) continue;
      const box = text.parentElement.getBoundingClientRect();
      const covers = (other) =>
        box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom;
      const hidden = taken.some(covers);
      text.parentElement.classList.toggle("hidden", hidden);
      if (!hidden) taken.push(box);
    }
  }

  const farmland =
    data.farmland &&
    L.geoJSON(data.farmland, {
      interactive: false,
      style: { stroke: false, fillColor: data.farmland_fill, fillOpacity: FARMLAND_OPACITY },
    });
  if (farmland) farmland.addTo(map);

  // ---- violations -------------------------------------------------------------------------
  function drawn(group) {
    const look = style(group);
    const polygons = L.featureGroup();
    const signs = L.featureGroup();
    for (const patch of group.patches) {
      const open = () => patchPopup(patch, group);
      L.geoJSON(patch.geometry, { style: look }).bindPopup(open, POPUP).addTo(polygons);
      new Sign(patch.at, { ...look, radius: radius(group) }).bindPopup(open, POPUP).addTo(signs);
    }
    return { group, polygons, signs, shown: group.shown };
  }

  const groups = data.groups.map(drawn);

  function put(layer, wanted) {
    if (wanted && !map.hasLayer(layer)) layer.addTo(map);
    if (!wanted && map.hasLayer(layer)) layer.remove();
  }

  function redraw() {
    const far = map.getZoom() < MARKERS_BELOW_ZOOM;
    for (const { polygons, shown } of groups) put(polygons, shown);
    for (const { signs, shown } of groups) put(signs, shown && far);
  }

  // A group that is switched on again lands on top: put all in order, the gravest and the signs last.
  function sort() {
    for (const { polygons } of groups) polygons.bringToFront();
    for (const { signs } of groups) signs.bringToFront();
  }

  // ---- patrols, where there are any ----------------------------------------------------------
  const kit = { map, element, facts, filled, choice, sample, style, labels, put, sort, thinLabels, POPUP };
  const patrols = data.patrols && window.geoenforcePatrols(data, kit);

  // ---- legend and layers in one panel -----------------------------------------------------
  function choice(type, label, checked, change) {
    const made = element("label");
    const input = element("input");
    input.type = type;
    input.checked = checked;
    if (type === "radio") input.name = "color-by";
    input.addEventListener("change", () => change(input.checked));
    made.append(input, element("span", "", label));
    return made;
  }

  function legend(measure) {
    const made = element("div");
    for (const { fill, label } of data.legends[measure]) {
      const entry = element("div", "entry");
      entry.append(sample({ fill, edge: data.border }), element("span", "", label));
      made.append(entry);
    }
    return made;
  }

  function groupChoice(item) {
    const made = choice("checkbox", item.group.label, item.shown, (checked) => {
      item.shown = checked;
      redraw();
      sort();
    });
    made.querySelector("input").after(sample(item.group));
    made.append(element("span", "count", String(item.group.patches.length)));
    return made;
  }

  function panel() {
    const box = element("details", "panel");
    box.open = wide;
    box.append(element("summary", "", words.panel));
    box.append(element("h2", "", words.township_fill));
    const legends = {};
    for (const measure of Object.keys(data.legends)) {
      legends[measure] = legend(measure);
      legends[measure].hidden = measure !== data.color_by;
      const select = () => {
        for (const [name, shown] of Object.entries(legends)) shown.hidden = name !== measure;
        colorTownships(measure);
      };
      box.append(choice("radio", words[measure], measure === data.color_by, select), legends[measure]);
    }
    const graded = groups.filter(({ group }) => !group.hollow).reverse();
    const apart = groups.filter(({ group }) => group.hollow && group.patches.length).reverse();
    box.append(element("h2", "", words.patches), ...graded.map(groupChoice));
    if (patrols) box.append(...patrols.panel());
    box.append(element("h2", "", words.reference), ...apart.map(groupChoice));
    if (farmland) {
      const made = choice("checkbox", words.farmland, true, (checked) => {
        put(farmland, checked);
        farmland.bringToBack();
        townships.bringToBack();
      });
      made.querySelector("input").after(sample({ fill: data.farmland_fill, edge: data.farmland_fill, opacity: FARMLAND_OPACITY }));
      box.append(made);
    }
    box.append(choice("checkbox", words.labels, true, (checked) => { put(names, checked); thinLabels(); }));
    return box;
  }

  const Panel = L.Control.extend({
    onAdd() {
      const box = panel();
      L.DomEvent.disableClickPropagation(box).disableScrollPropagation(box);
      return box;
    },
  });
  new Panel({ position: "topright" }).addTo(map);
  L.control.zoom({ position: "topleft", zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out }).addTo(map);
  L.control.scale({ position: "bottomleft", imperial: false }).addTo(map);

  // ---- begin ------------------------------------------------------------------------------
  map.fitBounds(data.bounds, { paddingTopLeft: [24, 24], paddingBottomRight: right, animate: false });
  colorTownships(data.color_by);
  redraw();
  sort();
  thinLabels();
  map.on("popupopen", ({ popup }) => {
    popup.getElement().querySelector(".leaflet-popup-close-button").setAttribute("aria-label", words.close);
  });
  map.on("zoomend", () => { redraw(); thinLabels(); });
})();
