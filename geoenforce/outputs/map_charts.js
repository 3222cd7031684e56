// Small charts by month, drawn as SVG: bars of one or several series, one upon the other.
window.geoenforceChart = function (kit, chart, values) {
  "use strict";
  const { element, filled, words } = kit;
  const SPACE = "http://www.w3.org/2000/svg";
  const [WIDTH, HEIGHT, TOP, BOTTOM] = [320, 104, 14, 18];
  const CLOSE = 9; // more months than that leave little room for a figure
  const tall = HEIGHT - TOP - BOTTOM;
  const step = WIDTH / Math.max(chart.months.length, 1);
  const broad = Math.min(step * 0.62, 28);

  function shape(tag, attributes, text) {
    const made = document.createElementNS(SPACE, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    if (text !== undefined) made.textContent = text;
    return made;
  }

  const sum = (figures) => figures.reduce((total, figure) => total + Number(figure), 0);
  const most = chart.most || Math.max(1, ...values.map(sum));

  function said(place) {
    const own = values[place];
    const parts = chart.series.map(({ label }, which) => `${label} ${own[which]}`);
    return filled(words.trend_said, { month: chart.months[place], values: own.length ? parts.join(" ") : words.no_figure });
  }

  // Per cents as they are written everywhere; a count, but nought.
  function above(own) {
    if (!own.length) return "–";
    if (typeof own[0] === "string") return own[0].replace(/\.00$/, "");
    return sum(own) ? String(sum(own)) : "";
  }

  function month(place) {
    const own = values[place];
    const left = step * place + (step - broad) / 2;
    const group = shape("g", {});
    group.append(shape("title", {}, said(place)));
    let base = TOP + tall;
    own.forEach((figure, which) => {
      const high = (tall * Number(figure)) / most;
      base -= high;
      const { fill, edge } = chart.series[which];
      if (high) group.append(shape("rect", { x: left, y: base, width: broad, height: high, fill, stroke: edge, "stroke-width": 0.8 }));
    });
    const middle = step * (place + 0.5);
    group.append(shape("text", { x: middle, y: base - 3, class: chart.months.length > CLOSE ? "figure small" : "figure" }, above(own)));
    const [year, number] = chart.months[place].split("-");
    const name = place === 0 || number === "01" ? `${year.slice(2)}/${Number(number)}` : String(Number(number));
    group.append(shape("text", { x: middle, y: HEIGHT - 5, class: "month" }, name));
    return group;
  }

  const figure = element("figure", "chart");
  const picture = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" });
  const all = chart.months.map((_, place) => said(place)).join("; ");
  picture.setAttribute("aria-label", `${chart.title}. ${all}`);
  picture.append(shape("line", { x1: 0, x2: WIDTH, y1: TOP + tall, y2: TOP + tall, class: "ground" }));
  chart.months.forEach((_, place) => picture.append(month(place)));
  const caption = element("figcaption", "", chart.title);
  if (chart.series.length > 1) {
    const keys = element("span", "keys");
    for (const { label, fill, edge } of chart.series) {
      const key = element("i");
      Object.assign(key.style, { backgroundColor: fill, borderColor: edge });
      keys.append(key, element("span", "", label));
    }
    caption.append(keys);
  }
  figure.append(caption, picture);
  return figure;
};
