// Draws patrols: tracks by day, farmland unseen for long, and today's status beside each township's name.
// Every text of the data becomes a text node (textContent), never HTML.
window.geoenforcePatrols = function (data, kit) {
  "use strict";
  const { map, element, facts, filled, choice, sample, style, labels, put, stack, sort, decoded, thinLabels } = kit;
  const { patrols } = data;
  const { words } = patrols;
  const DAY_MS = 900; // how long each day stays when they are played
  const NEAR_ENOUGH = 6; // pixels beside a track that still are a click on it

  // ---- status beside the names ------------------------------------------------------------
  const STROKES = {
    patrolling_now: [[[3, 1.5], [10, 6], [3, 10.5], [3, 1.5]]],
    patrolled_today: [[[1.5, 6.5], [4.8, 9.8], [10.5, 2.5]]],
    not_patrolled_today: [[[2, 2], [10, 10]], [[10, 2], [2, 10]]],
  };

  // A triangle, a tick or a cross: the three are told apart without colour.
  function statusSign(key) {
    const made = element("canvas");
    made.setAttribute("aria-hidden", "true");
    made.width = made.height = 36; // three times as fine, for sharp screens
    const context = made.getContext("2d");
    context.scale(3, 3);
    context.lineWidth = 2;
    context.lineJoin = context.lineCap = "round";
    context.strokeStyle = context.fillStyle = "#fff";
    for (const stroke of STROKES[key]) {
      context.beginPath();
      stroke.forEach(([x, y]) => context.lineTo(x, y));
      if (key === "patrolling_now") context.fill();
      context.stroke();
    }
    return made;
  }

  function statusPill(key) {
    const made = element("span", "status");
    made.dataset.status = key;
    made.style.backgroundColor = patrols.status[key].ink;
    made.append(statusSign(key), element("span", "", patrols.status[key].label));
    return made;
  }

  const pills = labels.map(({ township, text }) => {
    const pill = statusPill(township.patrol_status);
    text.firstChild.after(pill);
    return pill;
  });

  // ---- tracks -------------------------------------------------------------------------------
  const Track = L.Polyline.extend({ _clickTolerance: () => NEAR_ENOUGH });

  function tripPopup(trip) {
    const box = element("div", "trip");
    box.append(element("h2", "", filled(words.trip, { unit: trip.unit })), facts(trip.facts));
    for (const doubt of trip.doubts || []) box.append(element("p", "doubt", doubt));
    if (trip.doubts && trip.doubts.length) box.append(element("p", "note", words.doubt_note));
    return box;
  }

  // One day's tracks are drawn with their ends: a ring where they begin, a dot where they stop.
  // Thin lines with plain joins cost a fifth of thick round ones where there are thousands.
  const ONE_DAY = { weight: 3.5, opacity: 0.95 };
  const ALL_DAYS = { weight: 2, opacity: 0.55, lineJoin: "bevel", lineCap: "butt" };
  const THIN = { ...ALL_DAYS, weight: 1 };
  const MANY = 500;

  function drawTrip(trip, look, layer) {
    const parts = trip.line.map(decoded);
    const open = () => tripPopup(trip);
    const doubtful = trip.doubts && trip.doubts.length;
    const line = { ...look, color: patrols.track, dashArray: doubtful ? "8 6" : null };
    kit.opens(new Track(parts, line), open).addTo(layer);
    if (look !== ONE_DAY) return;
    const end = { radius: 4.5, color: patrols.track, weight: 2, fillOpacity: 1 };
    const [first, last] = [parts[0][0], parts.at(-1).at(-1)];
    kit.opens(L.circleMarker(last, { ...end, fillColor: patrols.track }), open).addTo(layer);
    kit.opens(L.circleMarker(first, { ...end, fillColor: "#fff" }), open).addTo(layer);
  }

  const tracks = L.featureGroup();
  const chosen = { day: patrols.day, all: false };

  function drawTracks() {
    tracks.clearLayers();
    const days = chosen.all ? patrols.days : patrols.days.slice(chosen.day, chosen.day + 1);
    const trips = days.flatMap((day) => day.trips);
    const severalDays = trips.length > MANY ? THIN : ALL_DAYS;
    for (const trip of trips) drawTrip(trip, chosen.all ? severalDays : ONE_DAY, tracks);
    drawSeen(trips);
    sort();
    return trips.length;
  }

  function trackSample() {
    const made = element("canvas", "track");
    made.setAttribute("aria-hidden", "true");
    made.width = 68;
    made.height = 36;
    const context = made.getContext("2d");
    context.scale(2, 2);
    context.strokeStyle = context.fillStyle = patrols.track;
    context.lineWidth = 3;
    context.moveTo(6, 12);
    context.lineTo(15, 6);
    context.lineTo(22, 11);
    context.lineTo(29, 6);
    context.stroke();
    return made;
  }

  // ---- what patrols have seen ---------------------------------------------------------------
  // A broad line is the ground within sight on both sides; drawn as one, it is no darker where tracks cross.
  const seen = L.featureGroup();

  function drawSeen(trips) {
    seen.clearLayers();
    for (const sight of new Set(trips.map(sightOf))) {
      const parts = trips.filter((trip) => sightOf(trip) === sight).flatMap((trip) => trip.line.map(decoded));
      const band = { color: patrols.track, opacity: 0.22, lineJoin: "round", lineCap: "round", interactive: false };
      L.polyline(parts, { ...band, sight, weight: broad(sight) }).addTo(seen);
    }
  }

  function sightOf(trip) {
    return trip.sight_m || patrols.seen.sight_m;
  }

  // Metres on both sides of a track in pixels of the view.
  function broad(sight) {
    const middle = map.getCenter();
    const metres = map.distance(middle, map.unproject(map.project(middle).add([100, 0]))) / 100;
    return (2 * sight) / metres;
  }

  kit.listen("zoomend", () => seen.eachLayer((band) => band.setStyle({ weight: broad(band.options.sight) })));

  // ---- unseen farmland ----------------------------------------------------------------------
  const look = { ...style(patrols.unseen.look), fillOpacity: 0.3, weight: 1 };
  const unseen = L.featureGroup();
  for (const patch of patrols.unseen.patches) {
    const open = () => {
      const box = element("div", "unseen");
      box.append(element("h2", "", patch.title), facts(patch.facts));
      return box;
    };
    kit.opens(L.geoJSON(patch.geometry, { style: look }), open).addTo(unseen);
  }

  // ---- their part of the panel --------------------------------------------------------------
  function statusPart() {
    const counts = element("div", "statuses");
    for (const [key, { count }] of Object.entries(patrols.status)) {
      const pill = statusPill(key);
      pill.append(element("b", "", String(count)));
      counts.append(pill);
    }
    const shown = choice("checkbox", patrols.status_title, true, (checked) => {
      for (const pill of pills) pill.classList.toggle("hidden", !checked);
      thinLabels();
    });
    return [shown, counts, element("p", "note", patrols.status_note)];
  }

  function sliderPart(shown) {
    const box = element("div", "slider");
    const slider = element("input");
    const said = element("output");
    Object.assign(slider, { type: "range", min: 0, max: Math.max(patrols.days.length - 1, 0), step: 1, value: chosen.day });
    slider.setAttribute("aria-label", words.day);
    const tell = () => {
      const number = drawTracks();
      const trips = number ? filled(words.trips, { number }) : words.no_trips;
      box.classList.toggle("all", chosen.all);
      said.textContent = `${chosen.all ? words.all_days : patrols.days[chosen.day].label} · ${trips}`;
      slider.setAttribute("aria-valuetext", said.textContent);
      shown.textContent = String(number);
    };
    const all = choice("checkbox", words.all_days, chosen.all, (checked) => {
      chosen.all = checked;
      tell();
    });
    const turnTo = (day) => {
      chosen.day = day;
      slider.value = String(day);
      chosen.all = all.querySelector("input").checked = false;
      tell();
    };
    slider.addEventListener("input", () => turnTo(Number(slider.value)));
    const ends = element("div", "ends");
    ends.append(element("span", "", patrols.days[0].label), element("span", "", patrols.days.at(-1).label));
    ends.setAttribute("aria-hidden", "true");
    const last = element("div", "last");
    last.append(all, playButton(turnTo));
    box.append(said, slider, ends, last);
    tell();
    return box;
  }

  // Goes through the days one by one, from the first where the last is shown.
  function playButton(turnTo) {
    const last = patrols.days.length - 1;
    let timer = null;
    const halt = () => {
      clearInterval(timer);
      timer = null;
      made.textContent = words.play;
    };
    const next = () => {
      if (!made.isConnected || chosen.day >= last) halt();
      else turnTo(chosen.day + 1);
    };
    const made = kit.button(words.play, "plain play", () => {
      if (timer) return halt();
      made.textContent = words.pause;
      turnTo(chosen.day >= last || chosen.all ? 0 : chosen.day + 1);
      timer = setInterval(next, DAY_MS);
    });
    return made;
  }

  function trackPart() {
    const count = element("span", "count", "0");
    const made = choice("checkbox", words.tracks, true, (checked) => {
      put(tracks, checked);
      sort();
    });
    made.querySelector("input").after(trackSample());
    made.append(count);
    const dashed = words.doubt_line ? [element("p", "note", words.doubt_line)] : [];
    return patrols.days.length ? [made, ...dashed, sliderPart(count)] : [made];
  }

  function seenPart() {
    const made = choice("checkbox", patrols.seen.label, false, (checked) => {
      put(seen, checked);
      sort();
    });
    made.querySelector("input").after(sample({ fill: patrols.track, edge: patrols.track, opacity: 0.3 }));
    return [made, element("p", "note", words.seen_note)];
  }

  function unseenPart() {
    const made = choice("checkbox", patrols.unseen.label, false, (checked) => {
      put(unseen, checked);
      sort();
    });
    made.querySelector("input").after(sample(patrols.unseen.look));
    return [made, element("p", "note", patrols.unseen.sum)];
  }

  stack("tracks", tracks.addTo(map));
  stack("unseen", unseen);
  stack("seen", seen);
  return { panel: () => [element("h2", "", words.patrols), ...statusPart(), ...trackPart(), ...seenPart(), ...unseenPart()] };
};
