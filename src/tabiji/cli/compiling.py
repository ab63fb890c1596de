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
def told_when_compiling() -> Iterator[None]:
    """Say once, on standard error, that something is being compiled while the block runs; nothing where all of it is on disk."""
    from numba.core.event import Event, Listener, install_listener

    class Teller(Listener):
        def __init__(self) -> None:
            self.told, self.lock = False, Lock()

        def on_start(self, event: Event) -> None:
            with self.lock:
                first, self.told = not self.told, True
            if first:
                # Kernels run in threads, which do not know the language of the command.
                with use(from_environment()):
                    said = text(
                        "Compiling for this question, once on this machine; up to a minute. tabiji doctor --warm compiles for all of them."
                    )
                    click.echo(said, err=True)

        def on_end(self, event: Event) -> None:
            """Nothing to say."""

    with install_listener("numba:compile", Teller()):
        yield


def telling_of_compilation(verb: F) -> F:
    """A verb that says when it compiles."""

    @functools.wraps(verb)
    def asked(*args: Any, **kwargs: Any) -> Any:
        with told_when_compiling():
            return verb(*args, **kwargs)

    return cast(F, asked)
