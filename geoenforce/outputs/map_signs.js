// The signs and hatches of the grades: shape and pattern tell them apart where colour cannot.
window.geoenforceSigns = (function () {
  "use strict";
  const RADIUS = { diamond: 7, triangle: 6.5, circle: 5, square: 5 };
  const HATCH_OPACITY = 0.75;
  const SOLID = 0.92;
  const HOLLOW = 0.15;
  const patterns = new Map();

  function outline(context, shape, x, y, r) {
    const corners = {
      triangle: [[0, -1.15], [1.1, 0.8], [-1.1, 0.8]],
      diamond: [[0, -1.25], [1.25, 0], [0, 1.25], [-1.25, 0]],
      square: [[-0.85, -0.85], [0.85, -0.85], [0.85, 0.85], [-0.85, 0.85]],
    }[shape];
    context.beginPath();
    if (corners) corners.forEach(([dx, dy]) => context.lineTo(x + dx * r, y + dy * r));
    else context.arc(x, y, r, 0, Math.PI * 2);
    context.closePath();
  }

  // "lines" are diagonals one way, "grid" both ways, "rows" run level; "dots" stand for what is not known.
  function pattern(context, kind, color) {
    const key = kind + color;
    if (!patterns.has(key)) {
      const tile = document.createElement("canvas");
      tile.width = tile.height = 7;
      const pen = tile.getContext("2d");
      pen.strokeStyle = color;
      pen.lineWidth = 1.1;
      if (kind === "rows") {
        pen.moveTo(0, 3.5);
        pen.lineTo(7, 3.5);
      }
      if (kind === "dots") pen.arc(3.5, 3.5, 0.6, 0, Math.PI * 2);
      for (const shift of kind === "lines" || kind === "grid" ? [-7, 0, 7] : []) {
        pen.moveTo(shift, 7);
        pen.lineTo(shift + 7, 0);
        if (kind === "grid") {
          pen.moveTo(shift, 0);
          pen.lineTo(shift + 7, 7);
        }
      }
      pen.stroke();
      patterns.set(key, context.createPattern(tile, "repeat"));
    }
    return patterns.get(key);
  }

  function fillWithHatch(context, kind, color) {
    context.globalAlpha = HATCH_OPACITY;
    context.fillStyle = pattern(context, kind, color);
    context.fill("evenodd");
    context.globalAlpha = 1;
  }

  const fillAndStroke = L.Canvas.prototype._fillStroke;
  L.Canvas.include({
    _fillStroke(context, layer) {
      fillAndStroke.call(this, context, layer);
      if (layer.options.hatch) fillWithHatch(context, layer.options.hatch, layer.options.color);
    },
  });

  // ---- patches, drawn by `map_areas.js` ---------------------------------------------------------
  function paint(context, look) {
    context.globalAlpha = look.fillOpacity;
    context.fillStyle = look.fillColor;
    context.fill("evenodd");
    context.globalAlpha = 1;
    context.setLineDash(look.dashes);
    context.lineWidth = look.weight;
    context.strokeStyle = look.color;
    context.lineJoin = "round";
    context.stroke();
    if (look.hatch) fillWithHatch(context, look.hatch, look.color);
  }

  // Rings are flat lists of x and y.
  function draw(context, rings, look) {
    context.beginPath();
    for (const ring of rings) {
      context.moveTo(ring[0], ring[1]);
      for (let one = 2; one < ring.length; one += 2) context.lineTo(ring[one], ring[one + 1]);
      context.closePath();
    }
    paint(context, look);
  }

  function drawSign(context, x, y, look) {
    outline(context, look.shape, x, y, look.radius);
    paint(context, look);
  }

  function radius(group) {
    return RADIUS[group.shape];
  }

  // How the patches and signs of a group are drawn.
  function style(group) {
    return {
      color: group.edge,
      fillColor: group.fill,
      hatch: group.hatch,
      shape: group.shape,
      weight: 1.4,
      fillOpacity: group.hollow ? HOLLOW : SOLID,
      dashes: group.dashed ? [4, 3] : [],
      radius: radius(group),
    };
  }

  // Draw what stands for a group in a legend: its sign, its area, or ("sign") the sign alone.
  function sample(group, only) {
    const made = document.createElement("canvas");
    const width = only ? 18 : 34;
    made.className = only ? "sign" : "sample";
    made.setAttribute("aria-hidden", "true");
    made.width = width * 2; // twice as fine, for sharp screens
    made.height = 36;
    const context = made.getContext("2d");
    context.scale(2, 2);
    context.lineWidth = 1.4;
    context.strokeStyle = group.edge;
    const paint = () => {
      context.globalAlpha = group.opacity || (group.hollow ? HOLLOW : SOLID);
      context.fillStyle = group.fill;
      context.fill();
      context.globalAlpha = 1;
      context.setLineDash(group.dashed ? [3, 2.5] : []);
      if (!group.opacity) context.stroke();
    };
    if (group.shape) {
      outline(context, group.shape, only ? 9 : 8, 9, radius(group) * (only ? 1 : 0.85));
      paint();
    }
    if (!only) {
      context.beginPath();
      context.rect(group.shape ? 17 : 10, 3, group.shape ? 16 : 23, 12);
      paint();
    }
    if (group.hatch) fillWithHatch(context, group.hatch, group.edge);
    return made;
  }

  return { sample, style, draw, drawSign };
})();
