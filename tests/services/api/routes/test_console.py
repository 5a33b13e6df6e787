from pathlib import Path

import pytest
from fastapi.testclient import TestClient


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    built = tmp_path / "dist"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_text("<title>明镜</title>", encoding="utf-8")
    (built / "assets" / "app-1a2b.js").write_text("0", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    return built


@pytest.mark.usefixtures("dist")
@pytest.mark.parametrize("path", ["", "cards", "cases/9133/2026-1", "assets"])
def test_any_page_of_the_application_is_the_index(client: TestClient, path: str) -> None:
    assert "明镜" in client.get(f"/console/{path}").text


@pytest.mark.usefixtures("dist")
def test_the_root_leads_to_the_console(client: TestClient) -> None:
    assert client.get("/").url.path == "/console/"


@pytest.mark.usefixtures("dist")
def test_assets_are_kept_for_ever_and_the_index_is_asked_again(client: TestClient) -> None:
    kept = [client.get(f"/console/{path}").headers["cache-control"] for path in ("assets/app-1a2b.js", "")]

    assert kept == ["public, max-age=31536000, immutable", "no-cache"]


@pytest.mark.usefixtures("dist")
def test_an_asset_of_an_older_build_is_not_the_index(client: TestClient) -> None:
    assert client.get("/console/assets/app-0000.js").status_code == 404


@pytest.mark.usefixtures("dist")
@pytest.mark.parametrize("path", ["%2e%2e/secret.txt", "..%2fsecret.txt", "assets/%2e%2e/%2e%2e/secret.txt"])
def test_nothing_outside_of_the_console_is_served(client: TestClient, path: str) -> None:
    assert "secret" not in client.get(f"/console/{path}").text


@pytest.mark.usefixtures("dist")
def test_the_console_may_only_run_scripts_of_its_own(client: TestClient) -> None:
    policy = client.get("/console/").headers["content-security-policy"]

    assert "script-src 'self';" in policy
    assert "default-src 'none'" in policy


def test_a_console_that_was_not_built_says_how_to_build_it(client: TestClient) -> None:
    answer = client.get("/console/")

    assert answer.status_code == 503
    assert "npm run build" in answer.text
