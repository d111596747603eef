"""The engine: every ring is answered, one turn per account at a time, stop is clean."""

import queue
import threading
from collections import Counter

import pytest

from inboxhub.lib import doorbell
from messaging.sync.engine import SWEEP_EVERY, Engine

DEADLINE = 10.0


def test_engine_answers_a_ring_and_stops() -> None:
    worked = threading.Event()

    def work(account_id: int) -> None:
        if account_id == 7:
            worked.set()

    engine = Engine(work, threads=2, sweep=False)
    engine.start()
    engine.ring(7)
    assert worked.wait(DEADLINE)
    engine.stop()
    assert engine.ring not in doorbell.listeners()


def test_engine_never_runs_one_account_twice_at_once() -> None:
    running: Counter[int] = Counter()
    most, turns, done = 0, 0, threading.Event()
    lock = threading.Lock()

    def work(account_id: int) -> float | None:
        nonlocal most, turns
        with lock:
            running[account_id] += 1
            most = max(most, running[account_id])
        engine.ring(account_id)
        with lock:
            running[account_id] -= 1
            turns += 1
            if turns >= 50:
                done.set()
        return None

    engine = Engine(work, threads=4, sweep=False)
    engine.start()
    for account_id in (1, 2):
        engine.ring(account_id)
    assert done.wait(DEADLINE)
    engine.stop()
    assert most == 1


def test_ring_during_a_turn_brings_another_turn() -> None:
    entered, go_on, second = threading.Event(), threading.Event(), threading.Event()

    def work(_account_id: int) -> None:
        if entered.is_set():
            second.set()
        entered.set()
        go_on.wait(DEADLINE)

    engine = Engine(work, threads=2, sweep=False)
    engine.start()
    engine.ring(1)
    assert entered.wait(DEADLINE)
    engine.ring(1)
    go_on.set()
    assert second.wait(DEADLINE)
    engine.stop()


def test_turn_that_breaks_off_does_not_end_the_engine() -> None:
    worked = threading.Event()

    def work(account_id: int) -> None:
        if account_id == 1:
            raise RuntimeError("a fault of ours")
        worked.set()

    engine = Engine(work, threads=1, sweep=False)
    engine.start()
    engine.ring(1)
    engine.ring(2)
    assert worked.wait(DEADLINE)
    engine.stop()


@pytest.mark.django_db(transaction=True)
def test_ring_never_wakes_the_sweep_instead_of_a_turn() -> None:
    heard: queue.Queue[int] = queue.Queue()
    engine = Engine(lambda account_id: heard.put(account_id), threads=8)
    engine.start()
    for number in range(300):
        together = range(1 + number % 3)
        for account_id in together:
            engine.ring(account_id)
        found = {heard.get(timeout=SWEEP_EVERY / 3) for _ring in together}
        assert found == set(together)
    engine.stop()
