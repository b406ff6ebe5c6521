"""A server that speaks OpenAI's chat completions (vLLM, Ollama, llama.cpp, ...), as a writer.

It may stall, drip, flood, break off or send anything: two limits on time, one on size, and one failure for all of it.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import threading
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from corpus.errors import BadInput
from models.writer_protocol import IN_ALL_S, MOST_TOKENS, Chat, WriterFailed, without_thinking

KEY_VARIABLE = "SECONDSOURCE_WRITER_KEY"
"""The environment variable that holds a server's key; it is sent to that server and stands in no message."""
MODEL_VARIABLE = "SECONDSOURCE_WRITER_MODEL"
"""The environment variable that names the server's model; without it, the first one it lists."""
MOST_CHARACTERS = 4_000
"""What a writer may write; a reply that is longer is cut off, its connection closed."""
MOST_BYTES = 1_000_000
"""What a server may send for one answer, thinking and wrapping included."""
BETWEEN_PIECES_S = 20.0
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
        until = time.monotonic() + self.in_all_s
        try:
            with _Connection(self, until) as connection:
                body: dict[str, object] = {
                    "model": self.model or connection.first_model(),
                    "messages": chat,
                    "stream": True,
                    "temperature": 0,
                    "max_tokens": MOST_TOKENS,
                }
                yield from _pieces(connection.lines("/chat/completions", body, _NOT_THINKING))
        except TimeoutError as error:
            raise WriterFailed(f"The writer at {_host(self.url)} took too long.") from error
        except (OSError, http.client.HTTPException) as error:
            if time.monotonic() >= until:
                raise WriterFailed(f"The writer at {_host(self.url)} took too long.") from error
            raise WriterFailed(f"The writer at {_host(self.url)} cannot be reached or broke off.") from error
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            raise WriterFailed(f"The writer at {_host(self.url)} sent something that is no answer.") from error


def load_server(url: str) -> ServerWriter:
    """By base URL, with the model and the key that the environment names. Raises BadInput, without any secret."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise BadInput("The writer's URL cannot be read: expected something like http://127.0.0.1:8000/v1.") from error
    if not parts.hostname or parts.username or parts.query:
        raise BadInput(
            f"The writer's URL must be a host and a path, like http://127.0.0.1:8000/v1; a key belongs in {KEY_VARIABLE}."
        )
    return ServerWriter(url, os.environ.get(MODEL_VARIABLE), key=os.environ.get(KEY_VARIABLE))


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


class _Connection:
    """One connection for one answer, with both limits on time and one on size.

    A watchdog shuts the socket when all the time is used up, whatever the server drips meanwhile.
    """

    def __init__(self, writer: ServerWriter, until: float) -> None:
        parts = urlsplit(writer.url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._between, self._until, self._left = writer.between_pieces_s, until, MOST_BYTES
        self._base = parts.path.rstrip("/").removesuffix("/v1") + "/v1"
        self._headers = {"Content-Type": "application/json"}
        if writer.key:
            self._headers["Authorization"] = f"Bearer {writer.key}"
        self._connection = kind(parts.hostname or "", parts.port, timeout=self._patience())
        self._socket: socket.socket | None = None
        self._replies: list[http.client.HTTPResponse] = []
        self._watchdog = threading.Timer(max(until - time.monotonic(), 0), self._shut)
        self._watchdog.daemon = True

    def __enter__(self) -> _Connection:
        self._watchdog.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._watchdog.cancel()
        self._shut()
        for reply in self._replies:  # one that closes its connection is no longer the connection's to close
            reply.close()
        self._connection.close()

    def _shut(self) -> None:
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def first_model(self) -> str:
        """The first model that the server lists."""
        response = self._response("GET", "/models", None)
        if response.status != 200:
            raise ValueError(f"status {response.status}")
        return _text(json.loads(b"".join(self._read(response)))["data"][0]["id"])

    def lines(self, path: str, body: Mapping[str, object], extra: Mapping[str, object]) -> Iterator[bytes]:
        """The lines of a streamed reply. A reply of another type than text/event-stream is none."""
        response = self._response("POST", path, {**body, **extra})
        if response.status in (400, 422):
            list(self._read(response))
            response = self._response("POST", path, body)
        kind = (response.getheader("Content-Type") or "").lower()
        if response.status != 200 or not kind.startswith("text/event-stream"):
            raise ValueError(f"status {response.status}, {kind}")
        held = b""
        for part in self._read(response):
            *whole, held = (held + part).split(b"\n")
            yield from whole
        yield held

    def _response(self, method: str, path: str, body: Mapping[str, object] | None) -> http.client.HTTPResponse:
        self._connection.timeout = self._patience()
        sent = None if body is None else json.dumps(body).encode()
        self._connection.request(method, self._base + path, sent, self._headers)
        self._socket = self._connection.sock
        self._replies.append(self._connection.getresponse())
        return self._replies[-1]

    def _read(self, response: http.client.HTTPResponse) -> Iterator[bytes]:
        """What arrives, as it arrives; every wait is as long as the limits allow, and a flood is cut off."""
        while self._socket is not None:
            with suppress(OSError):  # closed at the end of a reply
                self._socket.settimeout(self._patience())
            part = response.read1(65_536)
            if not part:
                return
            self._left -= len(part)
            if self._left < 0:
                raise ValueError("a flood")
            yield part

    def _patience(self) -> float:
        """Seconds until the next limit. Raises TimeoutError when there are none left."""
        left = min(self._between, self._until - time.monotonic())
        if left <= 0:
            raise TimeoutError
        return left
