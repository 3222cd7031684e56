// The townships: coloured by the measure chosen, with names that do not cover one another, and the one looked at.
window.geoenforceTownships = function (data, kit) {
  "use strict";
  const { map, element, listen, put, stack } = kit;
  const { sample } = window.geoenforceSigns;
  const FARMLAND_OPACITY = 0.45;
  const PLAIN = { color: data.border, weight: 1.2, fillOpacity: 1 };
  const LOOKED_AT = { color: "#12395f", weight: 3.5, fill: false, interactive: false };
  const OVER_TILES = 0.3; // how much of its colour a township keeps where a map lies below

  const townships = L.featureGroup().addTo(map);
  const names = L.layerGroup().addTo(map);
  const lookedAt = L.featureGroup().addTo(map);
  const chosen = { pick: () => {} };

  const labels = data.townships.map((township, place) => {
    const layer = L.geoJSON(township.geometry, { style: PLAIN });
    layer.on("click", () => chosen.pick(place)).addTo(townships);
    const text = element("div");
    const value = element("span");
    text.append(element("b", "", township.name), value);
    const tooltip = { permanent: true, direction: "center", className: "name", interactive: false };
    L.tooltip({ ...tooltip, content: text }).setLatLng(township.label_at).addTo(names);
    return { township, layer, value, text };
  });

  function color(measure) {
    for (const { township, layer, value } of labels) {
      const hatch = township.missing.includes(measure) ? "dots" : "";
      layer.setStyle({ fillColor: township.fill[measure], hatch });
      value.textContent = township.value[measure];
    }
    thinLabels();
  }

  // Names that would cover one another, or a circle with a number, are hidden until one zooms in.
  function thinLabels() {
    const taken = [...map.getContainer().querySelectorAll(".circle")].map((circle) => circle.getBoundingClientRect());
    names.eachLayer((name) => name.update()); // a text that has grown is centred again
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
    showNames: (shown) => { put(names, shown); thinLabels(); },
  };
};
