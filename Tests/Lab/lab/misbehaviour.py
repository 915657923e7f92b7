"""Servers that misbehave: one function a behaviour. Each bends what an honest server says to the same question."""

import asyncio
import collections
import random
import struct

from . import hostile, wire

BEHAVIOURS = {}
Behaviour = collections.namedtuple("Behaviour", "function over_tcp")


def behaviour(name, over_tcp="bent"):
    """Registers a behaviour. `over_tcp`: `bent` likewise, `honest`, `closed` (refused), `closes`, `silent`, `crumbs`."""
    def register(function):
        BEHAVIOURS[name] = Behaviour(function, over_tcp)
        return function
    return register


# What a function is handed: `query` (bytes), `tcp` (whether it came over TCP), `await honest()`, `send(message)`, and
# `send_from_elsewhere(message)`.

@behaviour("switched")
@behaviour("mortal")
async def honest(exchange):
    exchange.send(await exchange.honest())


@behaviour("silent", over_tcp="silent")
async def silent(exchange):
    pass


@behaviour("udp-silent", over_tcp="honest")
async def udp_silent(exchange):
    pass


@behaviour("slow")
async def slow(exchange):
    answer = await exchange.honest()
    await asyncio.sleep(0.6)
    exchange.send(answer)


@behaviour("loses-first", over_tcp="honest")
async def loses_first(exchange):
    if exchange.count(wire.question_name(exchange.query)) > 1:
        exchange.send(await exchange.honest())


@behaviour("tcp-closed", over_tcp="closed")
async def tcp_closed(exchange):
    exchange.send(await exchange.honest())


@behaviour("no-edns")
async def no_edns(exchange):
    if wire.has_edns(exchange.query):
        exchange.send(wire.empty(exchange.query, wire.FORMERR))
    else:
        exchange.send(await exchange.honest())


@behaviour("notimp-edns")
async def notimp_edns(exchange):
    if wire.has_edns(exchange.query):
        exchange.send(wire.empty(exchange.query, wire.NOTIMP))
    else:
        exchange.send(await exchange.honest())


@behaviour("drops-edns")
async def drops_edns(exchange):
    if not wire.has_edns(exchange.query):
        exchange.send(await exchange.honest())


@behaviour("badvers")
async def badvers(exchange):
    if wire.has_edns(exchange.query):
        # BADVERS is 16: 0 in the header and 1 in the OPT record (RFC 6891, section 6.1.3).
        bare = wire.empty(exchange.query, 0)
        exchange.send(wire.header(bare, counts=(1, 0, 0, 1)) + b"\0" + struct.pack("!HHIH", 41, 1232, 1 << 24, 0))
    else:
        exchange.send(await exchange.honest())


@behaviour("truncates", over_tcp="honest")
@behaviour("no-tcp", over_tcp="closed")
@behaviour("tcp-closes", over_tcp="closes")
@behaviour("tcp-silent", over_tcp="silent")
@behaviour("tcp-crumbs", over_tcp="crumbs")
async def truncates(exchange):
    exchange.send(wire.empty(exchange.query, wire.NOERROR, wire.QR | wire.AA | wire.TC))


@behaviour("forged-id", over_tcp="honest")
async def forged_id(exchange):
    exchange.send(wire.header(_forged(exchange.query), identifier=wire.identifier(exchange.query) + 1))
    exchange.send(await exchange.honest())


@behaviour("forged-question", over_tcp="honest")
async def forged_question(exchange):
    other = wire.question("s1._domainkey.evil.com", identifier=wire.identifier(exchange.query))
    exchange.send(_forged(other))
    exchange.send(await exchange.honest())


@behaviour("forged-source", over_tcp="honest")
async def forged_source(exchange):
    exchange.send_from_elsewhere(_forged(exchange.query))
    await asyncio.sleep(0.02)
    exchange.send(await exchange.honest())


@behaviour("wrong-source", over_tcp="silent")
async def wrong_source(exchange):
    exchange.send_from_elsewhere(await exchange.honest())


@behaviour("folds-case", over_tcp="closed")
async def folds_case(exchange):
    exchange.send(_recase(await exchange.honest(), bytes.lower))


@behaviour("upper-case")
async def upper_case(exchange):
    exchange.send(_recase(await exchange.honest(), bytes.upper))


@behaviour("no-aa")
async def no_aa(exchange):
    exchange.send(wire.header(await exchange.honest(), clear_flags=wire.AA))


@behaviour("upward")
async def upward(exchange):
    _refer_upward(exchange, wire.QR)


@behaviour("upward-aa")
async def upward_with_authority(exchange):
    _refer_upward(exchange, wire.QR | wire.AA)


def _refer_upward(exchange, flags):
    bare = wire.empty(exchange.query, wire.NOERROR, flags)
    root = b"\0" + struct.pack("!HHIH", 2, 1, 3600, 18) + b"\6root-1\5hosts\3net\0"
    exchange.send(wire.header(bare, counts=(1, 0, 1, 0)) + root)


@behaviour("refused")
async def refused(exchange):
    exchange.send(wire.empty(exchange.query, wire.REFUSED))


@behaviour("servfail")
async def servfail(exchange):
    exchange.send(wire.empty(exchange.query, wire.SERVFAIL))


@behaviour("notauth")
async def notauth(exchange):
    exchange.send(wire.empty(exchange.query, wire.NOTAUTH))


@behaviour("garbage")
async def garbage(exchange):
    exchange.send(exchange.query[:2] + bytes(random.randrange(256) for _ in range(200)))


@behaviour("hostile-first", over_tcp="honest")
async def hostile_first(exchange):
    answer = await exchange.honest()
    for packet in hostile.unreadable_packets(exchange.query, answer, exchange.chance, 20):
        exchange.send(packet)
    exchange.send(answer)


@behaviour("hostile")
async def hostile_only(exchange):
    answer = await exchange.honest()
    for packet in hostile.packets(exchange.query, answer, exchange.chance, 10):
        exchange.send(packet)


@behaviour("pointer-loop")
async def pointer_loop(exchange):
    exchange.send(hostile.pointer_loop(exchange.query))


@behaviour("counts-lie")
async def counts_lie(exchange):
    exchange.send(wire.header(await exchange.honest(), counts=(1, 0xFFFF, 0xFFFF, 0xFFFF)))


@behaviour("two-opt")
async def two_opt(exchange):
    exchange.send(hostile.with_additional(exchange.query, hostile.OPT * 2))


@behaviour("two-tsig")
async def two_tsig(exchange):
    exchange.send(hostile.with_additional(exchange.query, hostile.TSIG * 2))


@behaviour("no-question")
async def no_question(exchange):
    exchange.send(wire.header(exchange.query[:12], set_flags=wire.QR | wire.AA, counts=(0, 0, 0, 0)))


@behaviour("twice", over_tcp="honest")
async def twice(exchange):
    answer = await exchange.honest()
    exchange.send(answer)
    exchange.send(answer)


@behaviour("ent-bug")
async def ent_bug(exchange):
    # NXDOMAIN for a name that has names below it; resolvers that minimise names stop there.
    answer = await exchange.honest()
    if wire.question_name(exchange.query).startswith("_domainkey."):
        answer = wire.header(answer, rcode=wire.NXDOMAIN)
    exchange.send(answer)


@behaviour("foreign-record")
async def foreign_record(exchange):
    # A record of another name is no answer to this question.
    if wire.question_end(exchange.query) and exchange.query[-4:] and b"\x0a_domainkey" in exchange.query.lower():
        bare = wire.empty(exchange.query, wire.NOERROR, wire.QR | wire.AA)
        exchange.send(wire.header(bare, counts=(1, 1, 0, 0)) + wire.txt_record("v=DKIM1; p=", b"\4evil\3com\0"))
    else:
        exchange.send(await exchange.honest())


@behaviour("apex-alias")
async def apex_alias(exchange):
    # An alias beside SOA and NS, as some panels allow it.
    name = wire.question_name(exchange.query)
    if name == "apex-alias.com." and wire.question_type(exchange.query) not in ("SOA", "NS", "43", "48"):
        target = b"\3www\6vendor\3net\0"
        bare = wire.empty(exchange.query, wire.NOERROR, wire.QR | wire.AA)
        exchange.send(wire.header(bare, counts=(1, 1, 0, 0))
                      + b"\xc0\x0c" + struct.pack("!HHIH", 5, 1, 300, len(target)) + target)
    else:
        exchange.send(await exchange.honest())


@behaviour("only-txt")
async def only_txt(exchange):
    # NXDOMAIN for a name that has no record of the type that is asked for.
    answer = await exchange.honest()
    if "_domainkey" in wire.question_name(exchange.query) and wire.question_type(exchange.query) not in ("TXT", "SOA", "NS"):
        answer = wire.header(answer, rcode=wire.NXDOMAIN)
    exchange.send(answer)


# --- Resolvers that filter, rewrite or stand in for others; behind them is an honest one.

def _is_filtered(query):
    return "_domainkey" in wire.question_name(query)


def _filter(name, bend):
    @behaviour(name)
    async def filtering(exchange):
        query = exchange.query
        exchange.send(bend(query) if _is_filtered(query) else await exchange.honest())


def _answer(query, answers=(), authorities=(), code=wire.NOERROR, flags=0):
    bare = wire.empty(query, code, wire.QR | RA | flags)
    return wire.header(bare, counts=(1, len(answers), len(authorities), 0)) + b"".join([*answers, *authorities])


RA = 0x0080
_filter("filter-nodata", _answer)
_filter("filter-nodata-aa", lambda query: _answer(query, flags=wire.AA))
_filter("filter-nxdomain", lambda query: _answer(query, code=wire.NXDOMAIN))
_filter("filter-nxdomain-soa", lambda query: _answer(query, [], [wire.soa("rpz.filter.net")], wire.NXDOMAIN))
_filter("filter-address", lambda query: _answer(query, [wire.record("A", bytes([198, 51, 100, 1]))]))
_filter("filter-cname", lambda query: _answer(query, [wire.record("CNAME", wire.name("blocked.filter.net"))]))
_filter("filter-text", lambda query: _answer(query, [wire.txt_record("Blocked by your DNS filter")]))
_filter("filter-text-aa", lambda query: _answer(query, [wire.txt_record("Blocked")], flags=wire.AA))
_filter("filter-refuses", lambda query: _answer(query, code=wire.REFUSED))


@behaviour("rewrites-nxdomain")
async def rewrites_nxdomain(exchange):
    # An internet provider's: whatever does not exist has the address of a page with advertisements.
    answer = await exchange.honest()
    if wire.rcode(answer) == wire.NXDOMAIN:
        answer = _answer(exchange.query, [wire.record("A", bytes([198, 51, 100, 1]))])
    exchange.send(answer)


@behaviour("invents-texts")
async def invents_texts(exchange):
    answer = await exchange.honest()
    if wire.answers(answer) == 0 and wire.question_type(exchange.query) == "TXT":
        answer = _answer(exchange.query, [wire.txt_record("v=spf1 -all")])
    exchange.send(answer)


def _intercept(name, flags, cleared=0):
    @behaviour(name)
    async def intercepting(exchange):
        exchange.query = wire.header(exchange.query, set_flags=wire.RD)
        exchange.send(wire.header(await exchange.honest(), set_flags=flags, clear_flags=cleared))


# A resolver that answers in the place of every server that is asked.
_intercept("intercepts", 0)
_intercept("intercepts-aa", wire.AA)


def _forged(query):
    """What an attacker would like to be believed: a revoked key."""
    bare = wire.empty(query, wire.NOERROR, wire.QR | wire.AA)
    return wire.header(bare, counts=(1, 1, 0, 0)) + wire.txt_record("v=DKIM1; p=")


def _recase(message, change):
    end = wire.question_end(message)
    return message[:12] + change(message[12:end]) + message[end:]
