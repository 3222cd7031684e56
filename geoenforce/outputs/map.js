// Draws the data that stands beside this script on the map that Folium has made; anew when the language is changed.
// Every text of the data becomes a text node (textContent), never HTML.
(function () {
  "use strict";
  const base = JSON.parse(document.getElementById("data").textContent);
  const map = window.map_geoenforce;
  const state = { measure: base.color_by, place: null, tab: "overview", base: base.tiles.length ? 0 : -1 };
  const PAPERS = ["a4", "a3"];

  // The other language: the same data with what differs put in its place.
  function changed(value, changes) {
    if (changes === undefined || changes === null) return value;
    if (Array.isArray(changes)) return changes[0];
    const copy = Array.isArray(value) ? [...value] : { ...value };
    for (const [key, change] of Object.entries(changes)) copy[key] = changed(value[key], change);
    return copy;
  }

  const languages = { [base.lang]: base };

  function dataIn(lang) {
    return (languages[lang] ||= changed(base, base.other.changes));
  }

  // ---- the frame ----------------------------------------------------------------------------
  function frame(data, kit) {
    const { element, words, button } = kit;
    const header = element("header");
    const groupOf = Object.fromEntries(data.groups.map((group) => [group.key, group]));
    header.append(element("h1", "", data.title), element("span", "as-of", data.as_of));
    const headline = element("ul", "headline");
    for (const figure of data.headline) {
      const item = element("li");
      if (figure.key) item.append(window.geoenforceSigns.sample(groupOf[figure.key], "sign"));
      item.append(element("span", "", figure.label), element("b", "", figure.value));
      headline.append(item);
    }
    const tools = element("div", "tools");
    for (const paper of PAPERS) tools.append(button(words[`print_${paper}`], "plain", () => print(paper)));
    const other = button(words.other_language, "plain language", () => change(data.lang === base.lang ? base.other.lang : base.lang));
    other.lang = data.lang === "zh" ? "en" : "zh-CN";
    tools.append(other);
    header.append(tools, headline);
    const middle = element("main");
    middle.append(map.getContainer());
    document.documentElement.lang = { zh: "zh-CN" }[data.lang] || data.lang;
    document.title = data.title;
    document.body.prepend(header, middle);
    document.body.append(element("footer", "", data.source));
    map.invalidateSize({ animate: false });
    return middle;
  }

  // ---- legend and layers in one panel ---------------------------------------------------------
  function panel(kit, { side, townships, background, cases, patrols }) {
    const { element, words, choice } = kit;
    const box = element("details", "panel");
    box.open = kit.wide;
    box.append(element("summary", "", words.panel), side.legends);
    box.append(element("h2", "", words.patches), ...cases.gradedChoices());
    if (cases.isMany) box.append(element("p", "note", words.cluster_note));
    if (patrols) box.append(...patrols.panel());
    box.append(element("h2", "", words.reference), ...cases.apartChoices());
    box.append(...background.choices(), ...townships.farmlandChoice());
    box.append(choice("checkbox", words.labels, true, townships.showNames));
    L.DomEvent.disableClickPropagation(box).disableScrollPropagation(box);
    return box;
  }

  function controls(kit, box) {
    const { words } = kit;
    const Panel = L.Control.extend({ onAdd: () => box });
    return [
      new Panel({ position: "topright" }),
      L.control.zoom({ position: "topleft", zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out }),
      L.control.scale({ position: "bottomleft", imperial: false }),
    ].map((control) => control.addTo(map));
  }

  // ---- the page in one language -----------------------------------------------------------------
  function start(lang) {
    const data = dataIn(lang);
    const kit = window.geoenforceKit(map, data);
    const middle = frame(data, kit);
    const townships = window.geoenforceTownships(data, kit);
    const background = window.geoenforceBackground(data, kit, state);
    const cases = window.geoenforceCases(data, kit);
    const { sample, style } = window.geoenforceSigns;
    const tools = { ...kit, sample, style, labels: townships.labels, thinLabels: townships.thinLabels };
    const patrols = data.patrols && window.geoenforcePatrols(data, tools);
    const side = window.geoenforceSide(data, kit, townships, cases, state);
    middle.prepend(side.box);
    map.invalidateSize({ animate: false, pan: false });
    const placed = controls(kit, panel(kit, { side, townships, background, cases, patrols }));
    if (state.view) map.setView(...state.view, { animate: false });
    else whole(kit);
    kit.sort();
    townships.keepClearOf(cases.inSight);
    cases.onDraw(townships.thinLabels);
    background.onDatum(cases.forget);
    background.onTiles(townships.fade);
    background.start();
    cases.redraw();
    townships.thinLabels();
    kit.listen("popupopen", ({ popup }) => {
      popup.getElement().querySelector(".leaflet-popup-close-button").setAttribute("aria-label", kit.words.close);
    });
    kit.listen("popupopen popupclose", ({ type, popup }) => {
      opened = type === "popupopen" ? popup.getElement() : null;
      makeWay(kit, placed);
    });
    kit.listen("moveend resize", () => makeWay(kit, placed));
    return { kit, placed, background };
  }

  let opened = null; // the popup that is open

  // What a popup would lie under is hidden while it is open.
  function makeWay({ cover }, placed) {
    const popup = opened && opened.getBoundingClientRect();
    for (const box of placed.map((control) => control.getContainer())) {
      box.classList.toggle("hidden", popup !== null && cover(popup, box.getBoundingClientRect()));
    }
  }

  function whole({ data, right }) {
    map.fitBounds(data.bounds, { paddingTopLeft: [24, 24], paddingBottomRight: right, animate: false });
  }

  function stop({ kit, placed, background }) {
    kit.stopListening();
    background.stop();
    map.closePopup();
    for (const control of placed) control.remove();
    map.eachLayer((layer) => { if (!(layer instanceof L.Renderer)) layer.remove(); });
    document.body.append(map.getContainer());
    for (const part of document.querySelectorAll("body > header, body > main, body > footer")) part.remove();
  }

  let page;

  function switches() {
    return [...document.querySelectorAll(".panel input")];
  }

  // Switch as before what the panel has switched, in the same order in every language.
  function switchBack(before) {
    for (const [place, input] of switches().entries()) {
      const { checked, value } = before[place];
      if (input.checked === checked && input.value === value) continue;
      Object.assign(input, { checked, value });
      input.dispatchEvent(new Event(input.type === "range" ? "input" : "change"));
    }
  }

  function change(lang) {
    state.view = [map.getCenter(), map.getZoom()];
    const [before, { open }] = [switches(), document.querySelector(".panel")];
    stop(page);
    page = start(lang);
    switchBack(before);
    document.querySelector(".panel").open = open;
    document.querySelector(".language").focus();
  }

  // ---- paper ------------------------------------------------------------------------------------
  // The map is as large on the screen as on paper while it is printed, for Leaflet draws for the screen.
  function print(paper) {
    document.documentElement.classList.add(paper);
    window.print();
    document.documentElement.classList.remove(paper);
  }

  // Nobody scrolls on paper: whole entries of a list of cases are printed, and how many are not.
  function fitOnPaper(list, matches) {
    list.querySelector(".unprinted")?.remove();
    const items = [...list.children];
    for (const item of items) item.style.display = "";
    if (!matches || !list.offsetParent) return;
    const NOTE = 40; // pixels, for the line that says it
    const foot = document.querySelector(".side .body").getBoundingClientRect().bottom;
    const ends = items.map((item) => item.getBoundingClientRect().bottom);
    if (ends.every((end) => end <= foot)) return;
    const whole = ends.filter((end) => end <= foot - NOTE).length;
    for (const item of items.slice(whole)) item.style.display = "none";
    const { element, filled, words } = page.kit;
    list.append(element("li", "more unprinted", filled(words.unprinted, { number: list.dataset.number - whole })));
  }

  function onPaper({ matches }) {
    if (matches) state.view = [map.getCenter(), map.getZoom()];
    document.body.classList.toggle("printing", matches);
    for (const list of document.querySelectorAll(".side ol.cases")) fitOnPaper(list, matches);
    map.invalidateSize({ animate: false });
    if (matches) {
      map.fitBounds(base.bounds, { paddingTopLeft: [10, 10], paddingBottomRight: [250, 10], animate: false });
    } else if (state.view) map.setView(...state.view, { animate: false });
  }

  // Leaflet hears the key only while the map has the focus, and a case may have been opened from the list.
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") map.closePopup();
  });

  page = start(base.lang);
  window.matchMedia("print").addEventListener("change", onPaper);
})();
