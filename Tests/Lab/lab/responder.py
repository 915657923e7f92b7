"""Carries out the behaviours of misbehaviour.py on UDP and TCP, in one thread beside the lab."""

import asyncio
import collections
import random
import socket
import struct
import threading

from . import network, wire
from .misbehaviour import BEHAVIOURS

ELSEWHERE = "127.53.20.250"


class Exchange:
    """One query at one misbehaving server."""

    def __init__(self, server, query, tcp, send):
        self.server, self.query, self.tcp, self.send = server, query, tcp, send
        self.chance = server.chance

    async def honest(self):
        """What the honest server behind says to the same query."""
        upstream = (self.server.upstream, network.port())
        return await (_ask_tcp if self.tcp else _ask_udp)(upstream, self.query)

    def count(self, what):
        """How often this was counted at this server, this time included."""
        self.server.counts[what] = self.server.counts.get(what, 0) + 1
        return self.server.counts[what]

    def send_from_elsewhere(self, message):
        self.server.responder.elsewhere.sendto(message, self.peer)


class Server(asyncio.DatagramProtocol):
    """One address with its behaviour, which may be changed while it runs."""

    def __init__(self, responder, address, behaviour, upstream, port):
        self.responder, self.address, self.port = responder, address, port
        self.behaviour, self.upstream = BEHAVIOURS[behaviour], upstream
        self.counts, self.tasks, self.chance = {}, set(), random.Random(address)
        self.queries, self.questions = 0, collections.Counter()

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, query, peer):
        self.queries += 1
        self.questions[wire.question_name(query), wire.question_type(query)] += 1
        exchange = Exchange(self, query, False, lambda message: self.transport.sendto(message, peer))
        exchange.peer = peer
        self._spawn(exchange)

    def _spawn(self, exchange):
        if len(exchange.query) < 17:
            return None
        task = asyncio.get_running_loop().create_task(self._behave(exchange))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    async def _behave(self, exchange):
        try:
            await self.behaviour.function(exchange)
        except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError):
            pass  # The honest server is gone, or the asker is: nothing is said.

    async def connected(self, reader, writer):
        over_tcp = self.behaviour.over_tcp
        try:
            if over_tcp == "closes":
                return
            while True:
                length = struct.unpack("!H", await reader.readexactly(2))[0]
                query = await reader.readexactly(length)
                if over_tcp == "silent":
                    await asyncio.sleep(30)
                    return
                def send(message):
                    if not writer.is_closing():
                        writer.write(struct.pack("!H", len(message)) + message)
                exchange = Exchange(self, query, True, send)
                exchange.send_from_elsewhere = exchange.send
                if over_tcp == "bent":
                    await self._behave(exchange)
                else:
                    answer = await exchange.honest()
                    framed = struct.pack("!H", len(answer)) + answer
                    for piece in ([bytes([byte]) for byte in framed] if over_tcp == "crumbs" else [framed]):
                        writer.write(piece)
                        await writer.drain()
                        await asyncio.sleep(0)
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError, asyncio.CancelledError):
            pass
        finally:
            writer.close()


class Responder:
    """All misbehaving servers, in a thread with a loop of its own."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.open = []
        self.elsewhere = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.elsewhere.bind((ELSEWHERE, network.port()))
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    def serve(self, address, behaviour, upstream, port=None):
        """Opens one address; gives its server, whose `behaviour` and `upstream` may be set later."""
        server = Server(self, address, behaviour, upstream, port or network.port())
        asyncio.run_coroutine_threadsafe(self._open(server), self.loop).result(10)
        return server

    async def _open(self, server):
        here = (server.address, server.port)
        self.open.append((await self.loop.create_datagram_endpoint(lambda: server, local_addr=here))[0])
        if server.behaviour.over_tcp != "closed":
            self.open.append(await asyncio.start_server(server.connected, *here))

    def close(self):
        asyncio.run_coroutine_threadsafe(self._end(), self.loop).result(5)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)
        self.loop.close()
        self.elsewhere.close()

    async def _end(self):
        for one in self.open:
            one.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _OneAnswer(asyncio.DatagramProtocol):
    def __init__(self, query, answer):
        self.query, self.answer = query, answer

    def connection_made(self, transport):
        transport.sendto(self.query)

    def datagram_received(self, data, peer):
        if not self.answer.done():
            self.answer.set_result(data)

    def error_received(self, error):
        if not self.answer.done():
            self.answer.set_exception(error)


async def _ask_udp(upstream, query):
    loop = asyncio.get_running_loop()
    answer = loop.create_future()
    transport, _ = await loop.create_datagram_endpoint(lambda: _OneAnswer(query, answer), remote_addr=upstream)
    try:
        return await asyncio.wait_for(answer, 2)
    finally:
        transport.close()


async def _ask_tcp(upstream, query):
    reader, writer = await asyncio.open_connection(*upstream)
    try:
        writer.write(struct.pack("!H", len(query)) + query)
        length = struct.unpack("!H", await asyncio.wait_for(reader.readexactly(2), 2))[0]
        return await asyncio.wait_for(reader.readexactly(length), 2)
    finally:
        writer.close()
