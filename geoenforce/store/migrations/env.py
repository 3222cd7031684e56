"""Where Alembic begins: it works on the connection that it is given, within that connection's transaction."""

from alembic import context
from geoalchemy2 import alembic_helpers

from geoenforce.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata(),
    include_object=alembic_helpers.include_object,
    process_revision_directives=alembic_helpers.writer,
    render_item=alembic_helpers.render_item,
    transaction_per_migration=False,
    transactional_ddl=False,  # the transaction is the caller's: all versions are applied, or none
)
context.run_migrations()
