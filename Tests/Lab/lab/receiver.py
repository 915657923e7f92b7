"""A webhook receiver that keeps what it gets, and refuses it when told to."""

import http.server
import json
import threading
import time


class Receiver:
    """Listens on an address; every request is kept, whatever it is answered."""

    def __init__(self, workshop, address="127.53.40.1", port=8088):
        self.url = f"http://{address}:{port}/hook"
        self.place = (address, port)
        self.status = 200
        self.headers = {}
        self.requests = []
        self.server = None
        self.lock = threading.Lock()
        workshop.closers.append(self.close)

    def open(self):
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                status = receiver.take({name.lower(): value for name, value in self.headers.items()}, body)
                self.send_response(status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(self.place, Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def close(self):
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    def take(self, headers, body):
        with self.lock:
            try:
                event = json.loads(body)
            except ValueError:
                event = {"unreadable": body.decode(errors="replace")}
            self.requests.append({"at": time.time(), "status": self.status, "headers": headers, "event": event,
                                  "body": body})
            return self.status

    def accepted(self, kind=None, **fields):
        """The events that were accepted, oldest first; of one type, and with these fields."""
        with self.lock:
            found = [request["event"] for request in self.requests if 200 <= request["status"] < 300]
        return [event for event in found
                if (kind is None or event.get("type") == kind)
                and all(event.get(name) == value for name, value in fields.items())]

    def arrival(self, event):
        """When an event arrived first, in seconds of the clock on the wall."""
        return min(request["at"] for request in self.requests if request["event"].get("id") == event["id"])
