"""The ground of the demo county: does it tile, and is it the same each time."""

import numpy as np
import pytest
import shapely

from geoenforce.demo import DEFAULT_SEED
from geoenforce.demo.farmland import build_farmland
from geoenforce.demo.ground import build_ground
from geoenforce.demo.landuse import LAND_NAMES
from geoenforce.demo.lattice import build_lattice


def test_there_are_about_20_000_parcels_in_8_townships(county):
    assert 19_000 < len(county.ground.parcels) < 22_000
    assert len(county.ground.townships) == 8
    assert county.ground.townships.index.str.startswith("445299").all()


def test_parcels_add_up_to_the_county(county):
    county_m2 = shapely.union_all(county.ground.townships.geometry.to_numpy()).area

    assert county.ground.parcels.area.sum() == pytest.approx(county_m2, rel=1e-9)
    assert county.ground.townships.area.sum() == pytest.approx(county_m2, rel=1e-9)


def test_parcels_are_valid_and_neighbours_do_not_overlap(county):
    parcels = county.ground.parcels.geometry.to_numpy()
    sample = np.arange(0, len(parcels), 23)

    one, other = shapely.STRtree(parcels).query(parcels[sample])
    different = sample[one] != other
    shared = shapely.area(shapely.intersection(parcels[sample[one[different]]], parcels[other[different]]))

    assert shapely.is_valid(parcels).all()
    assert shared.max() < 1e-6


def test_a_parcel_and_its_neighbours_share_their_vertices_exactly(county):
    parcels = county.ground.parcels
    inner = parcels.geometry.iloc[len(parcels) // 2]
    touching = parcels.geometry[parcels.intersects(inner) & (parcels.geometry != inner)]

    own = {tuple(point) for point in shapely.get_coordinates(inner).tolist()}
    theirs = {tuple(point) for point in shapely.get_coordinates(touching.to_numpy()).tolist()}

    assert own <= theirs


def test_coordinates_are_rounded_to_a_tenth_of_a_millimetre(county):
    points = shapely.get_coordinates(county.ground.parcels.geometry.to_numpy()[:500])

    assert np.array_equal(points, np.round(points, 4))


def test_roads_and_rivers_have_up_to_two_thousand_vertices(county):
    parcels = county.ground.parcels
    vertices = shapely.get_num_coordinates(parcels.geometry.to_numpy())
    is_long = parcels["land_code"].isin(["1003", "1101"]).to_numpy()

    assert vertices[is_long].max() > 1800
    assert (vertices[is_long] > 1000).sum() >= 5


def test_land_codes_are_known_and_half_of_the_county_is_cultivated(county):
    parcels = county.ground.parcels

    assert set(parcels["land_code"]) <= set(LAND_NAMES)
    assert 0.4 < parcels.area[parcels["land_code"].str.startswith("01")].sum() / parcels.area.sum() < 0.6


def test_each_parcel_lies_in_a_village_of_its_township(county):
    parcels = county.ground.parcels

    assert (parcels["village_code"].str[:9] == parcels["township_code"]).all()
    assert set(parcels["village_code"].str.len()) == {12}


def test_the_same_seed_gives_the_same_coordinates(county):
    again = build_ground(DEFAULT_SEED)

    assert shapely.equals_exact(
        again.parcels.geometry.to_numpy(), county.ground.parcels.geometry.to_numpy(), tolerance=0
    ).all()
    assert again.parcels.drop(columns="geometry").equals(county.ground.parcels.drop(columns="geometry"))
    farmland = build_farmland(DEFAULT_SEED, again)
    assert farmland.of_2025.geometry.geom_equals_exact(county.farmland.of_2025.geometry, tolerance=0).all()


def test_another_seed_gives_another_county():
    assert not np.allclose(build_lattice(7).points[50, 50], build_lattice(8).points[50, 50])


def test_basic_farmland_does_not_follow_the_parcels(county):
    layers = (county.ground.parcels, county.farmland.of_2025)
    parcels, farmland = (shapely.get_coordinates(layer.geometry.to_numpy()) @ [1, 1j] for layer in layers)

    assert not np.isin(farmland, parcels).any()


def test_one_place_of_the_basic_farmland_is_mapped_twice(county):
    for layer in (county.farmland.of_2021, county.farmland.of_2025):
        doubled = layer.area.sum() - shapely.union_all(layer.geometry.to_numpy()).area

        assert doubled > 10_000
        assert layer.geometry.contains(county.farmland.doubled.representative_point()).sum() == 2


def test_the_second_version_removes_and_adds_patches(county):
    old, new = set(county.farmland.of_2021["patch_id"]), set(county.farmland.of_2025["patch_id"])

    assert len(old - new) > 5
    assert len(new - old) > 5
