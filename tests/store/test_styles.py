"""Styles stand where QGIS looks for them; they are written once, and nobody loses a style of their own."""

import pyogrio
import sqlalchemy as sa

from geoenforce.outputs.qgis_store import store_styles
from geoenforce.store.audit import verify
from geoenforce.store.styles import keep_styles, styles_of
from geoenforce.store.upgrades import check_ready


def defaults(store):
    with store.reading() as connection:
        query = "SELECT f_table_name, description FROM layer_styles WHERE useAsDefault ORDER BY id"
        return dict(connection.execute(sa.text(query)).fetchall())


def test_styles_are_written_once_and_anew_only_if_they_are_others(store, monkeypatch):
    keep_styles(store, store_styles("zh"))

    with store.reading() as connection:
        assert styles_of(connection) == store_styles("zh")
    with monkeypatch.context() as patch:
        patch.setattr(type(store), "writing", None)
        keep_styles(store, store_styles("zh"))
    keep_styles(store, store_styles("en"))
    with store.reading() as connection:
        assert styles_of(connection) == store_styles("en")
    assert verify(store) == []
    check_ready(store)
    if store.is_gpkg:
        assert "layer_styles" in pyogrio.list_layers(store.path)[:, 0]


def test_a_style_that_somebody_saved_as_the_default_stays_it(store):
    keep_styles(store, store_styles("zh"))
    with store.writing() as connection:
        connection.execute(sa.text("UPDATE layer_styles SET description = 'mine' WHERE f_table_name = 'trips'"))

    keep_styles(store, store_styles("en"))

    assert defaults(store)["trips"] == "mine"
    assert defaults(store)["violations"] == "geoenforce"
