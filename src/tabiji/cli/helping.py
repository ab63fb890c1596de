"""The help of the verbs in the reader's language. It is written in English where the verb is; the catalogue has the Japanese."""

import copy
import inspect
from collections.abc import Iterator

import click

from tabiji.i18n import text


def said(command: click.Command) -> Iterator[str]:
    """The help of a command, of its options and of the commands below it, as it stands in the source."""
    yield inspect.cleandoc(command.help or "")
    for option in command.params:
        if isinstance(option, click.Option) and option.help:
            yield option.help
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None:
                yield from said(below)


def translated(command: click.Command) -> click.Command:
    """A copy of a command whose help is in the language in force; commands are shared by all calls of a process, so they stay as they are."""
    spoken = copy.copy(command)
    spoken.help = text(inspect.cleandoc(command.help)) if command.help else None
    spoken.params = [_option(parameter) for parameter in command.params]
    if isinstance(spoken, click.Group):
        spoken.commands = {name: translated(below) for name, below in spoken.commands.items()}
    return spoken


def _option(parameter: click.Parameter) -> click.Parameter:
    if not isinstance(parameter, click.Option) or not parameter.help:
        return parameter
    spoken = copy.copy(parameter)
    spoken.help = text(parameter.help)
    return spoken
