"""The guard of fetches: only the public web, looked at when it is called, within limits of size and time."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from rubrica.usecases.guarded_fetch import MOST_REDIRECTS, FetchRefusedError, Guard, is_public, resolve

Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def served(answers: dict[str, Answer]) -> Iterator[str]:
    """Serve answers by path on this machine, and yield the server's address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            answers.get(self.path, lambda handler: handler.send_error(404))(self)

        def log_message(self, *_arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def saying(body: bytes, status: int = 200, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def leading(to: str) -> Answer:
    return saying(b"", 302, Location=to)


def allowing(address: str, **limits: float) -> Guard:
    port = int(address.rpartition(":")[2])
    return Guard("test", allowed=frozenset({("127.0.0.1", port)}), **limits)


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "127.8.8.8",
            "0.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
        ),
        *("192.0.0.1", "192.88.99.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "203.0.113.5"),
        *("::1", "::", "::ffff:127.0.0.1", "::7f00:1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "fec0::1"),
        *(
            "fe80::1",
            "fe80::1%eth0",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "2001::1",
            "2001:db8::1",
            "3fff::1",
            "5f00::1",
        ),
        *("not an address", "", "1", "0x7f.1"),
    ],
)
def test_an_address_that_is_not_one_machine_in_the_public_internet_is_refused(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "1.1.1.1", "2606:2800:220:1:248:1893:25c8:1946"])
def test_a_public_address_is_taken(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://[::1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://2130706433/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://0x7f.0.0.1/",
        "http://①②⑦.⓪.⓪.①/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "file:///etc/passwd",
        "ftp://example.org/",
        "gopher://127.0.0.1/",
        "http://lena:secret@example.org/",
        "http://example.org:22/",
        "https://example.org:80/",
        "http://",
        "//127.0.0.1/",
        "http://127.0.0.1#@example.org/",
        "http://example.org\\@127.0.0.1/",
        "http://example.org/\r\nX: y",
    ],
)
def test_what_leads_into_a_private_network_or_is_no_plain_address_is_refused(url):
    with pytest.raises(FetchRefusedError):
        Guard("test").fetch(url)


def test_a_name_that_also_has_a_private_address_is_refused():
    mixed = Guard("test", resolver=lambda _host, _port: ["93.184.216.34", "10.0.0.1"])

    with pytest.raises(FetchRefusedError, match="not in the public internet"):
        mixed.fetch("http://rebinding.example/")


def test_a_name_is_resolved_once_and_the_address_that_was_looked_at_is_called():
    """A name that changes its address after the look leads nowhere else: the second answer is never asked for."""
    asked: list[str] = []
    with served({"/": saying(b"here")}) as address:
        port = int(address.rpartition(":")[2])

        def resolver(host: str, _port: int) -> list[str]:
            asked.append(host)
            return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

        found = Guard("test", frozenset({("jobs.example", port)}), resolver).fetch(f"http://jobs.example:{port}/")

    assert found.data == b"here"
    assert asked == ["jobs.example"]


def test_a_host_without_addresses_is_refused():
    with pytest.raises(FetchRefusedError, match="There is no host"):
        Guard("test", resolver=lambda _host, _port: []).fetch("http://nowhere.example/")
    with pytest.raises(FetchRefusedError, match="There is no host"):
        resolve("a" * 300, 80)


def test_an_answer_comes_with_what_tells_whether_it_has_changed():
    with served({"/": saying(b"hello", ETag='"1"', Last_Modified="Mon, 02 Mar 2026 12:00:00 GMT")}) as address:
        found = allowing(address).fetch(f"{address}/")

    assert (found.data, found.etag, found.is_unchanged) == (b"hello", '"1"', False)
    assert found.last_modified.startswith("Mon")


def test_what_has_not_changed_is_not_sent_again():
    def answer(handler: BaseHTTPRequestHandler) -> None:
        same = handler.headers["If-None-Match"] == '"1"' and handler.headers["If-Modified-Since"] == "Monday"
        saying(b"", 304 if same else 200)(handler)

    with served({"/": answer}) as address:
        found = allowing(address).fetch(f"{address}/", etag='"1"', last_modified="Monday")

    assert found.is_unchanged


def test_nothing_of_ours_is_sent_along():
    sent: dict[str, str] = {}

    def answer(handler: BaseHTTPRequestHandler) -> None:
        sent.update(handler.headers.items())
        saying(b"ok")(handler)

    with served({"/": answer}) as address:
        allowing(address).fetch(f"{address}/")

    assert set(sent) == {"Host", "User-Agent", "Accept-Encoding", "Connection"}


def test_a_redirect_is_followed_within_the_site():
    with served({"/": leading("/there"), "/there": saying(b"there")}) as address:
        assert allowing(address).fetch(f"{address}/").data == b"there"


@pytest.mark.parametrize(
    "to",
    [
        "http://169.254.169.254/",
        "http://localhost/",
        "file:///etc/passwd",
        "http://[::1]/",
        "http://10.0.0.1/",
        "",
        "//127.1/",
    ],
)
def test_each_redirect_is_looked_at_anew(to):
    with served({"/": leading(to)}) as address, pytest.raises(FetchRefusedError):
        allowing(address).fetch(f"{address}/")


def test_redirects_end():
    with served({"/": leading("/")}) as address, pytest.raises(FetchRefusedError, match=f"more than {MOST_REDIRECTS}"):
        allowing(address).fetch(f"{address}/")


def test_an_answer_that_is_too_large_is_not_taken():
    with served({"/": saying(b"a" * 200_000)}) as address, pytest.raises(FetchRefusedError, match="more than 100,000"):
        allowing(address, most_bytes=100_000).fetch(f"{address}/")


def test_an_answer_that_never_ends_is_cut_off():
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b"a")
                threading.Event().wait(0.02)
        except OSError:
            pass

    started = time.monotonic()
    with served({"/": drip}) as address, pytest.raises(FetchRefusedError, match="longer than"):
        allowing(address, most_seconds=0.3).fetch(f"{address}/")
    assert time.monotonic() - started < 10


def test_headers_that_never_end_are_cut_off():
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"

        def drip() -> None:
            connected, _from = server.accept()
            with connected:
                try:
                    while True:
                        connected.sendall(b"H")
                        threading.Event().wait(0.02)
                except OSError:
                    pass

        threading.Thread(target=drip, daemon=True).start()
        with pytest.raises(FetchRefusedError):
            allowing(address, most_seconds=0.3).fetch(f"{address}/")


def test_an_answer_that_breaks_off_is_not_taken():
    def half(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b"half")

    with served({"/": half}) as address, pytest.raises(FetchRefusedError, match="breaks off"):
        allowing(address).fetch(f"{address}/")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (saying(b"", 500), "answers with 500"),
        (saying(b"", 404), "answers with 404"),
        (saying(b"x", Content_Encoding="gzip"), "compressed"),
    ],
)
def test_an_answer_that_is_none_is_not_taken(answer, words):
    with served({"/": answer}) as address, pytest.raises(FetchRefusedError, match=words):
        allowing(address).fetch(f"{address}/")


def test_what_was_answered_stands_in_no_message():
    with served({"/": saying(b"secret", 500)}) as address, pytest.raises(FetchRefusedError) as refused:
        allowing(address).fetch(f"{address}/")

    assert "secret" not in str(refused.value)
    assert refused.value.status == 500


def test_nobody_listening_is_no_answer():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    with pytest.raises(FetchRefusedError, match="gave no answer"):
        allowing(f"http://127.0.0.1:{port}").fetch(f"http://127.0.0.1:{port}/")
