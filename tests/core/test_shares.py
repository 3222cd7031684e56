"""Work divided among threads: nothing is lost, an error comes through, and work within work goes on."""

import os
import sys
import threading
import time
from multiprocessing import get_context

import pytest

from geoenforce.core.shares import for_each, in_shares


@pytest.mark.parametrize("threads", [1, 2, 7])
@pytest.mark.parametrize("count", [0, 1, 63, 64, 1000])
def test_every_thing_is_in_one_share_and_shares_come_in_order(count, threads):
    shares = in_shares(lambda span: list(range(*span)), count, threads)

    assert [thing for share in shares for thing in share] == list(range(count))


def test_an_error_comes_through_and_no_further_thing_is_begun():
    begun = []

    def work(thing):
        begun.append(thing)
        if thing == 3:
            message = "no such thing"
            raise LookupError(message)
        time.sleep(0.005)

    with pytest.raises(LookupError, match="no such thing"):
        for_each(work, range(1000), threads=2)

    assert len(begun) < 500  # a few; but a busy machine may leave a thread waiting as it fails
    assert for_each(str, [1, 2], threads=2) == ["1", "2"]


def test_work_within_work_does_not_wait_for_a_free_thread():
    def outer(thing):
        return sum(for_each(lambda inner: thing * inner, range(100), threads=4))

    assert for_each(outer, range(50), threads=(os.cpu_count() or 1) + 3) == [thing * 4950 for thing in range(50)]


def test_several_threads_work_at_once_and_are_kept_for_the_next_time():
    for _ in range(50):
        both = threading.Barrier(2)
        for_each(lambda _, both=both: both.wait(timeout=60), range(2), threads=2)

    kept = [thread for thread in threading.enumerate() if thread.name.startswith("geoenforce")]
    assert 1 <= len(kept) <= (os.cpu_count() or 1)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not fork")
@pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning")
def test_a_forked_process_has_threads_of_its_own():
    for_each(abs, range(9), threads=2)
    with get_context("fork").Pool(1) as pool:
        assert pool.apply_async(_in_a_child).get(timeout=120) == 2


def _in_a_child():
    both = threading.Barrier(2)

    def work(_):
        both.wait(timeout=60)
        return threading.get_ident()

    return len(set(for_each(work, range(2), threads=2)))
