"""A port of this machine for a server inside the lab: the lab has a network of its own, but it shares the file system."""

import os
import socket
import threading
import time


class Outside:
    """Outside of the lab's network: listens on a port and hands each connection to the socket file. Made before the lab
    enters its network; the child ends with its parent."""

    def __init__(self, path, port):
        self.path, self.port = path, port
        listener = socket.create_server(("127.0.0.1", port))
        self.port = listener.getsockname()[1]
        self.pid = os.fork()
        if self.pid == 0:
            threading.Thread(target=end_with, args=(os.getppid(),), daemon=True).start()
            serve(listener, lambda: connect_file(path))
        listener.close()


def end_with(parent):
    """Ends this process when its parent has ended."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(0)


def inside(path, address):
    """Inside of it: hands each connection of the socket file to a server."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(64)
    threading.Thread(target=serve, args=(listener, lambda: socket.create_connection(address)), daemon=True).start()


def connect_file(path):
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(path)
    return connection


def serve(listener, connect):
    while True:
        near, _ = listener.accept()
        try:
            far = connect()
        except OSError:
            near.close()
            continue
        for one, other in ((near, far), (far, near)):
            threading.Thread(target=copy, args=(one, other), daemon=True).start()


def copy(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
