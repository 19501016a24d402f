"""The envelope around everything saved: its format, a checksum, and bounds before any parsing.

``{"fmt":1,"sha256":"<64 hex>","save":<body>}``; the checksum is taken over the body's exact bytes, and
the body begins ``{"schema":1,"codec":"json",``. With ``json+zlib`` for a codec, what follows the body's
first line is compressed. Every later format will begin with ``{"fmt":<number>``.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from typing import NamedTuple

from pocket_portals.clean import clean
from pocket_portals.errors import RunUnreadable, SaveTooNew
from pocket_portals.rules.state import SCHEMA_VERSION

FORMAT = 1
PLAIN, PACKED = "json", "json+zlib"
LEVEL = 1  # of zlib: a third of the size in the least time
SCHEMA = SCHEMA_VERSION
MAX_BYTES = 64 * 2**20

_FORMAT = re.compile(rb'\{"fmt":([1-9][0-9]{0,5})\b')
_SEALED = re.compile(rb'\{"fmt":1,"sha256":"([0-9a-f]{64})","save":')
_BODY = re.compile(rb'\{"schema":([1-9][0-9]{0,5}),"codec":"([a-z0-9+-]{1,20})",')
_ESCAPES = re.compile(rb"\\(.?)", re.DOTALL)
_USED = {b'"', b"\\", b"n"}  # the only escapes that clean text needs


class Body(NamedTuple):
    """What an envelope held, checksum verified, and the schema it was written in."""

    schema: int
    data: bytes


def opening(codec: str = PLAIN) -> bytes:
    """How every body begins."""
    return b'{"schema":%d,"codec":"%s",' % (SCHEMA, codec.encode())


def packed(*body: bytes) -> bytes:
    """The body, which may come in pieces, with all but its first line compressed."""
    line, _, rest = b"".join(body).removeprefix(opening()).partition(b"\n")
    return b"%s%s\n%s" % (opening(PACKED), line, zlib.compress(rest, LEVEL))


def _unpacked(body: bytes) -> bytes:
    line, _, rest = body.partition(b"\n")
    stream = zlib.decompressobj()
    try:
        text = stream.decompress(rest, MAX_BYTES)
    except zlib.error as error:
        raise damaged("it can't be decompressed") from error
    if not stream.eof or stream.unused_data:
        raise damaged("it is too big to be a save, or cut short")
    return b"%s\n%s" % (line, text)


def seal(*body: bytes) -> bytes:
    """The body, which may come in pieces, in its envelope."""
    digest = hashlib.sha256()
    for piece in body:
        digest.update(piece)
    return b"".join(
        [b'{"fmt":%d,"sha256":"%s","save":' % (FORMAT, digest.hexdigest().encode()), *body, b"}\n"]
    )


def unseal(data: bytes) -> Body:
    """The body of an envelope. Raises RunUnreadable when it is damaged, SaveTooNew when it is newer."""
    if len(data) > MAX_BYTES:
        raise damaged("it is too big to be a save")
    version = _FORMAT.match(data)
    if version and int(version[1]) > FORMAT:
        raise too_new()
    found = _SEALED.match(data)
    data = data.rstrip()
    if not found or not data.endswith(b"}"):
        raise damaged("it is empty, cut short or no save at all")
    body = data[found.end() : -1]
    if hashlib.sha256(body).hexdigest().encode() != found[1]:
        raise damaged("its checksum does not match")
    begins = _BODY.match(body)
    if not begins:
        raise damaged("it does not begin like a save")
    schema, codec = int(begins[1]), begins[2].decode()
    if schema > SCHEMA or codec not in (PLAIN, PACKED):
        raise too_new()
    return Body(schema, _unpacked(body) if codec == PACKED else body)


def harmless(data: bytes) -> bool:
    """Whether no text in this JSON holds control characters, neither raw nor escaped.

    What the game writes is clean already. Altering what is not would break the words' exactness, so
    it is refused instead.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return False
    # All that clean() takes out is unprintable; asking that first is ten times as fast.
    plain = text.replace("\n", "").isprintable() or clean(text) == text
    return plain and _USED.issuperset(_ESCAPES.findall(data))


def damaged(reason: str) -> RunUnreadable:
    """The error for a save that does not hold."""
    return RunUnreadable(
        f"This save is damaged: {reason}.",
        "If there is a copy, bring it in with `pocket-portals import FILE`.",
    )


def too_new() -> SaveTooNew:
    """The error for a save of a later version."""
    return SaveTooNew(
        "This save was written by a later version of Pocket Portals.",
        "Upgrade to open it, with `pipx upgrade pocket-portals`; it was left as it is.",
    )
