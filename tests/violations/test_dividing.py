"""A patch that reaches far is measured piece by piece: its areas are those of the whole, bit by bit the same each time."""

import numpy as np
import pytest
import shapely

from geoenforce.core.flat import flat_polygons
from geoenforce.violations.kernel import dividing
from geoenforce.violations.kernel.areas import Layer, areas_over
from geoenforce.violations.kernel.dividing import divided, far_reaching
from geoenforce.violations.land_codes import areas_by_land_code
from tests.violations import builders
from tests.violations.layers import FAR_OFF, random_patches, river

#: 2 km by 1.5 km with a hole of 100 m by 200 m, and a part of 10 m by 10 m beyond: 2 980 100 m².
FAR = shapely.MultiPolygon(
    [shapely.box(0, 0, 2000, 1500) - shapely.box(650, 600, 750, 800), shapely.box(3000, 0, 3010, 10)]
)


def zigzag(radius):
    """A star of 400 corners, every other one far inside: each of its edges lies above many others."""
    angle = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    reach = np.where(np.arange(400) % 2, 0.6, 1.0) * radius
    return shapely.Polygon(np.column_stack([reach * np.cos(angle), reach * np.sin(angle)]) + FAR_OFF)


def squares(side, count):
    """Squares that tile a larger one around the far-off place."""
    west, south = (FAR_OFF + side * (place - count / 2) for place in np.divmod(np.arange(count**2), count))
    return shapely.box(west, south, west + side, south + side)


def test_areas_of_a_far_reaching_patch_are_those_worked_out_by_hand():
    stripes = [
        shapely.box(0, 100 * k, 2000, 100 * k + 50) for k in range(15)
    ]  # half of the 1500 m, 4 over the hole: 50 m
    basic = builders.land(shapely.box(0, 0, 500, 1500), shapely.box(400, 0, 500, 1500))  # the second lies in the first
    parcels = builders.land(*stripes, shapely.box(3005, -5, 3100, 5), land_code="0101", is_cultivated=True)

    areas = areas_by_land_code(builders.patches(FAR), basic, parcels)

    found = areas.fillna({"land_code": "none"}).set_index(["land_class", "land_code"])["area_m2"].to_dict()
    assert found == pytest.approx(
        {
            ("basic_farmland", "0101"): 500 * 750,
            ("basic_farmland", "none"): 500 * 750,
            ("other_cultivated", "0101"): 1500 * 750 - 100 * 100 + 25,
            ("other", "none"): 1500 * 750 - 100 * 100 + 75,
        },
        abs=1e-6,
    )


def test_far_reaching_patches_agree_with_geos_within_a_thousand_millionth():
    patch, giant = zigzag(2500.0), river(np.random.default_rng(7), 3000)
    land = squares(150.0, 36)
    basic = [giant, *(one - giant for one in land[::3])]

    shares = areas_over(
        flat_polygons([patch]), Layer(flat_polygons(basic), is_apart=True), Layer(flat_polygons(land), is_apart=True)
    )

    in_basic = shapely.area(shapely.intersection(patch, basic)).sum()
    in_land = shapely.intersection(patch, land)
    outside = shapely.area(in_land).sum() - sum(shapely.area(shapely.intersection(in_land, one)).sum() for one in basic)
    assert np.abs(shares.classes_m2() - [in_basic, outside]).max() < 1e-9 * patch.area


@pytest.mark.parametrize("threads", [1, 2])
def test_what_is_measured_depends_neither_on_threads_nor_on_other_patches(threads):
    rng = np.random.default_rng(3)
    patches = np.array([*random_patches(rng, 60, FAR_OFF), zigzag(900.0), zigzag(600.0)])
    overlapping = [*random_patches(rng, 9, FAR_OFF), *squares(120.0, 16)]
    layers = [Layer(flat_polygons(np.array(overlapping)), is_apart=False)] * 2
    order = rng.permutation(len(patches))

    shares = areas_over(flat_polygons(patches), *layers, of_all=True, threads=1)
    again = np.empty((len(patches), 2))
    for few in np.array_split(order, 3):
        again[few] = areas_over(flat_polygons(patches[few]), *layers, of_all=True, threads=threads).classes_m2()

    assert (again == shares.classes_m2()).all()
    assert again[-2:, 0] == pytest.approx(
        shapely.area(shapely.intersection(patches[-2:], shapely.union_all(overlapping)))
    )


def test_the_pieces_tile_the_patch_and_none_reaches_far():
    patches = flat_polygons([shapely.box(0, 0, 9, 9), FAR, zigzag(3000.0)])
    few = far_reaching(patches)

    pieces, owner = divided(patches, few)

    assert few.tolist() == [1, 2]
    assert len(far_reaching(flat_polygons(pieces))) == 0
    assert np.bincount(owner, shapely.area(pieces)) == pytest.approx([FAR.area, zigzag(3000.0).area], rel=1e-12)
    assert (np.diff(owner) >= 0).all()
    assert shapely.is_valid(pieces).all()


def test_a_patch_that_geos_does_not_divide_without_loss_stays_whole(monkeypatch):
    cut = dividing.intersections

    monkeypatch.setattr(dividing, "intersections", lambda shapes, halves: shapely.buffer(cut(shapes, halves), -1.0))

    pieces, owner = divided(flat_polygons([FAR]), np.array([0]))

    assert len(pieces) == 1
    assert pieces[0].equals(FAR)
    assert owner.tolist() == [0]
