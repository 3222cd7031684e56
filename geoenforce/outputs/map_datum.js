// GCJ-02, the shifted datum of Chinese internet maps. Where such a map lies below, everything is *shown* shifted:
// the projection does it, so that no coordinate of the data is ever touched.
window.geoenforceDatum = (function () {
  "use strict";
  const AXIS = 6378245.0; // of the ellipsoid of Krassovsky, as the shift is defined
  const ECCENTRICITY = 0.00669342162296594323; // squared
  const ROUNDS = 6; // each brings the way back a thousand times nearer
  const { sin, cos, sqrt, abs, PI } = Math;

  function waves(x, y) {
    return (20 * sin(6 * x * PI) + 20 * sin(2 * x * PI)) * (2 / 3) + y;
  }

  function northward(x, y) {
    const own = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x));
    return waves(x, own) + (20 * sin(y * PI) + 40 * sin((y / 3) * PI)) * (2 / 3) + (160 * sin((y / 12) * PI) + 320 * sin((y * PI) / 30)) * (2 / 3);
  }

  function eastward(x, y) {
    const own = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x));
    return waves(x, own) + (20 * sin(x * PI) + 40 * sin((x / 3) * PI)) * (2 / 3) + (150 * sin((x / 12) * PI) + 300 * sin((x / 30) * PI)) * (2 / 3);
  }

  // How far a place is shifted, in degrees; nothing outside China.
  function offset({ lat, lng }) {
    if (lng < 72.004 || lng > 137.8347 || lat < 0.8293 || lat > 55.8271) return { lat: 0, lng: 0 };
    const [x, y] = [lng - 105, lat - 35];
    const across = (lat / 180) * PI;
    const root = sqrt(1 - ECCENTRICITY * sin(across) ** 2);
    return {
      lat: (northward(x, y) * 180) / (((AXIS * (1 - ECCENTRICITY)) / root ** 3) * PI),
      lng: (eastward(x, y) * 180) / ((AXIS / root) * cos(across) * PI),
    };
  }

  function shifted(place) {
    const { lat, lng } = offset(place);
    return L.latLng(place.lat + lat, place.lng + lng);
  }

  function back(place) {
    let found = place;
    for (let round = 0; round < ROUNDS; round += 1) {
      const { lat, lng } = offset(found);
      found = L.latLng(place.lat - lat, place.lng - lng);
    }
    return found;
  }

  const plain = L.CRS.EPSG3857;
  const gcj02 = L.extend({}, plain, {
    code: "GCJ-02",
    projection: L.extend({}, plain.projection, {
      project: (place) => plain.projection.project(shifted(place)),
      unproject: (point) => back(plain.projection.unproject(point)),
    }),
  });
  return { shifted, back, plain, gcj02 };
})();
