// One layer of Leaflet's canvas for all patches: it draws those it is told to, and knows which one lies under a click.
// A layer for each patch would take minutes and a gigabyte for a hundred thousand of them.
window.geoenforceAreas = (function () {
  "use strict";
  const { draw, drawSign } = window.geoenforceSigns;
  const NEAR_ENOUGH = 3; // pixels beside a patch that still are a click on it

  // Even-odd: a point in a hole is outside.
  function isInside(rings, x, y) {
    let inside = false;
    for (const ring of rings) {
      for (let one = 0, other = ring.length - 2; one < ring.length; other = one, one += 2) {
        const above = ring[one + 1] > y !== ring[other + 1] > y;
        if (above && x < ((ring[other] - ring[one]) * (y - ring[one + 1])) / (ring[other + 1] - ring[one + 1]) + ring[one]) inside = !inside;
      }
    }
    return inside;
  }

  function boxOf(rings) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const ring of rings) {
      for (let one = 0; one < ring.length; one += 2) {
        box[0] = Math.min(box[0], ring[one]);
        box[1] = Math.min(box[1], ring[one + 1]);
        box[2] = Math.max(box[2], ring[one]);
        box[3] = Math.max(box[3], ring[one + 1]);
      }
    }
    return box;
  }

  return L.Path.extend({
    initialize(store, looks) {
      L.setOptions(this, { bubblingMouseEvents: false });
      this._store = store;
      this._looks = looks;
      this._shapes = new Map();
      this.drawn = { areas: [], signs: [] };
    },

    // Draw these rows: their areas, and on top their signs; the last ones lie uppermost.
    show(areas, signs) {
      this.drawn = { areas, signs };
      this.redraw();
    },

    // The projection has changed: what was worked out for the old one is void.
    forget() {
      this._shapes.clear();
      this._world = null;
    },

    // Which row lies at a point of the map's layer; the uppermost, or none.
    rowAt({ x, y }) {
      for (let place = this._signs.length - 1; place >= 0; place -= 1) {
        const sign = this._signs[place];
        if (Math.hypot(sign.x - x, sign.y - y) <= sign.look.radius + NEAR_ENOUGH) return sign.row;
      }
      for (let place = this._areas.length - 1; place >= 0; place -= 1) {
        const { box, rings, row } = this._areas[place];
        const close = x >= box[0] - NEAR_ENOUGH && x <= box[2] + NEAR_ENOUGH && y >= box[1] - NEAR_ENOUGH && y <= box[3] + NEAR_ENOUGH;
        const small = box[2] - box[0] < 2 * NEAR_ENOUGH && box[3] - box[1] < 2 * NEAR_ENOUGH;
        if (close && (small || isInside(rings, x, y))) return row;
      }
      return null;
    },

    // Where each patch stands, in pixels of the world at zoom 0.
    world() {
      if (!this._world) {
        this._world = new Float64Array(this._store.count * 2);
        for (let row = 0; row < this._store.count; row += 1) {
          const { x, y } = this._map.project(this._store.at(row), 0);
          this._world[2 * row] = x;
          this._world[2 * row + 1] = y;
        }
      }
      return this._world;
    },

    _shape(row) {
      if (!this._shapes.has(row)) {
        const flat = (ring) => Float64Array.from(ring.flatMap((corner) => {
          const { x, y } = this._map.project(corner, 0);
          return [x, y];
        }));
        this._shapes.set(row, this._store.rings(row).map(flat));
      }
      return this._shapes.get(row);
    },

    // Bring what is drawn to the pixels of the view.
    _place() {
      const scale = this._map.getZoomScale(this._map.getZoom(), 0);
      const { x: left, y: top } = this._map.getPixelOrigin();
      const world = this.world();
      this._areas = this.drawn.areas.map((row) => {
        const rings = this._shape(row).map((ring) => ring.map((value, place) => value * scale - (place % 2 ? top : left)));
        return { row, rings, box: boxOf(rings), look: this._looks[this._store.group(row)] };
      });
      this._signs = this.drawn.signs.map((row) => ({
        row, x: world[2 * row] * scale - left, y: world[2 * row + 1] * scale - top, look: this._looks[this._store.group(row)],
      }));
    },

    // ---- what Leaflet's canvas asks of a layer ------------------------------------------------
    _project() {
      this._place();
      const half = this._map.getSize();
      const middle = this._map.latLngToLayerPoint(this._map.getCenter());
      this._pxBounds = L.bounds(middle.subtract(half), middle.add(half));
    },

    _update() {
      this._updatePath();
    },

    _updatePath() {
      if (!this._renderer._drawing) return;
      const context = this._renderer._ctx;
      for (const { rings, look } of this._areas) draw(context, rings, look);
      for (const { x, y, look } of this._signs) drawSign(context, x, y, look);
    },

    _containsPoint(point) {
      return this.rowAt(point) !== null;
    },
  });
})();
