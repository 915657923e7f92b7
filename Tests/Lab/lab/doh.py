"""A DoH resolver (RFC 8484) with a certificate of the lab's own authority, before a plain resolver."""

import base64
import http.server
import socket
import ssl
import subprocess
import threading
import urllib.parse

from .hosts import DOH


def start(workshop, resolver):
    """Starts it at https://<DOH>:8443/dns-query; gives the URL and the path of the authority's certificate."""
    authority, certificate, key = _certificate(workshop)
    server = http.server.ThreadingHTTPServer((DOH, 8443), _handler(resolver))
    server.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    workshop.closers.append(server.shutdown)
    return f"https://{DOH}:8443/dns-query", authority


def _handler(resolver):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            self._answer(self.rfile.read(int(self.headers.get("content-length", 0))))

        def do_GET(self):
            query = urllib.parse.parse_qs(urllib.parse.urlparse(self.path).query)
            text = query.get("dns", [""])[0]
            self._answer(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))

        def _answer(self, query):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
                asking.settimeout(3)
                asking.connect(resolver)
                asking.send(query)
                try:
                    answer = asking.recv(65_535)
                except OSError:
                    self.send_error(504)
                    return
            self.send_response(200)
            self.send_header("content-type", "application/dns-message")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            pass
    return Handler


def _certificate(workshop):
    authority, authority_key = workshop.path("tls", "authority.pem"), workshop.path("tls", "authority.key")
    certificate, key = workshop.path("tls", "server.pem"), workshop.path("tls", "server.key")
    request = workshop.path("tls", "server.csr")
    extensions = workshop.write("tls/extensions", f"subjectAltName=IP:{DOH}\n")
    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    for command in [
        ["req", "-x509", *new_key, "-keyout", authority_key, "-out", authority, "-days", "2", "-subj", "/CN=lab"],
        ["req", *new_key, "-keyout", key, "-out", request, "-subj", "/CN=doh"],
        ["x509", "-req", "-in", request, "-CA", authority, "-CAkey", authority_key, "-out", certificate, "-days", "2",
         "-CAcreateserial", "-extfile", extensions],
    ]:
        subprocess.run(["openssl", *command], check=True, capture_output=True)
    return authority, certificate, key
