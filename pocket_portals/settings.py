"""The one table of settings: for each its key, type, default, what is allowed and what it is for.

Reading, ``config show`` and config.toml.example all follow it. The table is read from the annotations, so
they are no strings here.
"""

from typing import Annotated, Literal, NamedTuple

from pocket_portals.setting_kinds import Hidden, Kind, Name, Number, OneOf, Pairs, Secret, Switch, pairs

PREFIX = "POCKET_PORTALS_"
DAY = 86_400  # seconds
AGENTS = ("narrator", "keeper", "jester", "innkeeper", "interviewer", "quest_designer", "chronicler")
REBOUND = tuple(
    "help sheet quest journal map look dice odds find undo branch title retell memory storyteller "
    "settings choices retire save quit".split()
)


class Borrowed(NamedTuple):
    """A variable that other programs read too; ``per`` of its ``unit`` make one of ours."""

    name: str
    unit: str = ""
    per: int = 1

    def read(self, kind: Kind, given: str) -> object:
        """The value in our unit."""
        return kind.read(given if self.per == 1 else float(given) / self.per)


class About(NamedTuple):
    """What is said of a setting beside its type and default."""

    kind: Kind
    words: str
    borrowed: tuple[Borrowed, ...] = ()


class Setting(NamedTuple):
    """One line of the table."""

    section: str
    key: str
    default: object
    kind: Kind
    about: str
    borrowed: tuple[Borrowed, ...] = ()

    @property
    def env(self) -> str:
        """Our own environment variable for it."""
        return PREFIX + self.key.upper()

    @property
    def file_key(self) -> str:
        """The key that names a file holding it; empty unless it is a secret."""
        return f"{self.key}_file" if isinstance(self.kind, Hidden) else ""


class StorageConfig(NamedTuple):
    """Where runs are kept."""

    backend: Annotated[
        Literal["auto", "redis", "file", "memory"],
        About(
            OneOf(("auto", "redis", "file", "memory")),
            "Where runs are kept. auto: in files, and in Redis too when its address is known; "
            "redis: the same, but its address has to be known; memory: nowhere, for trying things out.",
            (Borrowed("SESSION_BACKEND"),),
        ),
    ] = "auto"
    redis_url: Annotated[
        Secret | None,
        About(
            Hidden("an address", sample="redis://user:password@host:6379/0"),
            "The address of Redis. It may hold a password, so a file with it in must be readable by you "
            "alone.",
            (Borrowed("REDIS_URL"),),
        ),
    ] = None
    ttl_days: Annotated[
        float,
        About(
            Number(0, 36_500, whole=False),
            "Days that Redis keeps a run after it was last played; 0 keeps it for ever.",
            (Borrowed("REDIS_SESSION_TTL", unit="seconds", per=DAY),),
        ),
    ] = 90
    compress: Annotated[
        bool, About(Switch(), "Whether runs take a third of the room, at some milliseconds a turn.")
    ] = False

    @property
    def ttl_seconds(self) -> int:
        """``ttl_days`` in seconds; 0 keeps for ever."""
        return round(self.ttl_days * DAY)


class StoryConfig(NamedTuple):
    """What a new run is like."""

    world: Annotated[
        str, About(Name("the id of a world"), "The world of a new run; see `pocket-portals worlds list`.")
    ] = "ember-road"
    length: Annotated[
        str, About(OneOf(("short", "standard", "long")), "How long a story is: about 25, 50 or 100 turns.")
    ] = "standard"
    storyteller: Annotated[
        str,
        About(
            OneOf(("auto", "storybook", "crew")),
            "Who tells it. storybook: the authored words, no model needed. crew: a language model. "
            "auto: the crew where a model is set, else the storybook.",
        ),
    ] = "auto"


class ModelConfig(NamedTuple):
    """The language model of the crew. What its name can be is read in ``crew/naming.py``."""

    model: Annotated[
        str,
        About(
            Name("a model's name", empty="none"),
            "The language model of the crew: ollama/llama3.2, openai/…, anthropic/…, gemini/…, openrouter/…, "
            "local:/path/to/model.gguf, or the address of a server that speaks OpenAI's language, such as "
            "http://127.0.0.1:8080/v1 or http://127.0.0.1:8080/v1#name.",
        ),
    ] = ""
    base_url: Annotated[
        str,
        About(
            Name("an address", empty="the provider's own"),
            "Where models named openai/… are, and those of which nothing else says where.",
            (Borrowed("OPENAI_BASE_URL"),),
        ),
    ] = ""
    api_key: Annotated[
        Secret | None,
        About(
            Hidden("a key", sample="sk-1234", private=True),
            "The key for `model`. The provider's usual variable, such as OPENAI_API_KEY, is read too.",
        ),
    ] = None
    timeout: Annotated[
        float,
        About(Number(1, 3600, whole=False), "Seconds that the model may be silent before it is given up."),
    ] = 60
    agents: Annotated[
        str,
        About(
            Pairs("agents with a model each, such as keeper=ollama/llama3.2, jester=openai/gpt-4o", AGENTS),
            "Agents that use another model than the rest. In this file also as a table [model.agents].",
        ),
    ] = ""
    context: Annotated[
        int, About(Number(1024, 1_048_576), "Tokens that a local model keeps in mind; more take more memory.")
    ] = 8192
    threads: Annotated[
        int, About(Number(0, 256), "Threads that a local model computes with; 0 takes half of what there is.")
    ] = 0

    @property
    def named(self) -> bool:
        """Whether there is a model at all."""
        return bool(self.model or self.agents)

    @property
    def by_agent(self) -> dict[str, str]:
        """The agents that have a model of their own."""
        return pairs(self.agents)


class ScreenConfig(NamedTuple):
    """How the game looks."""

    theme: Annotated[str, About(Name("the name of a theme"), "The colours.")] = "tavern"
    pace: Annotated[
        int, About(Number(0, 10_000), "Words a second as a scene is told; 0 shows it at once.")
    ] = 60
    motion: Annotated[bool, About(Switch(), "Whether dice roll and panels slide.")] = True
    numbers: Annotated[bool, About(Switch(), "Whether the turn is counted beside the arc of the story.")] = (
        False
    )
    keys: Annotated[
        str,
        About(
            Pairs("commands with a key each, such as map=f12, undo=ctrl+y", REBOUND),
            "Commands that are to have another key. In this file also as a table [screen.keys].",
        ),
    ] = ""

    @property
    def by_command(self) -> dict[str, str]:
        """The commands that have a key of the player's own."""
        return pairs(self.keys)


class ServeConfig(NamedTuple):
    """The service that `pocket-portals serve` opens."""

    host: Annotated[str, About(Name("an address of this machine"), "Where the service listens.")] = (
        "127.0.0.1"
    )
    port: Annotated[int, About(Number(1, 65_535), "Its port; the game in the browser has the next one.")] = (
        8000
    )
    workers: Annotated[int, About(Number(1, 64), "Processes that answer. More than one need Redis.")] = 1
    turns_at_once: Annotated[
        int, About(Number(1, 10_000), "Turns that a process plays at the same time.")
    ] = 32
    actions_per_minute: Annotated[int, About(Number(1, 100_000), "Actions of one session.")] = 120
    sessions_per_minute: Annotated[int, About(Number(1, 100_000), "Sessions begun from one address.")] = 30
    visitors: Annotated[
        int, About(Number(1, 1000), "People who may play in the browser at the same time.")
    ] = 8


class Config(NamedTuple):
    """All settings."""

    storage: StorageConfig = StorageConfig()
    story: StoryConfig = StoryConfig()
    model: ModelConfig = ModelConfig()
    screen: ScreenConfig = ScreenConfig()
    serve: ServeConfig = ServeConfig()


SECTIONS: dict[str, type[StorageConfig | StoryConfig | ModelConfig | ScreenConfig | ServeConfig]] = {
    "storage": StorageConfig,
    "story": StoryConfig,
    "model": ModelConfig,
    "screen": ScreenConfig,
    "serve": ServeConfig,
}

SETTINGS: tuple[Setting, ...] = tuple(
    Setting(section, key, cls._field_defaults[key], *annotation.__metadata__[0])
    for section, cls in SECTIONS.items()
    for key, annotation in cls.__annotations__.items()
)
