"""Made-up patches and layers for the kernel: irregular, valid, and no two polygons of a layer share ground."""

import numpy as np
import shapely

#: As far from the plane's origin as a county lies.
FAR_OFF = 2_600_000.0


def random_patches(rng, count, offset, spread=60.0):
    """Star-shaped polygons with corners at whole metres, some with a hole."""
    patches = []
    while len(patches) < count:
        middle = offset + np.array([rng.uniform(0, spread), rng.uniform(0, 60)])
        ring = _star(rng, middle, 40)
        patch = shapely.Polygon(ring, [shapely.Point(np.round(middle)).buffer(3, quad_segs=1).exterior.coords])
        patch = patch if len(patches) % 2 else shapely.Polygon(ring)
        if patch.is_valid:
            patches.append(patch)
    return patches


def _star(rng, middle, radius):
    angle = (np.arange(11) + rng.uniform(-0.3, 0.3, 11)) * 2 * np.pi / 11
    length = radius * rng.uniform(0.2, 1.0, 11)
    return np.round(middle + np.column_stack([length * np.cos(angle), length * np.sin(angle)]))


def random_tiling(rng, offset, digits=6, spread=120.0):
    """Two thirds of the triangles between random points, every third merged with a neighbour."""
    points = np.round(offset + rng.uniform(-30, spread - 30, (25, 2)), digits)
    triangles = shapely.get_parts(shapely.delaunay_triangles(shapely.MultiPoint(points)))
    triangles = rng.permutation(triangles)[: max(1, len(triangles) * 2 // 3)]
    merged = [shapely.union_all(triangles[start : start + 2]) for start in range(0, len(triangles) // 3, 2)]
    return [*merged, *triangles[2 * len(merged) :]]


def river(rng, vertices):
    """A winding strip of water."""
    half = vertices // 2
    x = np.arange(half) * 1.5
    bend = 20 * np.sin(x / 90) + np.cumsum(rng.normal(0, 0.05, half))
    banks = [np.column_stack([x, bend]), np.column_stack([x, bend + 8 + rng.uniform(0, 1, half)])[::-1]]
    strip = shapely.Polygon(np.concatenate(banks) + FAR_OFF)
    assert strip.is_valid
    return strip
