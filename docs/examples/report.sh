#!/bin/sh
# Report a file of events, one JSON a line, at most 1000: sh report.sh https://jc.example.gov.cn agency.key events.jsonl
# Prints the receipt and ends with 1 if any event was rejected. Sent again it is told as duplicates; curl itself tries
# again what 429 and 503 put off, as long as they ask for.
set -eu
[ $# -eq 3 ] || { echo "sh report.sh URL KEY-FILE EVENTS.jsonl" >&2; exit 1; }
receipt=$(curl --silent --show-error --fail-with-body --retry 5 "$1/v1/events" \
  -H "Authorization: Bearer $(cat "$2")" \
  -H 'Content-Type: application/x-ndjson' \
  -H "Idempotency-Key: $(sha256sum "$3" | cut -c1-32)" \
  --data-binary "@$3") || { echo "$receipt"; exit 1; }
echo "$receipt"
case $receipt in *'"rejected":0,'*) ;; *) exit 1 ;; esac
