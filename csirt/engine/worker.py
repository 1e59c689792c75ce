"""A further process that judges.

Made of pipes and not of ``concurrent.futures``: the threads of that ask this process for the
interpreter whenever a file is opened here, and with thousands of small files two processes took
longer than one.
"""

import multiprocessing
import os
import pickle
import shutil
import signal
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from csirt.engine.channel import SLOTS, Receiver, Sender
from csirt.engine.judge import Judge, Judged, Window
from csirt.logs.block import Block, Unread
from csirt.ruleset import RuleSet
from kanmon.collector import collector_paused, collector_spared

Work = Sequence[Block | Unread]
_RULES = "rules"


class WorkerDiedError(Exception):
    """A worker ended without having been ended."""


@dataclass(slots=True)
class Given:
    """Work given away, and its results once they are there."""

    results: list[Judged] | None = None


def write_rules(folder: Path, ruleset: RuleSet, window: Window) -> None:
    """Write down what the workers of a folder judge by.

    In a file: a pipe would take it only as fast as a process starts.

    Raises:
        OSError: there is no room.
    """
    with collector_paused():
        content = pickle.dumps((ruleset, window), pickle.HIGHEST_PROTOCOL)
        (folder / _RULES).write_bytes(content)


class Worker:
    """A process that judges by the rules in a folder, as seen by the one that started it.

    Attributes:
        is_ready: Whether it has told that it has read the rules.
        answers: Readable when there is something to ``take``.
    """

    def __init__(self, folder: Path, name: str) -> None:
        # spawn: a forked child would inherit the progress bar's thread and its locks.
        context = multiprocessing.get_context("spawn")
        answers, their_answers = context.Pipe(duplex=False)
        their_orders, orders = context.Pipe(duplex=False)
        self._orders = Sender(folder / f"{name}.work", orders)
        self._answers = Receiver(folder / f"{name}.results", answers)
        self.answers = answers
        self._given: deque[Given] = deque()
        self.is_ready = False
        self._process = context.Process(
            target=_run, args=(folder, name, their_orders, their_answers), daemon=True
        )
        self._process.start()
        their_orders.close()  # so that the end of either process is noticed by the other
        their_answers.close()

    def wants_work(self) -> bool:
        """Return whether it is ready and may be given more."""
        return self.is_ready and len(self._given) < SLOTS

    def give(self, work: Work) -> Given | None:
        """Return what will hold the results; None when there is no room to hand the work over.

        Raises:
            WorkerDiedError: it died.
        """
        try:
            self._orders.send(work)
        except BrokenPipeError as error:
            raise WorkerDiedError from error
        except OSError:
            return None
        given = Given()
        self._given.append(given)
        return given

    def take(self) -> None:
        """Take in what it answers next, waiting for that; raises what it raised.

        Raises:
            WorkerDiedError: it died.
        """
        try:
            answer = self._answers.receive()
        except (EOFError, OSError) as error:
            raise WorkerDiedError from error
        if isinstance(answer, BaseException):
            raise answer
        if self.is_ready:
            self._given.popleft().results = answer
        self.is_ready = True

    def end(self) -> None:
        """End it at once, whatever it does."""
        self._process.terminate()
        self._process.join()
        self._process.close()
        self._orders.close()
        self._answers.close()


def _run(folder: Path, name: str, orders: Connection, answers: Connection) -> None:
    """Judge what comes, until the process that started this one ends it or has ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for that one to handle
    with suppress(EOFError, OSError), collector_spared():
        sender = Sender(folder / f"{name}.results", answers)
        receiver = Receiver(folder / f"{name}.work", orders)
        with collector_paused():
            ruleset, window = pickle.loads((folder / _RULES).read_bytes())  # noqa: S301 - our own
            judge = Judge(ruleset.matcher(), ruleset.pipelines, window)
        sender.send(None)
        while True:
            work = receiver.receive()
            try:
                answer: object = judge.results(work)
            except BaseException as error:
                answer = error  # raised again by ``take``, where somebody sees it
            sender.send(answer)
    shutil.rmtree(folder, ignore_errors=True)  # that one was killed, else it had ended this one
    os._exit(0)  # freeing rules and values one by one would take half a second
