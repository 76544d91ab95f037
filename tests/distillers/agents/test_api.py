"""A model behind an API is asked over HTTP. The service is a stand-in on loopback that speaks the providers' forms.

The worker needs the extra ``agents``. Where that is not installed the preflight and the worker say how to get it, and
that is then what each of these tests sees.
"""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from typing import Any

import pytest

from distillers import prompt
from distillers.agents.base import AgentSpec, DeferredError, FailedError, MissingError, Reply, Usage
from distillers.agents.dialects import API, THOUGHT
from distillers.agents.program import ProgramAgent
from distillers.agents.registry import LIBRARY, build
from distillers.digest import Digest

PAGES = ("decisions", "notes")
FORM = prompt.schema(PAGES)
SAID = "never push to main, because the release is cut from it"
ASKED = prompt.ask(Digest(f"e0 human: {SAID}", {}, 20, 20, critical=False), PAGES)
FOUND = {"findings": [{"claim": SAID, "kind": "rule", "page": "notes", "quotes": [{"handle": "e0", "text": SAID}]}]}
SECRET = "key-of-the-test"


def chat(found: Any) -> dict[str, Any]:
    call = {"id": "c1", "type": "function", "function": {"name": "final_result", "arguments": json.dumps(found)}}
    message = {"role": "assistant", "content": None, "tool_calls": [call]}
    choice = {"index": 0, "finish_reason": "tool_calls", "message": message}
    usage = {"prompt_tokens": 900, "completion_tokens": 70, "total_tokens": 970}
    return {"id": "r", "object": "chat.completion", "created": 1, "model": "small", "choices": [choice], "usage": usage}


def responses(found: Any) -> dict[str, Any]:
    call = {
        "id": "c1",
        "call_id": "c1",
        "type": "function_call",
        "name": "final_result",
        "arguments": json.dumps(found),
    }
    usage: dict[str, Any] = {"input_tokens": 900, "output_tokens": 70, "total_tokens": 970}
    usage |= {"input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0}}
    head = {"id": "r", "object": "response", "created_at": 1, "model": "small", "status": "completed", "error": None}
    tail = {"parallel_tool_calls": False, "tool_choice": "required", "tools": []}
    return {**head, **tail, "output": [{**call, "status": "completed"}], "usage": usage}


def messages(found: Any) -> dict[str, Any]:
    call = {"type": "tool_use", "id": "c1", "name": "final_result", "input": found}
    usage = {"input_tokens": 900, "output_tokens": 70}
    return {"id": "m", "type": "message", "role": "assistant", "model": "small", "content": [call], "usage": usage} | {
        "stop_reason": "tool_use",
        "stop_sequence": None,
    }


def contents(found: Any) -> dict[str, Any]:
    part = {"functionCall": {"name": "final_result", "args": found}}
    usage = {"promptTokenCount": 900, "candidatesTokenCount": 70, "totalTokenCount": 970}
    answer = {"content": {"role": "model", "parts": [part]}, "finishReason": "STOP", "index": 0}
    return {"candidates": [answer], "usageMetadata": usage, "modelVersion": "small"}


PROVIDERS: dict[str, tuple[Callable[[Any], dict[str, Any]], dict[str, str]]] = {
    "openai:small": (responses, {"OPENAI_BASE_URL": "/v1", "OPENAI_API_KEY": ""}),
    "ollama:small": (chat, {"OLLAMA_BASE_URL": "/v1", "OLLAMA_API_KEY": ""}),
    "anthropic:small": (messages, {"ANTHROPIC_BASE_URL": "", "ANTHROPIC_API_KEY": ""}),
    "google:small": (contents, {"GOOGLE_GEMINI_BASE_URL": "", "GEMINI_API_KEY": ""}),
}


class Service:
    """Answers every request with ``status`` and ``body``, and keeps what it was asked."""

    def __init__(self) -> None:
        self.status, self.body = 200, dict[str, Any]()
        self.asked: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                service.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                text = json.dumps(service.body).encode()
                self.send_response_only(service.status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(text)))
                self.send_header("retry-after", "0")
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def agent(self, model: str) -> Any:
        here = f"http://127.0.0.1:{self.server.server_address[1]}"
        named = PROVIDERS[model][1].items()
        env = {name: f"{here}{path}" if name.endswith("_URL") else SECRET for name, path in named}
        return build(AgentSpec("api", "api", model=model, env=env, seconds=60.0))


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    thread = threading.Thread(target=made.server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.server.shutdown()
        made.server.server_close()
        thread.join()


def asked_or_told(agent: Any) -> Reply | None:
    """The reply; None if the extra is not there, after both the preflight and the worker said how to get it."""
    if find_spec(LIBRARY):
        assert agent.ready() == ""
        return agent.run(ASKED, FORM)
    assert "'.[agents]'" in agent.ready()
    with pytest.raises(MissingError) as raised:
        agent.run(ASKED, FORM)
    assert "'.[agents]'" in raised.value.output
    return None


@pytest.mark.parametrize("model", sorted(PROVIDERS))
def test_a_model_of_each_provider_is_asked_once_without_tools_and_answers(service: Service, model: str) -> None:
    service.body = PROVIDERS[model][0](FOUND)
    reply = asked_or_told(service.agent(model))
    if reply is None:
        return
    assert (reply.data, reply.usage) == (FOUND, Usage(900, 70))
    ((path, headers, body),) = service.asked
    assert SAID in json.dumps(body)
    assert SECRET in "".join(headers.values()), path
    assert json.dumps(body).count("final_result") == 1, "the form of the answer is all that it can call"
    assert str(THOUGHT) in json.dumps(body), "it cannot take more than was set aside"


@pytest.mark.parametrize(
    ("status", "error"),
    [(429, DeferredError), (529, DeferredError), (500, DeferredError), (401, MissingError), (404, MissingError)],
)
def test_a_service_that_refuses_is_told_apart(service: Service, status: int, error: type[Exception]) -> None:
    service.status, service.body = status, {"error": {"type": "refused", "message": "no"}}
    try:
        assert asked_or_told(service.agent("anthropic:small")) is None
    except (DeferredError, FailedError, MissingError) as raised:
        assert type(raised) is error  # noqa: PT017 (which error it is depends on the case)


def test_an_answer_of_another_form_fails_and_is_not_asked_again(service: Service) -> None:
    service.body = chat({"wrong": 1})
    agent = service.agent("ollama:small")
    if find_spec(LIBRARY):
        data = agent.run(ASKED, FORM).data
        assert data == {"wrong": 1}, "the form is judged where all answers are"
    service.body = {
        **chat(FOUND),
        "choices": [{**chat(FOUND)["choices"][0], "message": {"role": "assistant", "content": "no"}}],
    }
    try:
        assert asked_or_told(agent) is None
    except FailedError:
        assert len(service.asked) == 2


def test_the_budget_reserves_what_the_model_may_take_at_most() -> None:
    agent = build(AgentSpec("api", "api", model="openai:small"))
    assert isinstance(agent, ProgramAgent)
    assert agent.most("x" * 400, {}).tokens - agent.most("", {}).tokens == 100
    assert agent.most("", {"a": "x" * 40}).tokens > agent.most("", {}).tokens + 10 > API.overhead + THOUGHT + 10
