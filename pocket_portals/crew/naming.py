"""What a model is called, and what that means: whose it is, where it is, which key it takes. Light."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from urllib.parse import urlsplit

from pocket_portals.errors import ConfigError
from pocket_portals.setting_kinds import Secret
from pocket_portals.settings import ModelConfig

LOCAL = "local"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True)
class Provider:
    """Somebody who serves models. An ``address`` means that it speaks OpenAI's language there."""

    id: str
    title: str
    address: str = ""
    keys: tuple[str, ...] = ()  # environment variables, the first that is set counts
    needs_key: bool = True
    extra: str = ""  # of this package, where CrewAI needs the provider's own library
    begins: tuple[str, ...] = ()  # how the names of its models begin, to guess from a bare one


OPENAI = Provider(
    "openai", "OpenAI", "https://api.openai.com/v1", ("OPENAI_API_KEY",), begins=("gpt-", "o1", "o3", "o4")
)
OLLAMA = Provider("ollama", "Ollama", "http://127.0.0.1:11434/v1", ("OLLAMA_API_KEY",), needs_key=False)
SERVER = Provider("server", "the server", needs_key=False)
ON_THIS_MACHINE = Provider(LOCAL, "this machine", needs_key=False, extra=LOCAL)

PROVIDERS = {
    provider.id: provider
    for provider in (
        OPENAI,
        OLLAMA,
        Provider("anthropic", "Anthropic", "", ("ANTHROPIC_API_KEY",), extra="anthropic", begins=("claude",)),
        Provider(
            "gemini", "Google", "", ("GEMINI_API_KEY", "GOOGLE_API_KEY"), extra="gemini", begins=("gemini",)
        ),
        Provider("openrouter", "OpenRouter", "https://openrouter.ai/api/v1", ("OPENROUTER_API_KEY",)),
        Provider("deepseek", "DeepSeek", "https://api.deepseek.com/v1", ("DEEPSEEK_API_KEY",),
                 begins=("deepseek-chat", "deepseek-reasoner")),
        Provider("cerebras", "Cerebras", "https://api.cerebras.ai/v1", ("CEREBRAS_API_KEY",)),
    )
}  # fmt: skip
_ALIASES = {"claude": "anthropic", "google": "gemini"}


@dataclass(frozen=True)
class Model:
    """A model that the player named. ``name`` is what its server calls it; "" where that is to be asked."""

    given: str
    provider: Provider
    name: str
    address: str = ""

    @property
    def label(self) -> str:
        """The model in words, for the inside of a sentence: no address holds a secret."""
        if self.provider is ON_THIS_MACHINE:
            return f"the model {PurePath(self.name).name}"
        return f"the model {self.name} at {self.where}" if self.name else f"the model at {self.where}"

    @property
    def where(self) -> str:
        """Who serves it, in words."""
        return urlsplit(self.address).netloc if self.provider is SERVER else self.provider.title

    @property
    def on_loopback(self) -> bool:
        """Whether nothing leaves this machine."""
        return self.provider is ON_THIS_MACHINE or is_loopback(self.address)


def is_loopback(address: str) -> bool:
    """Whether an address is this machine's own."""
    host = urlsplit(address).hostname or ""
    return host in LOOPBACK or host.startswith("127.")


def read_model(given: str, config: ModelConfig, environ: Mapping[str, str]) -> Model:
    """The model that a name means. Nothing is asked for. Raises ConfigError."""
    prefix, _, rest = given.partition("/")
    prefix = _ALIASES.get(prefix.lower(), prefix.lower())
    if given.startswith(f"{LOCAL}:"):
        path = given.removeprefix(f"{LOCAL}:")
        if not path:
            raise ConfigError("“local:” names no file.", "Write local:/path/to/model.gguf, or a folder.")
        return Model(given, ON_THIS_MACHINE, path)
    if prefix in ("http:", "https:"):
        address, _, name = given.partition("#")
        return Model(given, SERVER, name, _checked(address))
    if prefix in PROVIDERS and rest:
        return Model(given, PROVIDERS[prefix], rest, _address_of(PROVIDERS[prefix], config, environ))
    if config.base_url:
        return Model(given, SERVER, given, _checked(config.base_url))
    raise ConfigError(f"The model “{given}” was taken for nobody's: whose it is must stand before it.",
                      _guess(given, prefix))  # fmt: skip


def _address_of(provider: Provider, config: ModelConfig, environ: Mapping[str, str]) -> str:
    if provider is OLLAMA:
        return ollama_address(environ)
    if provider is OPENAI and config.base_url:
        return _checked(config.base_url)
    return provider.address


def _guess(given: str, prefix: str) -> str:
    if given.lower().endswith(".gguf"):
        return f"Did you mean local:{given}?"
    likely = next((p for p in PROVIDERS.values() if p.begins and given.startswith(p.begins)), OLLAMA)
    name = given if prefix not in PROVIDERS else f"{prefix}/NAME"
    meant = name if "/" in name and prefix in PROVIDERS else f"{likely.id}/{name}"
    return (
        f"Did you mean {meant}? It can begin with {', '.join(f'{p}/' for p in PROVIDERS)} or {LOCAL}:, "
        "be the address of a server, or any name when base_url is set."
    )


def ollama_address(environ: Mapping[str, str]) -> str:
    """Where Ollama is, by its own variable, which may be a host, a host and port, or an address."""
    host = environ.get("OLLAMA_HOST", "").strip()
    if not host:
        return OLLAMA.address
    parts = urlsplit(host if "://" in host else f"http://{host}")
    try:
        port = parts.port or (443 if parts.scheme == "https" else 11434)
    except ValueError:
        raise ConfigError(f"OLLAMA_HOST can't be “{host[:60]}”.", "Write it like 127.0.0.1:11434.") from None
    # 0.0.0.0 is what a server listens on; whoever asks it asks this machine.
    name = parts.hostname if parts.hostname not in (None, "0.0.0.0", "::") else "127.0.0.1"
    return f"{parts.scheme}://{f'[{name}]' if ':' in name else name}:{port}/v1"


def _checked(address: str) -> str:
    """The address of a server, ending where its paths begin. Raises ConfigError."""
    try:
        parts = urlsplit(address)
        known = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        fits = known and not any(map(str.isspace, address))
    except ValueError:
        parts, fits = urlsplit(""), False
    if parts.username is not None or parts.password is not None:
        raise ConfigError(
            "The address of a model's server can't hold a password.",
            "Take it out, and set POCKET_PORTALS_API_KEY or api_key_file instead.",
        )
    if not fits or parts.query or parts.fragment:
        raise ConfigError(
            f"“{address[:80]}” is no address of a server.", "Write it like http://127.0.0.1:8080/v1."
        )
    path = parts.path.rstrip("/") or "/v1"
    return f"{parts.scheme}://{parts.netloc}{path}"


def key_for(model: Model, config: ModelConfig, environ: Mapping[str, str]) -> Secret | None:
    """The key to send to this model's server and to no other; None where none is known nor needed.

    Raises ConfigError when one is needed.
    """
    if config.api_key and _is_the_configured(model, config, environ):
        return _sendable(config.api_key, "api_key")
    # A key of OpenAI's goes to OpenAI, and elsewhere only where its own variable says so.
    elsewhere = model.provider is OPENAI and model.address not in (
        OPENAI.address, environ.get("OPENAI_BASE_URL", "").rstrip("/")
    )  # fmt: skip
    for name in () if elsewhere else model.provider.keys:
        if given := environ.get(name, "").strip():
            return _sendable(Secret(given), name)
    if model.provider.needs_key and not elsewhere:
        raise ConfigError(
            f"There is no key for {model.provider.title}.",
            f"Set {model.provider.keys[0]}, or api_key_file under [model].",
        )
    return None


def _is_the_configured(model: Model, config: ModelConfig, environ: Mapping[str, str]) -> bool:
    """Whether it is where ``api_key`` belongs: with the model of the whole crew."""
    whole = read_model(config.model, config, environ) if config.model else None
    return whole is not None and (whole.provider, whole.address) == (model.provider, model.address)


def _sendable(key: Secret, name: str) -> Secret:
    if not (key.reveal().isascii() and key.reveal().isprintable()):
        raise ConfigError(f"The key in {name} has characters that no key has.", "Copy it again.")
    return key
