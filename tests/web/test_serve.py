"""Serving: ports, readiness, refusal of open addresses."""

import socket
import threading
import urllib.request

import pytest

from tabiji.web.security import OpenBindError
from tabiji.web.serve import PortError, free_port, serve, serve_beside, url
from tabiji.workspace import Workspace


@pytest.fixture
def taken():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        yield held.getsockname()[1]


def test_the_next_free_port_is_found(taken: int):
    found = free_port("127.0.0.1", taken)
    assert taken < found < taken + 50


def test_a_free_port_is_kept():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    assert free_port("127.0.0.1", port) == port


def test_no_free_port_is_told(taken: int):
    with pytest.raises(PortError):
        free_port("127.0.0.1", taken, tries=1)


def test_a_taken_port_is_told(workspace: Workspace, taken: int):
    with pytest.raises(PortError) as error:
        serve(workspace, "127.0.0.1", taken)
    assert str(taken) in str(error.value)


def test_an_open_address_is_refused_before_anything_is_bound(workspace: Workspace):
    with pytest.raises(OpenBindError):
        serve(workspace, "0.0.0.0", 0)


def test_a_workspace_is_served_from_a_thread_and_says_when_it_is_ready(workspace: Workspace):
    ready = threading.Event()
    addresses: list[str] = []

    def on_ready(address: str) -> None:
        addresses.append(address)
        ready.set()

    threading.Thread(target=serve, args=(workspace, "127.0.0.1", 0), kwargs={"on_ready": on_ready}, daemon=True).start()
    assert ready.wait(20)
    with urllib.request.urlopen(addresses[0] + "healthz", timeout=10) as answer:
        assert answer.read() == b'{"status":"ok"}'


def test_another_workspace_is_served_beside(workspace: Workspace):
    address = serve_beside(workspace)
    with urllib.request.urlopen(address + "healthz", timeout=10) as answer:
        assert (answer.status, answer.read()) == (200, b'{"status":"ok"}')


@pytest.mark.parametrize(("host", "address"), [("127.0.0.1", "http://127.0.0.1:8321/"), ("::1", "http://[::1]:8321/")])
def test_addresses(host: str, address: str):
    assert url(host, 8321) == address
