// What lies below the townships: a map of tiles where one is configured, and lines that tell where one is.
window.geoenforceBackground = function (data, kit, state) {
  "use strict";
  const { map, words, element, choice, decoded, put, stack } = kit;
  const { plain, gcj02 } = window.geoenforceDatum;
  const NONE = -1;
  const THIN_BELOW_ZOOM = 15; // farther out, lines of full width would cover what they are to lead to
  const THIN = 0.7;
  const moved = []; // what must be worked out anew when the datum of the display changes

  // ---- tiles ----------------------------------------------------------------------------------
  // Pictures that came along with the page; where there is none the square stays empty.
  const Carried = L.GridLayer.extend({
    createTile({ z, x, y }, done) {
      const tile = element("img");
      tile.alt = "";
      const picture = this.options.pictures[`${z}/${x}/${y}`];
      tile.onload = () => done(null, tile);
      if (picture) tile.src = picture;
      else setTimeout(() => done(null, tile), 0);
      return tile;
    },
  });

  function layerOf({ urls, subdomains, pictures, min_zoom, max_zoom }) {
    const reach = { minNativeZoom: min_zoom, maxNativeZoom: max_zoom, maxZoom: 20 };
    if (!urls.length) return new Carried({ ...reach, pictures });
    return L.layerGroup(urls.map((url) => L.tileLayer(url, { ...reach, subdomains, referrerPolicy: "no-referrer" })));
  }

  const layers = data.tiles.map(layerOf);
  const attribution = element("div", "attribution");
  const Attribution = L.Control.extend({ onAdd: () => attribution });
  const whose = new Attribution({ position: "bottomright" });

  function show(chosen) {
    state.base = chosen;
    const tiles = data.tiles[chosen];
    const crs = tiles && tiles.gcj02 ? gcj02 : plain;
    for (const [place, layer] of layers.entries()) put(layer, place === chosen);
    if (map.options.crs !== crs) {
      const [center, zoom] = [map.getCenter(), map.getZoom()];
      map.options.crs = crs;
      for (const act of moved) act();
      map.setView(center, zoom, { animate: false, reset: true });
    }
    map.getContainer().classList.toggle("over-tiles", Boolean(tiles));
    attribution.textContent = tiles ? tiles.attribution : "";
    for (const act of shown) act(Boolean(tiles));
  }

  const shown = []; // told whether there are tiles

  function tileChoices() {
    if (!layers.length) return [];
    const options = [[NONE, words.no_base_map], ...data.tiles.map(({ name }, place) => [place, name])];
    return [kit.select(words.base_map, options, String(state.base), (value) => show(Number(value)))];
  }

  // ---- lines ----------------------------------------------------------------------------------
  const lines = data.lines.map(({ label, look, lines: parts, areas }) => {
    const layer = L.featureGroup();
    const style = { ...look, interactive: false };
    if (parts.length) L.polyline(parts.flat().map(decoded), style).addTo(layer);
    if (areas.length) L.polygon(areas.map((rings) => rings.map(decoded)), { ...style, fillColor: look.color, weight: 0.6 }).addTo(layer);
    stack("lines", layer.addTo(map));
    return { label, look, layer, isArea: !parts.length };
  });

  function widths() {
    const far = map.getZoom() < THIN_BELOW_ZOOM;
    for (const { look, layer, isArea } of lines) if (!isArea) layer.setStyle({ weight: far ? THIN : look.weight });
  }

  kit.listen("zoomend", widths);
  widths();

  function lineSample({ color, weight }, isArea) {
    const made = element("canvas", "sample");
    made.setAttribute("aria-hidden", "true");
    made.width = 68;
    made.height = 36;
    const context = made.getContext("2d");
    context.scale(2, 2);
    context.strokeStyle = context.fillStyle = color;
    context.lineWidth = weight + 0.6;
    context.moveTo(9, 12);
    context.bezierCurveTo(17, 2, 24, 16, 33, 6);
    if (isArea) context.fillRect(10, 3, 23, 12);
    else context.stroke();
    return made;
  }

  function lineChoices() {
    return lines.map(({ label, look, layer, isArea }) => {
      const made = choice("checkbox", label, true, (checked) => {
        put(layer, checked);
        kit.sort();
      });
      made.querySelector("input").after(lineSample(look, isArea));
      return made;
    });
  }

  if (layers.length) whose.addTo(map);
  return {
    choices: () => [...tileChoices(), ...lineChoices()],
    start: () => show(state.base),
    onDatum: (act) => moved.push(act),
    onTiles: (act) => shown.push(act),
    stop: () => whose.remove(),
  };
};
