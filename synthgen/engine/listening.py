"""Where the engine can be reached: a UNIX socket that only its own user can open, or a TCP port.

A port, on loopback too, is open to every user of the machine, and UnrealCV knows no passwords: runs therefore start
their engines on a UNIX socket, and only ``synthgen serve`` opens a port.
"""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
import stat
from pathlib import Path

from synthgen.core.errors import InputError


def listen_tcp(host: str, port: int) -> socket.socket:
    """A listening socket on a TCP port; port 0 takes any free one.

    Raises:
        InputError: the address cannot be listened on.
    """
    where = f"{host}:{port}"
    if not 0 <= port <= 65535:
        raise InputError("there is no such port", where=where, expected="0 (any free port) … 65535", got=str(port))
    try:
        family, kind, proto, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, proto)
        # Without this a port stays taken for a minute after its last client left.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    except OSError as error:
        raise InputError(
            "this address cannot be listened on",
            where=where,
            expected="an address of this machine",
            got=str(error),
            remedy="take 127.0.0.1, or another address that this machine has",
        ) from error
    try:
        listener.bind(address)
        listener.listen(8)
    except OSError as error:
        listener.close()
        taken = error.errno == errno.EADDRINUSE
        raise InputError(
            "the port is in use" if taken else "this address cannot be listened on",
            where=where,
            expected="a free port" if taken else "an address of this machine and a port that may be opened",
            got=str(error),
            remedy="take another port, or 0 for any free one; or end the program that listens there",
        ) from error
    return listener


def listen_unix(path: Path) -> socket.socket:
    """A listening UNIX socket that only this user can connect to.

    The folder decides who can reach it (some systems do not heed a socket's own permissions), so it must be this
    user's and closed to all others.

    Raises:
        InputError: the folder is open to others, or nothing can be made there.
    """
    folder = path.parent
    try:
        status = folder.stat()
    except OSError as error:
        raise InputError("there is no such folder for a socket", where=str(folder), got=str(error)) from error
    if status.st_uid != os.geteuid() or status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise InputError(
            "other users of this machine could reach the engine",
            where=str(folder),
            expected="a folder of your own with mode 700",
            got=f"a folder of user {status.st_uid} with mode {stat.S_IMODE(status.st_mode):o}",
            remedy=f"mkdir -m 700 a folder for it, or chmod 700 {folder}",
        )
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listener.bind(str(path))
        path.chmod(0o600)
        listener.listen(8)
    except OSError as error:  # the path is too long, exists, or the disk is full
        listener.close()
        raise InputError(
            "no socket can be made here",
            where=str(path),
            expected="a new name of at most 107 bytes",
            got=str(error),
            remedy="choose another name, or set TMPDIR to a folder with a shorter path",
        ) from error
    return listener


def is_open_to_others(listener: socket.socket) -> bool:
    """Whether other machines can connect."""
    if listener.family == socket.AF_UNIX:
        return False
    address = listener.getsockname()[0].partition("%")[0]  # an IPv6 address may name its interface
    return not ipaddress.ip_address(address).is_loopback


def who_can_reach(listener: socket.socket) -> str:
    """One sentence that says who can use what listens there."""
    if listener.family == socket.AF_UNIX:
        return "only this user can connect"
    if not is_open_to_others(listener):
        return "every user of this machine can connect: UnrealCV asks for no password"
    return (
        "everyone who reaches this address over the network can use the engine: UnrealCV asks for no password and "
        "encrypts nothing. Safer: --host 127.0.0.1 and a tunnel (ssh -L), or a firewall that names who may connect"
    )
