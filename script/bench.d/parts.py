"""The parts of script/bench by their names."""

from part_check import check
from part_daemon import daemon, store
from part_engine import engine
from part_keys import judge, keys
from part_mail import mail
from part_page import page
from part_audit import audit

PARTS = {
    "engine": engine, "check": check, "judge": judge, "keys": keys, "daemon": daemon, "store": store, "mail": mail,
    "audit": audit, "page": page,
}
