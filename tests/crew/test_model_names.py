"""What a model's name means, and where a key goes."""

from __future__ import annotations

import pytest

from pocket_portals.crew.agents import load_agents
from pocket_portals.crew.naming import OLLAMA, key_for, ollama_address, read_model
from pocket_portals.errors import ConfigError
from pocket_portals.setting_kinds import Secret
from pocket_portals.settings import AGENTS, ModelConfig

KEYS = {"OPENAI_API_KEY": "sk-openai", "ANTHROPIC_API_KEY": "sk-anthropic", "OPENROUTER_API_KEY": "sk-router"}
LM_STUDIO = "http://127.0.0.1:1234/v1"


@pytest.mark.parametrize(
    ("given", "base_url", "provider", "name", "address"),
    [
        ("ollama/llama3.2:3b", "", "ollama", "llama3.2:3b", OLLAMA.address),
        ("openai/gpt-4o", "", "openai", "gpt-4o", "https://api.openai.com/v1"),
        ("OpenAI/gpt-4o", "", "openai", "gpt-4o", "https://api.openai.com/v1"),
        ("openai/qwen", LM_STUDIO, "openai", "qwen", LM_STUDIO),
        ("anthropic/claude-sonnet-4-5", LM_STUDIO, "anthropic", "claude-sonnet-4-5", ""),
        ("claude/claude-sonnet-4-5", "", "anthropic", "claude-sonnet-4-5", ""),
        ("gemini/gemini-2.5-flash", "", "gemini", "gemini-2.5-flash", ""),
        ("openrouter/meta/llama:free", "", "openrouter", "meta/llama:free", "https://openrouter.ai/api/v1"),
        ("local:~/m/a.gguf", "", "local", "~/m/a.gguf", ""),
        ("http://127.0.0.1:8080", "", "server", "", "http://127.0.0.1:8080/v1"),
        ("http://127.0.0.1:1234/v1/#openai/gpt-oss-20b", "", "server", "openai/gpt-oss-20b", LM_STUDIO),
        ("https://models.example/api/v3#x", "", "server", "x", "https://models.example/api/v3"),
        ("llama3", LM_STUDIO, "server", "llama3", LM_STUDIO),
        ("meta-llama/Llama-3.1-8B", LM_STUDIO, "server", "meta-llama/Llama-3.1-8B", LM_STUDIO),
    ],
)
def test_a_name_says_whose_model_it_is_and_where(
    given: str, base_url: str, provider: str, name: str, address: str
) -> None:
    model = read_model(given, ModelConfig(base_url=base_url), {})
    assert (model.provider.id, model.name, model.address) == (provider, name, address)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("llama3.2", "ollama/llama3.2"),
        ("gpt-4o", "openai/gpt-4o"),
        ("claude-sonnet-4-5", "anthropic/claude-sonnet-4-5"),
        ("gemini-2.5-pro", "gemini/gemini-2.5-pro"),
        ("~/models/a.gguf", "local:~/models/a.gguf"),
        ("openai/", "openai/NAME"),
        ("ollama", "ollama/NAME"),
        ("local:", "local:/path/to/model.gguf"),
        ("meta-llama/Llama-3.1-8B", "ollama/meta-llama/Llama-3.1-8B"),
    ],
)
def test_a_bare_name_is_sent_to_nobody_and_the_likely_meaning_is_said(given: str, meant: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_model(given, ModelConfig(), KEYS)
    assert meant in str(caught.value)


@pytest.mark.parametrize("address", ["http://", "http://a b/v1", "http://h:99999/v1", "https://h/v1?key=x"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ConfigError, match="no address"):
        read_model(address, ModelConfig(), {})


@pytest.mark.parametrize("address", ["http://me:hunter2@h/v1", "http://hunter2@h/v1"])
def test_a_password_in_an_address_is_refused_unshown(address: str) -> None:
    for given, base_url in ((address, ""), ("llama", address)):
        with pytest.raises(ConfigError, match="POCKET_PORTALS_API_KEY") as caught:
            read_model(given, ModelConfig(base_url=base_url), {})
        assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("", "http://127.0.0.1:11434/v1"),
        ("0.0.0.0", "http://127.0.0.1:11434/v1"),
        ("127.0.0.1:8000", "http://127.0.0.1:8000/v1"),
        ("http://[::1]:8000", "http://[::1]:8000/v1"),
        ("https://gpu.example", "https://gpu.example:443/v1"),
    ],
)
def test_ollama_is_where_its_own_variable_says(host: str, address: str) -> None:
    assert ollama_address({"OLLAMA_HOST": host}) == address


# Keys


def key(given: str, environ: dict[str, str], **settings: object) -> str | None:
    config = ModelConfig(model=given, **settings)  # type: ignore[arg-type]
    found = key_for(read_model(given, config, environ), config, environ)
    return found.reveal() if found else None


def test_each_provider_gets_its_own_key() -> None:
    assert key("openai/gpt-4o", KEYS) == "sk-openai"
    assert key("anthropic/claude-sonnet-4-5", KEYS) == "sk-anthropic"
    assert key("openrouter/a/b", KEYS) == "sk-router"


def test_the_key_of_openai_goes_nowhere_else() -> None:
    assert key("openai/qwen", KEYS, base_url=LM_STUDIO) is None
    assert key("qwen", KEYS, base_url=LM_STUDIO) is None
    assert key(f"{LM_STUDIO}#qwen", KEYS) is None
    assert key("ollama/qwen", KEYS) is None


def test_the_key_of_openai_goes_where_its_own_variable_says() -> None:
    environ = KEYS | {"OPENAI_BASE_URL": "https://gateway.example/v1/"}
    assert key("openai/gpt-4o", environ, base_url="https://gateway.example/v1/") == "sk-openai"


def test_the_key_of_the_settings_is_for_the_model_of_the_crew_and_no_agents_own() -> None:
    config = ModelConfig(model=f"{LM_STUDIO}#qwen", api_key=Secret("sk-mine"))
    mine, other = (read_model(name, config, {}) for name in (config.model, "http://10.0.0.1/v1#x"))
    assert key_for(mine, config, {}) == Secret("sk-mine")
    assert key_for(other, config, {}) is None


def test_a_missing_key_is_told_by_its_variable() -> None:
    with pytest.raises(ConfigError, match="ANTHROPIC_API_KEY"):
        key("anthropic/claude-sonnet-4-5", {})


def test_a_key_that_can_be_no_key_is_refused_unshown() -> None:
    with pytest.raises(ConfigError, match="OPENAI_API_KEY") as caught:
        key("openai/gpt-4o", {"OPENAI_API_KEY": "sk-hunter2\n\x00ü"})
    assert "hunter2" not in str(caught.value)


def test_every_agent_can_have_a_model_of_its_own() -> None:
    assert set(load_agents().agents) == set(AGENTS)
