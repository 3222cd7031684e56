"""The patrol ledger that a configuration names, with its places brought to CGCS2000."""

import pandas as pd

from geoenforce.core.gcj02 import gcj02_to_wgs84
from geoenforce.inputs.config import LedgerSource
from geoenforce.inputs.ledger import LedgerReading, read_ledger


def read_ledger_source(source: LedgerSource) -> LedgerReading:
    """
    Read the ledger of the configuration.

    Raises
    ------
    GeoenforceError
        As `read_ledger`.

    Examples
    --------
    >>> read_ledger_source(LedgerSource(path="ledger.xlsx", datum="GCJ-02")).table  # doctest: +SKIP
    """
    reading = read_ledger(source.path, columns=source.columns, patrol_unit=source.patrol_unit)
    return reading._replace(table=_unshifted(reading.table)) if source.datum == "GCJ-02" else reading


def _unshifted(ledger: pd.DataFrame) -> pd.DataFrame:
    """Bring places read off an internet map back; entries without a place stay without one."""
    longitude, latitude = gcj02_to_wgs84(ledger["longitude"], ledger["latitude"])
    return ledger.assign(longitude=longitude, latitude=latitude)
