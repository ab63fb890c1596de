"""Serving the pages of a workspace on this computer."""

import socket
import threading
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

import uvicorn

from tabiji.errors import TabijiError
from tabiji.i18n import N_
from tabiji.web.app import DemoMaker, create_app
from tabiji.web.security import check_bind

if TYPE_CHECKING:
    from tabiji.workspace import Workspace


class PortError(TabijiError):
    """Name another port with --port, or leave it out where the verb chooses one."""

    code = "port_taken"
    message = N_("port {port} of {host} is taken by another program; name another with --port")


def free_port(host: str, preferred: int, tries: int = 50) -> int:
    """The first free port from `preferred` on. Raises PortError where `tries` in a row are taken."""
    for port in range(preferred, min(preferred + tries, 65536)):
        if not _taken(host, port):
            return port
    raise PortError(host=host, port=f"{preferred}–{preferred + tries - 1}")


def must_be_free(host: str, port: int) -> None:
    """Raise what `serve` would raise for this address, before anything is worked out (0 = any free port: always one)."""
    check_bind(host)
    _bound(host, port).close()


def serve(
    workspace: "Workspace",
    host: str = "127.0.0.1",
    port: int = 8321,
    open_browser: bool = False,
    on_ready: Callable[[str], None] | None = None,
    demo: DemoMaker | None = None,
) -> None:
    """Serve until the process is asked to stop. `on_ready` gets the address once questions are answered.

    port: 0 = any free one. Raises OpenBindError for an address that other computers reach, PortError for one that is taken."""
    check_bind(host)
    taken = _bound(host, port)
    address = url(host, taken.getsockname()[1])
    server = _server(workspace, host, demo)

    def ready() -> None:
        if on_ready is not None:
            on_ready(address)
        if open_browser:
            import webbrowser

            webbrowser.open(address)

    # In a thread of its own: a browser that is slow to open must not keep the first page waiting.
    server.on_started = threading.Thread(target=ready, name="ready", daemon=True).start
    with closing(taken):
        server.run(sockets=[taken])


def serve_beside(workspace: "Workspace", host: str = "127.0.0.1", port: int = 0) -> str:
    """Serve another workspace from a thread of this process; gives its address once it answers."""
    check_bind(host)
    taken = _bound(host, port)
    server = _server(workspace, host, None)
    started = threading.Event()
    server.on_started = started.set
    threading.Thread(target=server.run, kwargs={"sockets": [taken]}, name="serve-beside", daemon=True).start()
    started.wait(timeout=30)
    return url(host, taken.getsockname()[1])


def url(host: str, port: int) -> str:
    """Address of the start page."""
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


class Server(uvicorn.Server):
    """uvicorn, telling when it has started."""

    on_started: Callable[[], None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell."""
        await super().startup(sockets)
        if self.started and self.on_started is not None:
            self.on_started()


def _server(workspace: "Workspace", host: str, demo: DemoMaker | None) -> Server:
    app = create_app(workspace, hosts=[host], demo=demo)
    config = uvicorn.Config(
        app, log_level="warning", server_header=False, date_header=True, timeout_graceful_shutdown=3
    )
    return Server(config)


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, port))
    except OSError as error:
        taken.close()
        raise PortError(host=host, port=port) from error
    return taken


def _taken(host: str, port: int) -> bool:
    try:
        _bound(host, port).close()
    except PortError:
        return True
    return False
