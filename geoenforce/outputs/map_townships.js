// The townships: coloured by the measure chosen, with names that do not cover one another, and the one looked at.
window.geoenforceTownships = function (data, kit) {
  "use strict";
  const { map, element, put, cover, stack } = kit;
  const { sample } = window.geoenforceSigns;
  const FARMLAND_OPACITY = 0.45;
  const PLAIN = { color: data.border, weight: 1.2, fillOpacity: 1 };
  const LOOKED_AT = { color: "#12395f", weight: 3.5, fill: false, interactive: false };
  const OVER_TILES = 0.3; // how much of its colour a township keeps where a map lies below

  const townships = L.featureGroup().addTo(map);
  const names = L.layerGroup().addTo(map);
  const lookedAt = L.featureGroup().addTo(map);
  const chosen = { pick: () => {}, signs: () => [] };
  const SHIFTS = [0, -36, 36, -64, 64]; // pixels up or down that a name may go out of the way of signs
  const FARTHEST = 0.3; // of the township's height: beyond, a name might be read as its neighbour's
  const GRAVER = 50; // so many signs of one grade weigh as much as one of the next

  const labels = data.townships.map((township, place) => {
    const layer = L.geoJSON(township.geometry, { style: PLAIN });
    layer.on("click", () => chosen.pick(place)).addTo(townships);
    const text = element("div");
    const value = element("span");
    text.append(element("b", "", township.name), value);
    const tooltip = { permanent: true, direction: "center", className: "name", interactive: false };
    const name = L.tooltip({ ...tooltip, content: text }).setLatLng(township.label_at).addTo(names);
    return { township, layer, value, text, name };
  });

  function color(measure) {
    for (const { township, layer, value } of labels) {
      const hatch = township.missing.includes(measure) ? "dots" : "";
      layer.setStyle({ fillColor: township.fill[measure], hatch });
      value.textContent = township.value[measure];
    }
    thinLabels();
  }

  function shifted({ left, right, top, bottom }, shift) {
    return { left, right, top: top + shift, bottom: bottom + shift };
  }

  // How much a box would hide: of signs, the gravest above all, and before all of names that have no place yet.
  function hides(box, signs, names) {
    const inside = signs.filter(({ x, y }) => x > box.left && x < box.right && y > box.top && y < box.bottom);
    const weight = inside.reduce((sum, { rank }) => sum + GRAVER ** rank, 0);
    return weight + GRAVER ** data.groups.length * names.filter((name) => cover(box, name)).length;
  }

  // Where a name hides least, near the middle of its township and not upon what is taken; null: nowhere.
  function bestShift({ layer }, box, taken, hidden) {
    const bounds = layer.getBounds();
    const high = map.latLngToLayerPoint(bounds.getSouthWest()).y - map.latLngToLayerPoint(bounds.getNorthEast()).y;
    const free = SHIFTS.filter((shift) => Math.abs(shift) <= high * FARTHEST && !taken.some((one) => cover(one, shifted(box, shift))));
    const costs = free.map((shift) => hidden(shifted(box, shift)));
    return free.length ? free[costs.indexOf(Math.min(...costs))] : null;
  }

  function move({ name }, shift) {
    name.options.offset = L.point(0, shift);
    name.update(); // a text that has grown is centred again, too
  }

  // Names that would cover one another, or a circle with a number, are hidden until one zooms in.
  function thinLabels() {
    const taken = [...map.getContainer().querySelectorAll(".circle")].map((circle) => circle.getBoundingClientRect());
    const { left, top } = map.getContainer().getBoundingClientRect();
    const signs = chosen.signs().map(({ rank, point }) => ({ rank, x: point.x + left, y: point.y + top }));
    const drawn = labels.filter(({ text }) => text.parentElement);
    for (const label of drawn) move(label, 0);
    const boxes = drawn.map(({ text }) => text.parentElement.getBoundingClientRect());
    for (const [place, label] of drawn.entries()) {
      const others = boxes.slice(place + 1);
      const shift = bestShift(label, boxes[place], taken, (box) => hides(box, signs, others));
      label.text.parentElement.classList.toggle("hidden", shift === null);
      if (shift === null) continue;
      if (shift) move(label, shift);
      taken.push(shifted(boxes[place], shift));
    }
  }

  // Outline one township, or none.
  function lookAt(place) {
    lookedAt.clearLayers();
    if (place !== null) L.geoJSON(labels[place].township.geometry, { style: LOOKED_AT, interactive: false }).addTo(lookedAt);
    kit.sort();
  }

  function fade(overTiles) {
    for (const { layer } of labels) layer.setStyle({ fillOpacity: overTiles ? OVER_TILES : PLAIN.fillOpacity });
  }

  const farmland =
    data.farmland &&
    L.geoJSON(data.farmland, {
      interactive: false,
      style: { stroke: false, fillColor: data.farmland_fill, fillOpacity: FARMLAND_OPACITY },
    });
  if (farmland) stack("farmland", farmland.addTo(map));
  stack("looked_at", lookedAt);

  function farmlandChoice() {
    if (!farmland) return [];
    const made = kit.choice("checkbox", kit.words.farmland, true, (checked) => {
      put(farmland, checked);
      kit.sort();
    });
    made.querySelector("input").after(sample({ fill: data.farmland_fill, edge: data.farmland_fill, opacity: FARMLAND_OPACITY }));
    return [made];
  }

  function legend(measure) {
    const made = element("div", "legend");
    for (const { fill, label, hatch } of data.legends[measure]) {
      const entry = element("div", "entry");
      entry.append(sample({ fill, hatch, edge: data.border }), element("span", "", label));
      made.append(entry);
    }
    return made;
  }

  return {
    labels, color, thinLabels, lookAt, fade, legend, farmlandChoice,
    bounds: (place) => labels[place].layer.getBounds(),
    onPick: (pick) => { chosen.pick = pick; },
    keepClearOf: (signs) => { chosen.signs = signs; },
    showNames: (shown) => { put(names, shown); thinLabels(); },
  };
};
