"""Polygons as flat arrays, from shapes and from WKB, and the compiler that reads them."""

import ast
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

import geoenforce
from geoenforce.core import compiled as compiling
from geoenforce.core.errors import TableError
from geoenforce.core.flat import CHUNK, FANOUT, flat_polygons, indexed, joined, part_of, rings_of_wkb
from geoenforce.core.flat_loops import meets_any
from geoenforce.core.slabs import Slabs

HOLED = shapely.box(0, 0, 10, 10) - shapely.box(2, 2, 4, 4)


def test_rings_of_parts_and_holes_come_in_the_order_of_the_shape():
    flat = flat_polygons([HOLED, None, shapely.MultiPolygon([shapely.box(20, 0, 21, 1), HOLED])])

    assert flat.polygon.tolist() == [0, 2, 2, 5]
    assert np.diff(flat.ring).tolist() == [5, 5, 5, 5, 5]
    assert flat.xy.tolist() == shapely.get_coordinates([HOLED, shapely.box(20, 0, 21, 1), HOLED]).tolist()
    assert flat.box[[0, 2]].tolist() == [[0, 0, 10, 10], [0, 0, 21, 10]]


@pytest.mark.parametrize("turn", [shapely.orient_polygons, lambda one: shapely.orient_polygons(one, exterior_cw=True)])
def test_the_sign_says_on_which_side_of_a_ring_its_ground_lies(turn):
    shape = turn(HOLED)

    is_left = [ring.is_ccw != is_hole for ring, is_hole in zip(shapely.get_rings(shape), [False, True], strict=True)]
    assert (flat_polygons([shape]).sign > 0).tolist() == is_left


def test_every_box_holds_what_it_is_the_box_of():
    circles = shapely.buffer(
        shapely.points(np.random.default_rng(1).uniform(0, 900, (FANOUT * FANOUT + 20, 2))), 5, quad_segs=9
    )
    flat = flat_polygons(circles)

    assert flat.box.tolist() == shapely.bounds(circles).tolist()
    assert len(flat.tree_box) == (FANOUT + 2) + 2 + 1
    assert flat.tree_box[1].tolist() == shapely.total_bounds(circles[FANOUT : 2 * FANOUT]).tolist()
    assert flat.tree_box[FANOUT + 2].tolist() == shapely.total_bounds(circles[: FANOUT * FANOUT]).tolist()
    assert flat.tree_box[-1].tolist() == shapely.total_bounds(circles).tolist()
    edges = shapely.get_coordinates(circles[0])[CHUNK:]  # 36 edges: a chunk of 32, and one of 4
    assert flat.chunk_box[1].tolist() == [*edges.min(axis=0).tolist(), *edges.max(axis=0).tolist()]


def test_rows_of_wkb_are_taken_in_the_order_asked_for():
    shapes = [shapely.box(0, 0, 1, 1), shapely.box(5, 0, 6, 1), shapely.box(9, 0, 10, 1)]
    bodies = shapely.to_wkb(shapes)
    start = np.cumsum([0, *(len(body) for body in bodies)])

    rings = rings_of_wkb(np.frombuffer(b"".join(bodies), dtype=np.uint8), start, [2, 0])

    assert indexed(rings).box[:, 0].tolist() == [9, 0]
    assert indexed(joined([rings, rings])).box[:, 0].tolist() == [9, 0, 9, 0]


def test_portions_of_a_slab_do_not_lie_in_each_other(monkeypatch):
    monkeypatch.setattr("geoenforce.core.slabs._SLAB", 7)
    slabs = Slabs()
    portions = [slabs.take(vertices) for vertices in (3, 4, 2, 9, 0, 1)]
    for number, portion in enumerate(portions):
        portion[:] = number

    assert [set(portion.ravel()) for portion in portions] == [{0}, {1}, {2}, {3}, set(), {5}]


def test_rings_are_joined_and_described_by_any_number_of_threads_alike():
    circles = shapely.buffer(shapely.points(np.random.default_rng(2).uniform(0, 900, (300, 2))), 5, quad_segs=9)
    bodies = shapely.to_wkb(circles)
    start = np.cumsum([0, *(len(body) for body in bodies)])
    data, slabs = np.frombuffer(b"".join(bodies), dtype=np.uint8), Slabs()

    parts = [rings_of_wkb(data, start, range(first, first + 60), slabs) for first in range(0, 300, 60)]

    for one, other in zip(indexed(joined(parts, threads=3), threads=3), flat_polygons(circles), strict=True):
        assert np.array_equal(one, other)


def test_polygons_of_one_ring_each_are_taken_as_they_are_among_others():
    """A shape with a hole sends all of them the longer way."""
    plain = [shapely.box(0, 0, 1, 1, ccw=False), None, shapely.Polygon(), shapely.Point(5, 0).buffer(2)]
    plain.append(shapely.force_3d(shapely.box(9, 0, 10, 1), 7.0))

    for one, other in zip(flat_polygons(plain), part_of(flat_polygons([*plain, HOLED]), (0, 5)), strict=True):
        assert np.array_equal(one, other)


@given(
    st.lists(st.tuples(*[st.integers(0, 40)] * 4), max_size=150),
    st.lists(st.tuples(*[st.integers(0, 40)] * 4), max_size=9),
)
def test_boxes_that_touch_another_are_marked_and_no_others(boxes, others):
    """GEOS says of rectangles which touch."""
    boxes, others = (
        np.array([(x, y, x + wide / 9, y + high / 9) for x, y, wide, high in some], dtype=float).reshape(-1, 4)
        for some in (boxes, others)
    )

    touching = shapely.intersects(shapely.box(*boxes.T)[:, None], shapely.box(*others.T)[None]).any(axis=1)

    assert meets_any(tuple(np.ascontiguousarray(boxes.T)), others).tolist() == touching.tolist()


@pytest.mark.parametrize("shape", [shapely.Point(1, 2), shapely.LineString([(0, 0), (1, 1)])])
def test_what_is_no_polygon_is_refused_with_its_place(shape):
    with pytest.raises(TableError, match=r"shapes at \[1\] are not polygons or multipolygons"):
        flat_polygons([HOLED, shape])


def test_a_package_that_cannot_be_written_only_costs_time(monkeypatch):
    """As numba refuses where neither the package nor the user's folder can be written."""
    plain = compiling._compile

    def refusing(*, cache=False):
        if cache:
            message = "cannot cache function: no locator available for file"
            raise RuntimeError(message)
        return plain()

    monkeypatch.setattr(compiling, "_compile", refusing)

    assert compiling.compiled(lambda number: number + 1)(2) == 3


def test_compiled_functions_call_only_those_of_their_own_module():
    """The kept machine code is made anew when its own module changes, and not when another does."""
    modules = {}
    for path in Path(geoenforce.__file__).parent.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions = [one for one in tree.body if isinstance(one, ast.FunctionDef)]
        modules[path] = [
            one for one in functions if any(getattr(of, "id", "") == "compiled" for of in one.decorator_list)
        ]
    everywhere = {one.name for functions in modules.values() for one in functions}

    assert {"measure", "search"} < everywhere
    for path, functions in modules.items():
        own = {one.name for one in functions}
        called = {
            node.func.id
            for one in functions
            for node in ast.walk(one)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert not (called & everywhere) - own, path
