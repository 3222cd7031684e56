"""Which event answers which: a notice, and what was done about it."""

import pandas as pd


def answers(starts: pd.DataFrame, dones: pd.DataFrame) -> pd.DataFrame:
    """
    Pair the events from which a duty runs with those that fulfil it.

    A further notice while the first is not answered is a reminder and starts no new time; one on a later day than the
    answer starts the duty anew. Each act answers one notice. What was done before the first notice answers it:
    nothing is left to be done, unless it was undone by then: a stop after which the violation went on answers no notice
    of a later day.

    Parameters
    ----------
    starts
        Events from which the time runs: ``key`` (case and office), ``on`` (day), ``at`` (moment, may be missing).
        More columns are kept.
    dones
        Events that fulfil the duty: ``key``, ``on``, ``at``, ``office``, ``undone_on`` (missing: it stands).

    Returns
    -------
    answers
        One row per time that the duty was owed: the columns of `starts`, and ``done_on``, ``done_at`` and
        ``done_office``, missing where it was not done.

    Examples
    --------
    Noticed on the 2nd, reminded on the 4th, done on the 5th; noticed again on the 9th:

    >>> days = lambda *numbers: pd.to_datetime([f"2026-03-{number:02d}" for number in numbers])
    >>> starts = pd.DataFrame({"key": 0, "on": days(2, 4, 9), "at": pd.NaT})
    >>> dones = pd.DataFrame({"key": 0, "on": days(5), "at": pd.NaT, "office": "A", "undone_on": pd.NaT})
    >>> answers(starts, dones)[["on", "done_on"]].astype("str").to_numpy().tolist()
    [['2026-03-02', '2026-03-05'], ['2026-03-09', nan]]
    """
    starts = starts.sort_values(["key", "on", "at"], kind="stable")
    dones = dones.sort_values(["key", "on", "at", "office"], kind="stable")
    dones = dones.rename(columns={"on": "done_on", "at": "done_at", "office": "done_office"})
    rounds = []
    while True:
        first = starts.drop_duplicates("key")
        began = first.set_index("key")["on"].reindex(dones["key"]).to_numpy()
        dones = dones[~(dones["undone_on"].to_numpy() <= began)]
        answered = first.merge(dones.drop_duplicates("key").drop(columns="undone_on"), on="key", how="left")
        rounds.append(answered)
        both = answered.dropna(subset="done_on").set_index("key")
        settled_on = both["on"].where(both["on"] > both["done_on"], both["done_on"])
        starts = starts[starts["on"].to_numpy() > settled_on.reindex(starts["key"]).to_numpy()]
        dones = dones[dones["done_on"].to_numpy() > both["done_on"].reindex(dones["key"]).to_numpy()]
        if starts.empty:
            return pd.concat(rounds, ignore_index=True)
