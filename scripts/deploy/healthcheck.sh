#!/bin/bash
# Is the service alive? For the image, which has no curl: bash opens the connection itself.
# Readiness is not health: a restart does not bring a database back.
set -eu

port="${INGESTER_METRICS_PORT:-8002}"
if [ "$port" = 0 ]; then exit 0; fi

exec 3<>"/dev/tcp/127.0.0.1/$port"
printf 'GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
IFS=' ' read -r -t 5 _ status _ <&3
[ "$status" = 200 ]
