"""`tabiji`: verbs over a workspace. Answers go to standard output, progress and errors to standard error.

Exit status: 0 done · 1 what was asked could not be done (the reason is on standard error; with `--json` as one error object
on standard output) · 2 wrong usage · 130 interrupted."""

import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from tabiji import __version__
from tabiji.cli.helping import translated
from tabiji.errors import TabijiError, UsageError
from tabiji.i18n import from_environment, text, use
from tabiji.room import room_for


class VerbGroup(click.Group):
    """A group whose unknown verb is answered with the nearest one, and whose verbs are loaded when they are called."""

    VERBS = {  # noqa: RUF012
        "init": "tabiji.cli.data:init",
        "mapping": "tabiji.cli.data:mapping",
        "import": "tabiji.cli.data:import_",
        "quarantine": "tabiji.cli.data:quarantine",
        "doctor": "tabiji.cli.doctor:doctor",
        "map": "tabiji.cli.maps:map_",
        "funnel": "tabiji.cli.questions.funnel:funnel",
        "dwell": "tabiji.cli.questions.dwell:dwell",
        "conform": "tabiji.cli.questions.conform:conform",
        "paths": "tabiji.cli.questions.paths:paths",
        "velocity": "tabiji.cli.questions.velocity:velocity",
        "bottleneck": "tabiji.cli.questions.bottleneck:bottleneck",
        "cohorts": "tabiji.cli.questions.cohorts:cohorts",
        "emotion": "tabiji.cli.questions.emotion:emotion",
        "voice": "tabiji.cli.questions.voice:voice",
        "retention": "tabiji.cli.questions.retention:retention",
        "health": "tabiji.cli.questions.health:health",
        "credit": "tabiji.cli.questions.credit:credit",
        "group": "tabiji.cli.questions.group:group",
        "reach": "tabiji.cli.questions.reach:reach",
        "kpis": "tabiji.cli.questions.kpis:kpis",
        "why": "tabiji.cli.questions.why:why",
        "timeline": "tabiji.cli.questions.timeline:timeline",
        "accounts": "tabiji.cli.questions.accounts:accounts",
        "study": "tabiji.cli.studies:study",
        "segment": "tabiji.cli.segments:segment",
        "serve": "tabiji.cli.serving:serve",
        "demo": "tabiji.cli.serving:demo",
    }

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Verbs in the order of the work."""
        return list(self.VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the verb's module only now: `tabiji --help` stays instant."""
        from importlib import import_module

        if cmd_name not in self.VERBS:
            return None
        module, name = self.VERBS[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), name)
        return translated(command)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Name the nearest verb where there is no such verb."""
        from tabiji.errors import nearest_hint

        if args and args[0] not in self.VERBS and not args[0].startswith("-"):
            hint = nearest_hint(args[0], self.VERBS)
            ctx.fail(text("there is no verb {verb!r}{hint}", verb=args[0], hint=hint))
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb: a full disk is told as such, wherever it is noticed, and a reader who has left is nobody's fault."""
        try:
            with room_for("the answer", ctx.params["workspace"]):
                return super().invoke(ctx)
        except BrokenPipeError:
            # `head` or `less` has read enough. It is told here, because click ends with status 1, which is a failure.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0


@click.group(cls=VerbGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option(
    "-w",
    "--workspace",
    envvar="TABIJI_WORKSPACE",
    type=click.Path(path_type=Path),
    default=Path(),
    help="The workspace folder (default: TABIJI_WORKSPACE, else the current folder).",
)
@click.version_option(__version__, message="tabiji %(version)s")
@click.pass_context
def cli(ctx: click.Context, workspace: Path) -> None:
    """tabiji (旅路) keeps a B2B customer-journey map true.

    Begin with `tabiji demo`, or bring your own data: `tabiji init DIR`, `tabiji mapping FILES --to
    MAPPING.yaml`, `tabiji -w DIR import MAPPING.yaml`, `tabiji -w DIR map add MAP.yaml` and `tabiji -w DIR serve`."""
    ctx.obj = workspace


def main(argv: list[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    args = sys.argv[1:] if argv is None else argv
    with use(from_environment()):
        try:
            outcome = translated(cli).main(args=args, prog_name="tabiji", standalone_mode=False)
            return outcome if isinstance(outcome, int) else 0
        except TabijiError as error:
            return _fail(error.code, error.render(), error.to_dict(), args, 2 if isinstance(error, UsageError) else 1)
        except click.exceptions.Exit as leave:
            return leave.exit_code
        except click.exceptions.NoArgsIsHelpError as asked:
            # A verb is missing, and all there are is the best answer to that; it is no error message.
            click.echo(asked.format_message(), err=True)
            return 2
        except click.UsageError as error:
            shape: dict[str, Any] = {"error": {"code": "usage", "message": error.format_message(), "details": {}}}
            if error.ctx is not None:
                click.echo(error.ctx.get_usage(), err=True)
            return _fail("usage", error.format_message(), shape, args, 2)
        except (click.Abort, KeyboardInterrupt):
            click.echo("interrupted", err=True)
            return 130


def _fail(code: str, message: str, shape: dict[str, Any], args: list[str], status: int) -> int:
    if "--json" in args:
        with suppress(OSError):  # standard output is a file on a full disk
            click.echo(json.dumps(shape, ensure_ascii=False, default=str))
            return status
    click.echo(f"error[{code}]: {message}", err=True)
    return status


def run() -> None:
    """The console script: `main`, with its status as the exit of the process."""
    sys.exit(main())


if __name__ == "__main__":
    run()
