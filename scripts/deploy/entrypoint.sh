#!/bin/sh
# The entry point of the image. Today's compose files start the ingester through Python:
# those leading words are removed, so that the command there need not change.
set -eu

words=$#
for word in poetry run python3 manage.py; do
  if [ "${1-}" = "$word" ]; then shift; fi
done

# Today's dashboard has other programs that look into the spool and count the files in failed/.
if [ $# -lt "$words" ]; then export REASON_FILES="${REASON_FILES:-apart}"; fi

case "${1-}" in
  monitor | monitor_submissions | monitor-submissions)
    # Nobody can reach loopback inside a container; compose decides who reaches the container.
    case " ${INGESTER_METRICS_HOST:+--metrics-host} $* " in
      *" --metrics-host"*) ;;
      *) set -- "$@" --metrics-host 0.0.0.0 ;;
    esac
    ;;
esac

# Runtime variables: with these set, the program would do something else, or nothing.
unset BUN_OPTIONS BUN_BE_BUN BUN_INSPECT BUN_INSPECT_PRELOAD BUN_CONFIG_VERBOSE_FETCH

exec kci-ingester "$@"
