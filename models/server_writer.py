"""A server that speaks OpenAI's chat completions (vLLM, Ollama, llama.cpp, ...), as a writer.

It may stall, drip, flood, break off or send anything: two limits on time, one on size, and one failure for all of it.
"""

from __future__ import annotations

import json
import os
import ssl
import threading
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from corpus.errors import BadInput
from models.writer_protocol import IN_ALL_S, MOST_TOKENS, Chat, Role, WriterFailed, without_thinking

if TYPE_CHECKING:
    import httpx

KEY_VARIABLE = "SECONDSOURCE_{}_KEY"
"""The environment variable, with WRITER or READER in it, that holds a server's key; it is sent to that server and stands in no
message."""
MODEL_VARIABLE = "SECONDSOURCE_{}_MODEL"
"""The environment variable that names the server's model; without it, the first one it lists."""
MOST_CHARACTERS = 4_000
"""What a writer may write; a reply that is longer is cut off, its connection closed."""
MOST_BYTES = 1_000_000
"""What a server may send for one answer, thinking and wrapping included."""
BETWEEN_PIECES_S = 60.0
"""A small processor may read a prompt of a thousand tokens that long before it writes the first piece."""
_NOT_THINKING = {"chat_template_kwargs": {"enable_thinking": False}}
"""What vLLM and llama.cpp understand; a server that refuses it is asked again without."""


@dataclass(frozen=True)
class ServerWriter:
    """A server under a base URL ("http://host:8000/v1", with or without "/v1"), asked by POST /v1/chat/completions."""

    url: str
    model: str | None = None
    between_pieces_s: float = BETWEEN_PIECES_S
    in_all_s: float = IN_ALL_S
    key: str | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """The model and its host, without user, key, query or folder."""
        model = self.model or "a model"
        return f"{Path(model).name if model.startswith('/') else model} at {_host(self.url)}"

    def write(self, chat: Chat) -> Generator[str, None, None]:
        with closing(self._streamed(chat)) as pieces:
            yield from _at_most(without_thinking(pieces), MOST_CHARACTERS)

    def _streamed(self, chat: Chat) -> Generator[str, None, None]:
        import httpx

        until = time.monotonic() + self.in_all_s
        try:
            with self._client() as client:
                body: dict[str, object] = {
                    "model": self.model or _first_model(client, until),
                    "messages": chat,
                    "stream": True,
                    "temperature": 0,
                    "max_tokens": MOST_TOKENS,
                }
                yield from _pieces(_lines(client, body, until))
        except (TimeoutError, httpx.TimeoutException) as error:
            raise WriterFailed(f"The model at {_host(self.url)} took too long.") from error
        except (OSError, httpx.HTTPError, RuntimeError) as error:  # RuntimeError: the client was closed, for time was up
            late = time.monotonic() >= until
            what = "took too long" if late else "cannot be reached or broke off"
            raise WriterFailed(f"The model at {_host(self.url)} {what}.") from error
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            raise WriterFailed(f"The model at {_host(self.url)} sent something that is no answer.") from error

    @contextmanager
    def _client(self) -> Iterator[httpx.Client]:
        """Closed when all the time is used up, whatever the server drips meanwhile: httpx limits single waits only.

        The certificates are the system's, for a company has its own; a proxy of the environment is not asked.
        """
        import httpx

        key = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        base = self.url.rstrip("/").removesuffix("/v1") + "/v1"
        patience = min(self.between_pieces_s, self.in_all_s)
        headers = {"Accept-Encoding": "identity", **key}
        with httpx.Client(
            base_url=base, headers=headers, timeout=patience, trust_env=False, verify=ssl.create_default_context()
        ) as client:
            watchdog = threading.Timer(self.in_all_s, client.close)
            watchdog.daemon = True
            watchdog.start()
            try:
                yield client
            finally:
                watchdog.cancel()


def load_server(url: str, role: Role = "writer") -> ServerWriter:
    """By base URL, with the model and the key that the environment names for the role. Raises BadInput, without any secret."""
    model, key = (variable.format(role.upper()) for variable in (MODEL_VARIABLE, KEY_VARIABLE))
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise BadInput(f"The {role}'s URL cannot be read: expected something like http://127.0.0.1:8000/v1.") from error
    if not parts.hostname or parts.username or parts.query:
        raise BadInput(f"The {role}'s URL must be a host and a path, like http://127.0.0.1:8000/v1; a key belongs in {key}.")
    return ServerWriter(url, os.environ.get(model), key=os.environ.get(key))


def _host(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2]


def _at_most(pieces: Iterator[str], most: int) -> Iterator[str]:
    """The pieces up to so many characters."""
    left = most
    for piece in pieces:
        yield piece[:left]
        left -= len(piece)
        if left <= 0:
            return


def _pieces(lines: Iterator[bytes]) -> Iterator[str]:
    """The text of server-sent events up to [DONE]; a stream that ends without it, or without a reason, was cut."""
    finished = False
    for line in lines:
        if not line.startswith(b"data:"):
            continue
        data = line[5:].strip()
        if data == b"[DONE]":
            return
        event = json.loads(data)
        if event.get("error"):
            raise ValueError("an error in the stream")
        for choice in event["choices"][:1]:
            finished = finished or bool(choice.get("finish_reason"))
            if content := (choice.get("delta") or {}).get("content"):
                yield _text(content)
    if not finished:
        raise ConnectionError("the stream was cut off")


def _text(content: object) -> str:
    if not isinstance(content, str):
        raise TypeError("the content is no text")
    return content


def _first_model(client: httpx.Client, until: float) -> str:
    """The first model that the server lists."""
    with client.stream("GET", "/models") as response:
        if response.status_code != 200:
            raise ValueError(f"status {response.status_code}")
        return _text(json.loads(b"".join(_parts(response, until)))["data"][0]["id"])


def _lines(client: httpx.Client, body: Mapping[str, object], until: float) -> Iterator[bytes]:
    """The lines of a streamed reply. A reply of another type than text/event-stream is none."""
    for sent in ({**body, **_NOT_THINKING}, body):
        with client.stream("POST", "/chat/completions", json=sent) as response:
            if response.status_code in (400, 422) and sent is not body:
                continue
            kind = response.headers.get("Content-Type", "").lower()
            if response.status_code != 200 or not kind.startswith("text/event-stream"):
                raise ValueError(f"status {response.status_code}, {kind}")
            held = b""
            for part in _parts(response, until):
                *whole, held = (held + part).split(b"\n")
                yield from whole
            yield held
            return


def _parts(response: httpx.Response, until: float) -> Iterator[bytes]:
    """What arrives, as it arrives, until time is up; a flood is cut off."""
    left = MOST_BYTES
    for part in response.iter_raw():
        left -= len(part)
        if left < 0:
            raise ValueError("a flood")
        if time.monotonic() >= until:
            raise TimeoutError
        yield part
