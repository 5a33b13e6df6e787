"""Report a file of events, one JSON a line.

python report.py https://jc.example.gov.cn agency.key events.jsonl
"""

import hashlib
import json
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

BATCH = 500


def post(url: str, key: str, lines: list[str]) -> dict:
    """Return the receipt; the same lines sent again are told as duplicates, so that trying again is safe."""
    body = "\n".join(lines).encode()
    request = urllib.request.Request(
        f"{url}/v1/events",
        data=body,
        headers={
            "Authorization": f"Bearer {key}",
            "Content-Type": "application/x-ndjson",
            "Idempotency-Key": hashlib.sha256(body).hexdigest()[:32],
        },
    )
    while True:
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refusal:
            if refusal.code not in (409, 429, 503):
                sys.exit(json.load(refusal)["detail"])
            time.sleep(int(refusal.headers.get("Retry-After", "1")))


def main(url: str, key_file: str, file: str) -> None:
    """Report all, print what was not accepted, and end with 1 if anything was rejected."""
    key = Path(key_file).read_text("utf-8").strip()
    lines = [line.strip() for line in Path(file).read_text("utf-8").splitlines() if line.strip()]
    rejected = 0
    for begin in range(0, len(lines), BATCH):
        receipt = post(url, key, lines[begin : begin + BATCH])
        rejected += receipt["rejected"]
        counts = f"接收 {receipt['accepted']}，重复 {receipt['duplicate']}，退回 {receipt['rejected']}"
        print(f"回执 {receipt['receipt']}：{counts}")
        for each in receipt["results"]:
            if each["result"] == "rejected":
                print(f"第 {begin + each['index'] + 1} 行 {each['place']}：{each['message']}")
    sys.exit(1 if rejected else 0)


if __name__ == "__main__":
    match sys.argv[1:]:
        case [url, key_file, file]:
            main(url, key_file, file)
        case _:
            sys.exit(__doc__)
