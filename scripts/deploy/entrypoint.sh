#!/bin/sh
# The entry point of the image. Today's compose files start the ingester through Python:
# those leading words are taken away, so that the command there can stay as it is.
set -eu

words=$#
for word in poetry run python3 manage.py; do
  if [ "${1-}" = "$word" ]; then shift; fi
done

# Beside today's dashboard its other programs look into the spool: they count what is in failed/.
if [ $# -lt "$words" ]; then export REASON_FILES="${REASON_FILES:-apart}"; fi

case "${1-}" in
  monitor | monitor_submissions | monitor-submissions)
    # Loopback inside a container reaches nobody; what reaches the container is for compose to say.
    case " ${INGESTER_METRICS_HOST:+--metrics-host} $* " in
      *" --metrics-host"*) ;;
      *) set -- "$@" --metrics-host 0.0.0.0 ;;
    esac
    ;;
esac

# Variables of the runtime: with them the program would do something else, or nothing.
unset BUN_OPTIONS BUN_BE_BUN BUN_INSPECT BUN_INSPECT_PRELOAD BUN_CONFIG_VERBOSE_FETCH

exec kci-ingester "$@"
