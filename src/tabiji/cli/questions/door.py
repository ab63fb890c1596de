"""What the verbs that ask have in common: the flags of their question."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from tabiji.cli.output import json_flag
from tabiji.workspace.questions import QUESTIONS

F = TypeVar("F", bound=Callable[..., Any])


def question_flags(name: str) -> Callable[[F], F]:
    """The flags of a question (a row of `tabiji.workspace.questions`), and `--json`."""

    def decorate(verb: F) -> F:
        verb = json_flag(verb)
        for flag in reversed(QUESTIONS[name].flags):
            # The values are read by the question itself, so that every door refuses the same with the same words.
            places = (flag.option, "from_") if flag.name == "from" else (flag.option, flag.name)
            if flag.metavar:
                verb = click.option(*places, metavar=flag.metavar, help=flag.meaning)(verb)
            else:
                verb = click.option(*places, is_flag=True, default=None, help=flag.meaning)(verb)
        return verb

    return decorate
