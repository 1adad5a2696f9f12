"""The service reports its state to those who run it, and every answer has its headers and its line of log."""

import asyncio
import json
import logging
import re
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from inkdigits import DigitReader, __version__
from inkdigits.models.bundle import read_bundle
from inkdigits.service import Limits, create_app
from inkdigits.service.routes.pages import add_pages
from inkdigits.service.transport.envelope import ACCESS_LOGGER, SECURITY_HEADERS
from support.serving import PATIENCE_S, Address, FailingReader, serving, serving_app

PHOTO = Path(__file__).parents[3] / "samples" / "photo-20741.jpg"
PNG = {"Content-Type": "image/png"}


def counts(client: httpx.Client) -> dict[str, float]:
    lines = (line for line in client.get("/metrics").text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_health(client: httpx.Client) -> None:
    assert client.get("/healthz").json() == {"status": "alive"}
    assert client.get("/readyz").json() == {"status": "ready"}


def test_it_is_not_ready_before_its_start(reader: DigitReader) -> None:
    app = create_app(reader)
    transport = httpx.ASGITransport(app)  # without a lifespan

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url="http://inkdigits") as client:
            return await client.get("/readyz")

    response = asyncio.run(ask())
    assert (response.status_code, response.headers["retry-after"]) == (503, "1")


def test_models_are_what_the_bundle_says(client: httpx.Client) -> None:
    info = read_bundle().info
    (model,) = client.get("/v1/models").json()["models"]
    assert (model["name"], model["version"], model["parameters"]) == (info.name, info.version, info.parameters)
    assert [budget["max_error"] for budget in model["budgets"]] == [budget.max_error for budget in info.budgets]


def test_what_is_done_is_counted(client: httpx.Client) -> None:
    before = counts(client)
    client.post("/v1/read", content=PHOTO.read_bytes(), headers=PNG)
    client.post("/v1/read", content=b"x", headers=PNG)
    client.get("/nowhere")
    after = counts(client)
    grown = {name: after[name] - before.get(name, 0) for name in after}
    assert grown['inkdigits_digits_total{outcome="digit"}'] == 5
    assert grown['inkdigits_pictures_total{outcome="digits"}'] == 1
    assert grown['inkdigits_pictures_total{outcome="error"}'] == 1
    assert grown['inkdigits_requests_total{path="/v1/read",status="200"}'] == 1
    assert grown['inkdigits_requests_total{path="/v1/read",status="415"}'] == 1
    assert grown['inkdigits_requests_total{path="other",status="404"}'] == 1
    assert grown['inkdigits_request_seconds_count{path="/v1/read"}'] == 2
    assert after["inkdigits_pictures_in_flight"] == 0
    assert after["process_resident_memory_bytes"] > 0
    assert "inkdigits_shed_total" in after


@pytest.mark.parametrize("path", ["/docs", "/healthz", "/nowhere", "/v1/read", "/metrics", "/openapi.json"])
def test_every_answer_has_the_headers_that_browsers_heed(client: httpx.Client, path: str) -> None:
    response = client.get(path)
    assert {name: response.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert response.headers["cache-control"] == "no-store"
    assert "server" not in response.headers
    policy = SECURITY_HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/v1/read", 405), ("DELETE", "/healthz", 405), ("GET", "/v1/", 404)]
)
def test_other_paths_and_methods_are_problems(client: httpx.Client, method: str, path: str, status: int) -> None:
    response = client.request(method, path)
    assert (response.status_code, response.json()["status"]) == (status, status)
    assert response.headers["content-type"] == "application/problem+json"
    assert ("allow" in response.headers) == (status == httpx.codes.METHOD_NOT_ALLOWED)


def test_other_origins_are_refused_unless_allowed(client: httpx.Client, reader: DigitReader) -> None:
    headers = {"Origin": "https://example.org"}
    assert "access-control-allow-origin" not in client.get("/healthz", headers=headers).headers
    with serving(reader, Limits(), allowed_origins=["https://example.org"]) as address:
        allowed = httpx.get(f"{address.url}/healthz", headers=headers, timeout=PATIENCE_S)
        other = httpx.get(f"{address.url}/healthz", headers={"Origin": "https://example.com"}, timeout=PATIENCE_S)
    assert allowed.headers["access-control-allow-origin"] == "https://example.org"
    assert "access-control-allow-origin" not in other.headers


def test_each_request_is_a_line_of_json_without_pictures_and_names(
    client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    body = PHOTO.read_bytes()
    with caplog.at_level(logging.INFO, ACCESS_LOGGER):
        client.post("/v1/read?max_error=0.01", files={"picture": ("salary.jpg", body)})
        client.get("/somewhere/else")
        client.get("/healthz")  # the line before is written when this one is answered
    read, nowhere, *_ = [json.loads(record.message) for record in caplog.records if record.name == ACCESS_LOGGER]
    assert (read["method"], read["path"], read["status"], read["client"]) == ("POST", "/v1/read", 200, "127.0.0.1")
    assert read["bytes_in"] > len(body)
    assert read["ms"] > 0
    assert (nowhere["path"], nowhere["status"]) == ("/somewhere/else", 404)
    assert "salary" not in caplog.text
    assert "max_error" not in caplog.text


def test_a_fault_that_nobody_foresaw_is_told_without_a_trace(caplog: pytest.LogCaptureFixture) -> None:
    broken = FailingReader()
    with serving(broken, Limits()) as address:
        broken.is_broken = True
        response = httpx.post(f"{address.url}/v1/read", content=PHOTO.read_bytes(), headers=PNG, timeout=PATIENCE_S)
        assert httpx.get(f"{address.url}/healthz", timeout=PATIENCE_S).status_code == httpx.codes.OK
    assert response.status_code == httpx.codes.INTERNAL_SERVER_ERROR
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "secret" not in response.text
    assert "ZeroDivision" not in response.text
    assert "secret-of-the-house" in caplog.text  # whoever runs it can find out


def test_the_reference_lists_every_route_and_has_no_script(client: httpx.Client, address: Address) -> None:
    description = client.get("/openapi.json").json()
    page = client.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert all(f"</span> {path}<" in page.text for path in description["paths"])
    assert {"/v1/read", "/v1/models", "/healthz", "/readyz", "/metrics", "/v2"} <= set(description["paths"])
    assert "<script" not in page.text
    assert "style=" not in page.text
    assert re.findall(r"(?:href|src)='(/[^']*)'", page.text)
    for link in re.findall(r"(?:href|src)='(/[^']*)'", page.text):
        assert httpx.get(address.url + link, timeout=PATIENCE_S).status_code == httpx.codes.OK
    for anchor in re.findall(r"href='#(\w+)'", page.text):
        assert f"id='{anchor}'" in page.text
    assert __version__ in page.text


def test_refusals_are_described_under_their_own_type(client: httpx.Client) -> None:
    operation = client.get("/openapi.json").json()["paths"]["/v1/read"]["post"]
    for status, response in operation["responses"].items():
        kind = "application/json" if status == "200" else "application/problem+json"
        assert list(response["content"]) == [kind], status
    assert {"image/png", "multipart/form-data", "application/json"} <= set(operation["requestBody"]["content"])


def test_the_page_is_its_files_and_nothing_beside_them(tmp_path: Path) -> None:
    folder = tmp_path / "static"
    folder.mkdir()
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    app = FastAPI(redirect_slashes=False)
    add_pages(app, folder)
    assert "/" not in {getattr(route, "path", None) for route in app.routes}
    (folder / "index.html").write_text("<!doctype html>", encoding="utf-8")
    (folder / "words.json").write_text("{}", encoding="utf-8")
    (folder / "js").mkdir()
    (folder / "js" / "main.js").write_text("let a;", encoding="utf-8")
    add_pages(app, folder)
    with serving_app(app, Limits()) as address, httpx.Client(base_url=address.url, timeout=PATIENCE_S) as client:
        index = client.get("/")
        assert (index.text, index.headers["content-type"]) == ("<!doctype html>", "text/html; charset=utf-8")
        assert client.get("/js/main.js").headers["content-type"].startswith("text/javascript")
        assert client.get("/words.json").headers["content-type"].startswith("application/json")
        assert client.get("/", headers={"If-None-Match": index.headers["etag"]}).status_code == httpx.codes.NOT_MODIFIED
        for path in (
            "/../secret.txt",
            "/%2e%2e/secret.txt",
            "/js/..%2f..%2fsecret.txt",
            "/js",
            "/js/",
            "/js/main.js/",
            "//etc/passwd",
        ):
            assert client.get(path).status_code == httpx.codes.NOT_FOUND
