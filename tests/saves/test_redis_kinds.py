"""Redis as people run it: behind Sentinel, as a Cluster, with TLS and a user of its own."""

from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest
import redis
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from records import begin, branch, history, played
from servers import SERVERS, TTL, Server, free_port, start_server

from pocket_portals.errors import Conflict, RunNotFound, StoreUnavailable
from pocket_portals.saves.files import FileStore
from pocket_portals.saves.lease import Leases
from pocket_portals.saves.redis import RedisStore
from pocket_portals.saves.redis_clients import read_address
from pocket_portals.saves.vault import VaultStore

RUN = "amber-fox-4821"
STEPS = history(played(6))
PASSWORD = "s3cret-Lantern"


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts servers, each in a folder of its own."""
    running: list[Server] = []

    def server(*options: str, at: int = 0) -> Server:
        folder = tmp_path / str(len(running))
        folder.mkdir()
        running.append(start_server(SERVERS["valkey"], folder, *options, at=at))
        return running[-1]

    yield server
    for each in running:
        each.end()


def exercise(store: RedisStore) -> None:
    """Everything that a store does."""
    with pytest.raises(RunNotFound):
        store.load(RUN)
    store.save(STEPS[0], "")
    store.save(STEPS[2], STEPS[0].head)
    with pytest.raises(Conflict):
        store.save(STEPS[1], STEPS[0].head)
    store.save(branch(begin(), "brass-owl-0002"), "")
    assert store.load(RUN) == STEPS[2]
    assert store.head(RUN) == STEPS[2].head
    assert {line.id for line in store.summaries()} == {RUN, "brass-owl-0002"}
    assert all(line.expires_at for line in store.summaries())
    assert store.count() == 2
    assert store.keep(RUN, 0)
    store.save(STEPS[3], STEPS[2].head)
    assert store.load(RUN) == STEPS[3]
    assert [line.expires_at for line in store.summaries() if line.id == RUN] == [None]
    store.hold_lease(RUN, b"token", 30)
    assert store.lease(RUN) == b"token"
    store.end_lease(RUN, b"token")
    assert store.lease(RUN) is None
    assert store.delete("brass-owl-0002")
    assert [line.id for line in store.summaries()] == [RUN]


# Sentinel


@pytest.fixture
def sentinel(start: Callable[..., Server], tmp_path: Path) -> Callable[..., Server]:
    """Starts a Sentinel that watches a master by the name of “portals”."""

    def watching(master: Server) -> Server:
        port = free_port()
        config = tmp_path / "sentinel.conf"
        config.write_text(
            f"port {port}\nbind 127.0.0.1\ndir {tmp_path}\n"
            f"sentinel monitor portals 127.0.0.1 {master.port} 1\n"
            "sentinel down-after-milliseconds portals 300\n"
            "sentinel failover-timeout portals 2000\n"
        )
        return start_sentinel(config, port)

    running: list[Server] = []

    def start_sentinel(config: Path, port: int) -> Server:
        import subprocess

        process = subprocess.Popen(
            [SERVERS["valkey"], str(config), "--sentinel"], stdout=subprocess.DEVNULL, text=True
        )
        running.append(Server(process, port))
        with redis.Redis(port=port) as asks:
            for _ in attempts():
                with suppress(redis.RedisError):
                    if asks.ping():
                        break
        return running[-1]

    yield watching
    for each in running:
        each.end()


def attempts() -> Iterator[int]:
    """Short waits, for so long that only what is broken exhausts them."""
    pause = threading.Event()
    for number in range(400):
        yield number
        pause.wait(0.05)
    raise AssertionError("it never came to be")


def test_sentinel_leads_to_the_master_and_to_the_next_after_a_failover(
    start: Callable[..., Server], sentinel: Callable[..., Server], tmp_path: Path
) -> None:
    master = start("--repl-diskless-sync-delay", "0")
    replica = start("--replicaof", f"127.0.0.1 {master.port}")
    with replica.client() as follows:
        for _ in attempts():
            if follows.info("replication")["master_link_status"] == "up":
                break
    watch = sentinel(master)
    url = f"redis+sentinel://127.0.0.1:{watch.port}/portals/0"
    store = RedisStore(url, TTL)
    exercise(store)

    with redis.Redis(port=watch.port, decode_responses=True) as asks:
        for _ in attempts():
            if asks.sentinel_slaves("portals"):
                break
        vault = VaultStore(FileStore(tmp_path / "saves"), RedisStore(url, TTL))
        assert vault.load(RUN) == STEPS[3]
        master.process.kill()
        vault.save(STEPS[4], STEPS[3].head)
        for _ in attempts():
            if vault.standing(RUN).where == "both":
                break
    with replica.client() as now:
        assert now.role()[0] == "master"
        assert now.hget(f"pocket_portals:session:{RUN}", "head") == STEPS[4].head
    vault.close()
    store.close()


def test_a_sentinel_that_is_down_is_told() -> None:
    store = RedisStore(f"redis+sentinel://127.0.0.1:{free_port()}/portals", TTL)
    with pytest.raises(StoreUnavailable, match="Redis portals by Sentinel at 127"):
        store.load(RUN)


# Cluster


def test_a_cluster_of_three_keeps_runs(start: Callable[..., Server]) -> None:
    ports = [free_port() for _ in range(3)]
    nodes = [start("--cluster-enabled", "yes", "--cluster-port", str(port)) for port in ports]
    bounds = [(0, 5460), (5461, 10922), (10923, 16383)]
    for epoch, (node, (first, last)) in enumerate(zip(nodes, bounds, strict=True), start=1):
        with node.client() as admin:
            admin.execute_command("CLUSTER SET-CONFIG-EPOCH", epoch)
            admin.execute_command("CLUSTER ADDSLOTSRANGE", first, last)
            admin.execute_command("CLUSTER MEET", "127.0.0.1", nodes[0].port, ports[0])
    for node in nodes:
        with node.client() as admin:
            for _ in attempts():
                if admin.execute_command("CLUSTER INFO")["cluster_state"] == "ok":
                    break
    store = RedisStore(f"redis+cluster://127.0.0.1:{nodes[1].port},127.0.0.1:{nodes[0].port}", TTL)
    exercise(store)
    for number in range(12):
        store.save(begin(f"coral-elk-{number:04}"), "")
    assert len(store.summaries()) == 13
    held = []
    for node in nodes:
        with node.client() as admin:
            held.append(admin.dbsize())
    assert all(held)
    store.close()


def test_a_cluster_that_is_down_is_told() -> None:
    store = RedisStore(f"redis+cluster://127.0.0.1:{free_port()}", TTL)
    with pytest.raises(StoreUnavailable, match="the Redis Cluster at 127"):
        store.load(RUN)


# TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate of 127.0.0.1 with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def tls(start: Callable[..., Server], certificate: Path) -> Iterator[int]:
    """The port where TLS is ended before a real server that wants a user and a password."""
    server = start()
    with server.client() as admin:
        admin.execute_command(*f"ACL SETUSER hero on >{PASSWORD} ~*pocket_portals* +@all".split())
        admin.execute_command("ACL SETUSER default off")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    listener = socket.create_server(("127.0.0.1", 0))

    def pump(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        for each in (source, sink):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def accept() -> None:
        for _ in count():
            try:
                client, _ = listener.accept()
            except OSError:
                return
            with suppress(OSError):
                secure = context.wrap_socket(client, server_side=True)
                plain = socket.create_connection(("127.0.0.1", server.port))
                for ends in ((secure, plain), (plain, secure)):
                    threading.Thread(target=pump, args=ends, daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield listener.getsockname()[1]
    listener.close()


def test_tls_with_a_user_of_its_own_works_where_the_certificate_is_trusted(
    tls: int, certificate: Path
) -> None:
    store = RedisStore(f"rediss://hero:{PASSWORD}@127.0.0.1:{tls}/0?ssl_ca_certs={certificate}", TTL)
    exercise(store)
    store.close()


def test_a_certificate_that_nobody_vouches_for_is_refused(tls: int) -> None:
    store = RedisStore(f"rediss://hero:{PASSWORD}@127.0.0.1:{tls}/0", TTL)
    with pytest.raises(StoreUnavailable, match="certificate") as caught:
        store.load(RUN)
    assert PASSWORD not in str(caught.value)


# Addresses


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("redis://h", "Redis at h:6379"),
        (f"rediss://hero:{PASSWORD}@h:7000/2", "Redis at h:7000"),
        ("unix:///run/redis.sock", "Redis at /run/redis.sock"),
        (f"redis+sentinel://:{PASSWORD}@a,b:7/portals/1", "Redis portals by Sentinel at a:26379, b:7"),
        (f"rediss+cluster://hero:{PASSWORD}@a:1,b", "the Redis Cluster at a:1, b:6379"),
        ("redis+cluster://[::1]:7", "the Redis Cluster at ::1:7"),
    ],
)
def test_an_address_is_named_without_its_password(url: str, name: str) -> None:
    address = read_address(url)
    assert address.name == name
    assert PASSWORD not in repr(address)


def test_leases_need_no_redis(tmp_path: Path) -> None:
    leases = Leases(tmp_path, lambda: None, "here", lambda: 0.0)
    assert leases.claim(RUN) is None
    leases.close()
