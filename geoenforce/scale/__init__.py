"""
The stages over parts of the ground, on several processes or machines (dask.distributed).

Nothing is computed here: the input is cut where no result can depend on the cut, each part goes through the same
stages, and the results are put together in the order of the input.
"""
