"""The desk's addresses: the page, the queue, one field, what-if, decisions, pictures. Starlette behind `guard`."""

from __future__ import annotations

import secrets
import signal
import socket
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from pipeline.corrections.journal import Superseded
from pipeline.desk.decide import NothingToDecide, ReadAnew, SubmittedDecision, decide, draft_decisions
from pipeline.desk.evidence import (
    as_decided,
    describe_typed,
    list_checks,
)
from pipeline.desk.facts import field_facts
from pipeline.desk.guard import App, Guard
from pipeline.desk.holdings import Holdings
from pipeline.desk.pictures import NoPicture, Picture, Studio
from pipeline.desk.places import find_spot
from pipeline.desk.queue import CellKey, QueuedField, list_queue, parse_key
from pipeline.desk.site import send_report
from pipeline.desk.words import desk_words
from pipeline.errors import AccessError, PipelineError, access_error
from pipeline.models import Box

STATIC = Path(__file__).parent / "static"

NO_PLACE = "这一格没有位置记录，请打开原件核对"

MOST_LISTED = 300
"""Fields of the queue that the page is given at once."""


@dataclass(frozen=True)
class Desk:
    """What the addresses have in common."""

    holdings: Holdings
    reviewer: str
    studio: Studio = field(default_factory=Studio)


def make_app(desk: Desk) -> Starlette:
    """Return the application behind the guard."""
    files = {"/": "index.html", "/desk.js": "desk.js", "/desk.css": "desk.css", "/desk.svg": "desk.svg"}
    files["/favicon.ico"] = "desk.svg"
    asked = {
        "/api/queue": show_queue,
        "/api/field": show_field,
        "/api/page": measure_page,
        "/crop": show_crop,
        "/page": show_page,
    }
    told = {"/api/preview": try_answer, "/api/decide": take_answer}
    return Starlette(
        routes=[
            *(Route(path, partial(_send_file, name)) for path, name in files.items()),
            Route("/report/{path:path}", partial(_send_report, desk.holdings.out)),
            *(Route(path, _ask(partial(answer, desk))) for path, answer in asked.items()),
            *(Route(path, _tell(partial(answer, desk)), methods=["POST"]) for path, answer in told.items()),
        ]
    )


async def _send_file(name: str, _request: Request) -> Response:
    return FileResponse(STATIC / name)


async def _send_report(out: Path, request: Request) -> Response:
    return await run_in_threadpool(send_report, out, request)


def _ask(answer: Callable[[Any], Response]) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> Response:
        """Answer what the address asks for, off the event loop."""
        return await run_in_threadpool(_safely, answer, request.query_params)

    return endpoint


def _tell(answer: Callable[[SubmittedDecision], Response]) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> Response:
        """Take what the body tells, or answer 422 with what is wrong in it."""
        try:
            given = SubmittedDecision.model_validate_json(await request.body())
        except ValidationError as error:
            return _problem(422, "；".join(str(one["msg"]) for one in error.errors()[:3]))
        return await run_in_threadpool(_safely, answer, given)

    return endpoint


def _safely(answer: Callable[[Any], Response], given: Any) -> Response:
    """Answer, or say what is wrong in a way that the page can show."""
    try:
        return answer(given)
    except ReadAnew:
        return _problem(409, "文件刚刚重新读取过，请重新打开这一格。")
    except (NothingToDecide, NoPicture) as error:
        return _problem(404, str(error))
    except AccessError as error:
        return _problem(507, error.message)
    except PipelineError as error:
        return _problem(404, error.message)


def _problem(status: int, message: str, **more: Any) -> Response:
    return JSONResponse({"problem": message} | more, status)


def show_queue(desk: Desk, given: Any) -> Response:
    """Return the part of the queue that was asked for: by state, group of fields, and words."""
    queue = list_queue(desk.holdings)
    decided = given.get("state") == "decided"
    chosen = [one for one in queue if (one.state == "decided") == decided]
    counts = Counter(one.group for one in chosen)
    wanted, words = given.get("group") or "", (given.get("q") or "").split()
    places = [one for one in chosen if all(given.get(name) in {None, "", one.place_facts()[name]} for name in PLACES)]
    found = [one for one in places if wanted in {"", one.group} and (not words or _mentions(one.facts(), words))]
    return JSONResponse(
        {
            "snapshot": desk.holdings.snapshot(),
            "reviewer": desk.reviewer,
            "open": sum(one.state != "decided" for one in queue),
            "decided": sum(one.state == "decided" for one in queue),
            "groups": [
                {"name": group.name, "title": group.title, "count": counts[group.name]} for group in desk_words().groups
            ],
            "places": {name: _count_places(chosen, name) for name in PLACES},
            "found": len(found),
            "fields": [one.facts() for one in found[:MOST_LISTED]],
        }
    )


PLACES = ("district", "file", "form")
"""Where a field is from, by which the queue can be narrowed."""


def _count_places(fields: list[QueuedField], name: str) -> list[dict[str, Any]]:
    counts = Counter(one.place_facts()[name] for one in fields)
    return [{"name": place, "count": counts[place]} for place in sorted(counts)]


def _mentions(facts: dict[str, Any], words: list[str]) -> bool:
    text = " ".join(str(facts[name]) for name in ("file", "project", "label", "text", "reason", "reviewer"))
    return all(word.casefold() in text.casefold() for word in words)


def show_field(desk: Desk, given: Any) -> Response:
    """Return everything that the page shows of one field."""
    return JSONResponse(field_facts(desk.holdings, parse_key(given.get("key") or "")))


def try_answer(desk: Desk, answer: SubmittedDecision) -> Response:
    """Say what an answer would come to, and write nothing."""
    key = parse_key(answer.key)
    read = desk.holdings.records(key.document_id)
    tried = draft_decisions(desk.holdings, key, answer)
    then = as_decided(read, desk.holdings.decisions(key.document_id), tried)
    return JSONResponse({"typed": describe_typed(then, key.address), "checks": list_checks(then, key.address)})


def take_answer(desk: Desk, answer: SubmittedDecision) -> Response:
    """Write an answer down; where someone else was first, say so and show what stands now."""
    key = parse_key(answer.key)
    try:
        decide(desk.holdings, key, answer)
    except Superseded:
        return _problem(409, "另一位复核人刚刚对这一格作出了决定，请看过再定。", field=field_facts(desk.holdings, key))
    except ReadAnew:
        return _problem(
            409, "文件刚刚重新读取过，这一格的读法变了，请看过再定。", field=field_facts(desk.holdings, key)
        )
    return JSONResponse({"field": field_facts(desk.holdings, key)})


def show_crop(desk: Desk, given: Any) -> Response:
    """Return the enlarged picture of a cell."""
    key = parse_key(given.get("key") or "")
    spot = find_spot(desk.holdings.records(key.document_id), key.address)
    if spot is None or spot.box is None:
        raise NoPicture(NO_PLACE)
    picture = _draw(desk, key, spot.page, spot.box)
    return Response(picture.data, media_type=picture.media_type)


def show_page(desk: Desk, given: Any) -> Response:
    """Return the picture of the page that a field is on."""
    picture = _draw_page(desk, parse_key(given.get("key") or ""))
    return Response(picture.data, media_type=picture.media_type)


def measure_page(desk: Desk, given: Any) -> Response:
    """Return the size, in points, of the page that a field is on."""
    picture = _draw_page(desk, parse_key(given.get("key") or ""))
    return JSONResponse({"width": picture.width, "height": picture.height})


def _draw_page(desk: Desk, key: CellKey) -> Picture:
    spot = find_spot(desk.holdings.records(key.document_id), key.address)
    if spot is None:
        raise NoPicture(NO_PLACE)
    return _draw(desk, key, spot.page, None)


def _draw(desk: Desk, key: CellKey, page: int, box: Box | None) -> Picture:
    source = desk.holdings.source(key.document_id)
    if source is None:
        raise NoPicture("找不到原件，文件可能已移走")
    return desk.studio.draw(source, key.document_id, page, box)


def open_socket(port: int) -> socket.socket:
    """Return a listening socket on this machine's own address; port 0 takes a free one.

    Raises:
        AccessError: the port is taken or may not be used.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen()
    except OSError as error:
        listener.close()
        raise access_error(error, f"port {port} of 127.0.0.1 cannot be used") from error
    return listener


def guard_app(desk: Desk, port: int, token: str) -> App:
    """Return the whole application as it is served."""
    return Guard(make_app(desk), port, token)


def serve(desk: Desk, port: int, announce: Callable[[str], None], start: str = "/") -> None:
    """Serve desk and report until stopped; `announce` is told the address to open, which only this run knows.

    SIGTERM ends it as Ctrl+C does, by KeyboardInterrupt.
    """
    import uvicorn

    with open_socket(port) as listener:
        taken, token = listener.getsockname()[1], secrets.token_urlsafe(24)
        config = uvicorn.Config(
            guard_app(desk, taken, token),
            log_level="warning",
            access_log=False,
            server_header=False,
            lifespan="off",
            ws="none",
        )
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        announce(f"http://127.0.0.1:{taken}{start}?token={token}")
        try:
            uvicorn.Server(config).run(sockets=[listener])
        finally:
            desk.studio.close()
