"""What the verbs that ask have in common: their arguments and flags, the JSON of the answer, and its notices.

A verb is made of the function that prints its answer; the docstring of that function is the help of the verb."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click

from tabiji.cli.compiling import telling_of_compilation
from tabiji.cli.output import json_flag, print_json
from tabiji.i18n import text
from tabiji.result import Result
from tabiji.workspace.questions import QUESTIONS, Ask

Answer = TypeVar("Answer", bound=Result)


def notices(answer: Result) -> Iterable[str]:
    """What a reader of an answer must know, in their language."""
    return (notice.render() for notice in answer.notices)


def question(
    name: str, noticed: Callable[[Answer], Iterable[str]] = notices
) -> Callable[[Callable[[Answer], None]], click.Command]:
    """The verb of a question (a row of `tabiji.workspace.questions`), made of what prints its answer. noticed: the notices that follow
    the answer."""

    def decorate(show: Callable[[Answer], None]) -> click.Command:
        return _verb(QUESTIONS[name], lambda answer, _: show(answer), noticed, show.__doc__)

    return decorate


def dated_question(name: str) -> Callable[[Callable[[Answer, ZoneInfo], None]], click.Command]:
    """The same where the answer is printed with instants: in the time zone of the workspace."""

    def decorate(show: Callable[[Answer, ZoneInfo], None]) -> click.Command:
        return _verb(QUESTIONS[name], show, notices, show.__doc__)

    return decorate


def _verb(
    ask: Ask, show: Callable[[Answer, ZoneInfo], None], noticed: Callable[[Answer], Iterable[str]], help_: str | None
) -> click.Command:
    @click.pass_obj
    def verb(root: Path, /, map_id: str, as_json: bool, subject: str | None = None, **flags: Any) -> None:
        import tabiji

        whom = () if subject is None else (subject,)
        with tabiji.open(root) as workspace:
            answer: Answer = getattr(workspace.map(map_id), ask.name)(*whom, **flags)
            zone = workspace.settings.zone
        if as_json:
            print_json(answer.to_dict())
            return
        show(answer, zone)
        for notice in noticed(answer):
            click.echo(text("Notice: {notice}", notice=notice), err=True)

    verb.__doc__ = help_
    return command(ask, verb)


def command(ask: Ask, run: Callable[..., None]) -> click.Command:
    """A question as a command: its map, whom it asks about (`subject`, where it is about one), its flags, and `--json`."""
    run = json_flag(telling_of_compilation(run))
    for flag in reversed(ask.flags):
        # The values are read by the question itself, so that every door refuses the same with the same words.
        places = (flag.option, "from_") if flag.name == "from" else (flag.option, flag.name)
        if flag.metavar:
            run = click.option(*places, metavar=flag.metavar, help=flag.meaning)(run)
        else:
            run = click.option(*places, is_flag=True, default=None, help=flag.meaning)(run)
    if ask.subject:
        run = click.argument("subject", metavar=ask.subject.upper())(run)
    return click.command(ask.verb or ask.name)(click.argument("map_id", metavar="MAP")(run))
