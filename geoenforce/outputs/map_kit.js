// Small parts that the other scripts build with.
// Every text of the data becomes a text node (textContent), never HTML.
window.geoenforceKit = function (map, data) {
  "use strict";
  const WIDE = 760; // pixels of window below which the side panel stands under the map
  const ROOM_FOR_BOTH = 760; // pixels of map that hold a popup and the panel side by side
  const EDGE = 24; // pixels
  const STEPS_OF_A_DEGREE = 100000;
  const ORDER = ["farmland", "lines", "looked_at", "seen", "unseen", "tracks", "patches"]; // the last lies uppermost
  const listening = [];
  const stacked = {};

  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function filled(template, values) {
    return template.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
  }

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

  function button(label, className, press) {
    const made = element("button", className, label);
    made.type = "button";
    made.addEventListener("click", press);
    return made;
  }

  function choice(type, label, checked, change) {
    const made = element("label");
    const input = element("input");
    input.type = type;
    input.checked = checked;
    input.addEventListener("change", () => change(input.checked));
    made.append(input, element("span", "", label));
    return made;
  }

  // A labelled list to choose one from; options are pairs of value and text.
  function select(label, options, chosen, change) {
    const made = element("label", "select");
    const list = element("select");
    for (const [value, text] of options) {
      const option = element("option", "", text);
      option.value = value;
      list.append(option);
    }
    list.value = chosen;
    list.setAttribute("aria-label", label);
    list.addEventListener("change", () => change(list.value));
    made.append(element("span", "", label), list);
    return made;
  }

  function put(layer, wanted) {
    if (wanted && !map.hasLayer(layer)) layer.addTo(map);
    if (!wanted && map.hasLayer(layer)) layer.remove();
  }

  // Whether two boxes of the window share ground.
  function cover(one, other) {
    return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
  }

  // Listeners on the map that go when the page is drawn anew in the other language.
  function listen(events, act) {
    map.on(events, act);
    listening.push([events, act]);
  }

  function stopListening() {
    for (const [events, act] of listening) map.off(events, act);
  }

  // What is switched on lands on top: put all in order again.
  function stack(place, layer) {
    (stacked[place] ||= []).push(layer);
  }

  function sort() {
    for (const layer of ORDER.flatMap((place) => stacked[place] || [])) if (map.hasLayer(layer)) layer.bringToFront();
  }

  // A line from `short_lines`: its first point, then the steps from point to point.
  function decoded(steps) {
    const points = [];
    let [latitude, longitude] = [0, 0];
    for (let place = 0; place < steps.length; place += 2) {
      latitude += steps[place];
      longitude += steps[place + 1];
      points.push([latitude / STEPS_OF_A_DEGREE, longitude / STEPS_OF_A_DEGREE]);
    }
    return points;
  }

  const wide = window.innerWidth > WIDE;
  const right = [wide ? 270 : 24, 24]; // room for the panel

  // A popup is no larger than the map; it stands beside the panel where there is room, else in its place (`map.js`).
  function popup(latlng, content) {
    const { x, y } = map.getSize();
    const besidePanel = x > ROOM_FOR_BOTH;
    L.popup({
      maxWidth: Math.min(400, x - 3 * EDGE), minWidth: Math.min(280, x - 3 * EDGE), maxHeight: Math.min(460, y - 4 * EDGE),
      autoPanPaddingTopLeft: [besidePanel ? 60 : EDGE / 2, EDGE / 2], autoPanPaddingBottomRight: besidePanel ? right : [EDGE / 2, EDGE],
    }).setLatLng(latlng).setContent(content).openOn(map);
  }

  // A click on the layer opens what `content` makes.
  function opens(layer, content) {
    return layer.on("click", (event) => {
      L.DomEvent.stop(event); // else it were a click on the township below, too
      popup(event.latlng, content());
    });
  }

  const words = data.words;
  return { map, data, words, element, filled, facts, row, button, choice, select, put, cover, stack, sort, decoded, listen, stopListening, wide, right, popup, opens };
};
