"""Visitors of the pages: well-behaved ones, and those that send what no browser sends."""

import json
import socket
import threading
import time

from .checks import expect


def ask(address, text, limit=10, close=True):
    """Sends bytes as they are and gives what comes back, until the other side closes or nothing more comes."""
    data = text.encode() if isinstance(text, str) else text
    with socket.create_connection(address, timeout=limit) as connection:
        try:
            connection.sendall(data)
            if close:
                connection.shutdown(socket.SHUT_WR)
            answer = b""
            while piece := connection.recv(65536):
                answer += piece
            return answer
        except (ConnectionResetError, BrokenPipeError, TimeoutError):
            return b"" if close else answer


def get(address, path, *headers, method="GET", body="", host="localhost"):
    """Status, headers and body of one request."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", "Connection: close", *headers]
    if body:
        lines.append(f"Content-Length: {len(body.encode())}")
    answer = ask(address, "\r\n".join(lines) + "\r\n\r\n" + body, close=False)
    head, _, content = answer.partition(b"\r\n\r\n")
    words = head.split(b" ", 2)
    return int(words[1]) if len(words) > 1 else 0, head.decode("latin-1"), content


def well_behaved(address):
    for path, wanted in (("/", 200), ("/-/healthy", 200), ("/-/ready", 200), ("/metrics", 200), ("/api/v1/watches", 200),
                         ("/api/v1/openapi.json", 200), ("/incidents", 200), ("/events", 200), ("/deliveries", 200),
                         ("/check", 200), ("/about", 200), ("/none", 404), ("/api/v1/none", 404)):
        status, head, _ = get(address, path)
        expect(status == wanted, f"{path} gives {wanted}", status)
        expect("content-security-policy" in head.lower(), f"{path} has a policy", head)
    watch = json.loads(get(address, "/api/v1/watches")[2])["items"][0]
    status, _, page = get(address, f"/watch/{watch['domain']}/{watch['selector']}")
    expect(status == 200 and watch["summary"].split(".")[0].encode() in page, "the page of a selector", page[:200])


def hostile(address):
    """Every one of these ends with a clear status, or a closed connection."""
    rows = [
        ("another host", get(address, "/", host="evil.example")[0], {421}),
        ("a foreign form", get(address, "/check", "Content-Type: application/x-www-form-urlencoded", method="POST",
                               body="record=x")[0], {403}),
        ("another site's request", get(address, "/api/v1/judge", "Content-Type: application/json",
                                       "Origin: http://evil.example", method="POST", body="{}")[0], {403}),
        ("a long address", get(address, "/" + "a" * 60_000)[0], {0, 400, 404, 414, 431}),
        ("long headers", get(address, "/", "X: " + "a" * 60_000)[0], {0, 400, 431}),
        ("many headers", get(address, "/", *[f"X-{number}: a" for number in range(2000)])[0], {0, 400, 431}),
        ("a broken escape", get(address, "/%zz")[0], {400}),
        ("bytes that are not UTF-8", get(address, "/%ff%fe")[0], {400}),
        ("a way out of the folder", get(address, "/static/../../etc/passwd")[0], {404}),
        ("an unknown method", get(address, "/", method="BREW")[0], {405, 400}),
        ("a long body", get(address, "/api/v1/judge", "Content-Type: application/json", method="POST",
                            body="x" * 300_000)[0], {413}),
        ("a body that is no JSON", get(address, "/api/v1/judge", "Content-Type: application/json", method="POST",
                                       body="[" * 100_000)[0], {400}),
        ("a record of 60 kB", get(address, "/api/v1/judge", "Content-Type: application/json", method="POST",
                                  body=json.dumps({"record": "v=DKIM1; p=" + "A" * 60_000}))[0], {200}),
        ("two lengths", status(ask(address, "POST /check HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n"
                                            "Content-Length: 4\r\n\r\nabc", close=False)), {0, 400}),
        ("a length and chunks", status(ask(address, "POST /check HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n"
                                                    "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", close=False, limit=3)),
         {0, 400, 403, 415}),
        ("no HTTP", status(ask(address, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 400, close=False)), {0, 400}),
        ("a TLS of HTTP/2", status(ask(address, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", close=False)), {0, 400, 405, 505}),
    ]
    for name, seen, wanted in rows:
        expect(seen in wanted, f"{name} gives one of {sorted(wanted)}", seen)
    return len(rows)


def status(answer):
    words = answer.split(b" ", 2)
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else 0


def flood(address, count):
    """Opens connections that say nothing; meanwhile others are answered. Gives the slowest answer in seconds."""
    silent = []
    for _ in range(count):
        try:
            silent.append(socket.create_connection(address, timeout=5))
        except OSError:
            break
    began = time.monotonic()
    status, _, _ = get(address, "/-/healthy")
    took = time.monotonic() - began
    for connection in silent:
        connection.close()
    return len(silent), status, took


def endless(address, seconds=3):
    """Sends a body without an end as fast as it is taken; gives the bytes that were taken."""
    taken = 0
    with socket.create_connection(address, timeout=5) as connection:
        connection.sendall(b"POST /api/v1/judge HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                           b"Transfer-Encoding: chunked\r\n\r\n")
        chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
        end = time.monotonic() + seconds
        try:
            while time.monotonic() < end:
                connection.sendall(chunk)
                taken += 65536
        except OSError:
            pass
    return taken


def in_parallel(address, path, readers, seconds):
    """How many requests so many readers get answered; and how many were not."""
    counts = [0, 0]
    lock = threading.Lock()
    end = time.monotonic() + seconds

    def read():
        while time.monotonic() < end:
            seen = get(address, path)[0] == 200
            with lock:
                counts[0 if seen else 1] += 1

    threads = [threading.Thread(target=read) for _ in range(readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return counts
