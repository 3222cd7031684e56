"""Alembic's migrations of the store, run by `geoenforce.store.upgrades` on a connection of ours."""
