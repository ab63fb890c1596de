"""Says that a question waits for its kernels: the first one of its kind on a machine compiles them, later ones find them on disk."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, TypeVar, cast

import click

from tabiji.i18n import from_environment, text, use

F = TypeVar("F", bound=Callable[..., Any])


@contextmanager
def while_compiling(say: Callable[[int], None]) -> Iterator[None]:
    """Call `say` whenever something begins to be compiled while the block runs, with how many that makes; from any thread, but one at
    a time."""
    from numba.core.event import Event, Listener, install_listener

    class Counter(Listener):
        def __init__(self) -> None:
            self.n, self.lock = 0, Lock()

        def on_start(self, event: Event) -> None:
            with self.lock:
                self.n += 1
                say(self.n)

        def on_end(self, event: Event) -> None:
            """Nothing to say."""

    with install_listener("numba:compile", Counter()):
        yield


def telling_of_compilation(verb: F) -> F:
    """A verb that says once, on standard error, that it compiles; nothing where all of it is on disk."""

    def say(n: int) -> None:
        if n > 1:
            return
        # Kernels run in threads, which do not know the language of the command.
        with use(from_environment()):
            said = text(
                "Compiling for this question, once on this machine; up to a minute. tabiji doctor --warm compiles for all of them."
            )
            click.echo(said, err=True)

    @functools.wraps(verb)
    def asked(*args: Any, **kwargs: Any) -> Any:
        with while_compiling(say):
            return verb(*args, **kwargs)

    return cast(F, asked)
