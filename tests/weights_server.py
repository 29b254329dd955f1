"""A server on this machine that publishes weights, and a catalogue that knows it."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from paddlex_nb.catalogue.entry import ModelEntry, Weights
from paddlex_nb.core.task import Task

CONTENT = bytes(range(256)) * 4096


class Server:
    """Answers with `content`; counts what was asked.

    Attributes:
        content: What the file holds.
        etag: Sent with it, if not empty.
        cut: Close the connection after so many bytes.
        status: Refuse with it, if not 0.
        length: Announced instead of the right one, if not empty.
        hold: Waits for it after so many bytes as `cut` says, then sends the rest.
        asked: The Range header of each request.
        heads: How often only the header was asked for.
        silent: It is waited for before a header is sent.
    """

    def __init__(self) -> None:
        self.content, self.etag, self.cut, self.status = CONTENT, "", 0, 0
        self.asked: list[str] = []
        self.heads = 0
        self.silent: threading.Event | None = None
        self.hold: threading.Event | None = None
        self.length = ""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.answer(self)

            def do_HEAD(self) -> None:
                outer.heads += 1
                if outer.silent is not None:
                    outer.silent.wait(60)
                self.send_response(outer.status or 200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}/weights/Net_pretrained.pdparams"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        wanted = request.headers.get("Range", "")
        self.asked.append(wanted)
        start = int(wanted.removeprefix("bytes=").rstrip("-") or 0)
        if self.status or start >= len(self.content):
            request.send_error(self.status or 416)
            return
        body = self.content[start:]
        request.send_response(206 if wanted else 200)
        request.send_header("Content-Length", self.length or str(len(body)))
        if self.etag:
            request.send_header("ETag", f'"{self.etag}"')
        request.end_headers()
        request.wfile.write(body[: self.cut or None])
        if self.hold is not None:
            request.wfile.flush()
            self.hold.wait(60)
            request.wfile.write(body[self.cut :])

    def close(self) -> None:
        """Stop serving."""
        self._http.shutdown()
        self._http.server_close()


def entry(url: str, parameters: int = 0, sha256: str = "") -> ModelEntry:
    """A model with weights ``imagenet`` at an address, and ``ssld`` beside them."""
    return ModelEntry(
        name="Net",
        task=Task.CLASSIFICATION,
        suite="clas",
        architecture="Net",
        parameters=parameters,
        family="Net",
        weights=[
            Weights(name="imagenet", url=url, sha256=sha256),
            Weights(name="ssld", url=url.replace("pretrained", "ssld_pretrained")),
        ],
    )
