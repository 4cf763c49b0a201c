#!/bin/sh
# Mails refused submissions to those who sent them, one mail for each origin. For --refused-hook:
#   kci-ingester monitor … --refused-hook '/usr/local/bin/mail-refused.sh /etc/kci-ingester.origins'
# The file has a line for each origin, ORIGIN ADDRESS; "*" stands for all others, and for files whose
# origin nobody knows. An origin without an address gets no mail. Needs jq and a sendmail: SENDMAIL
# names another one. Any exit code but 0 lets the service try again.
set -eu

addresses=${1:?expected a file with lines ORIGIN ADDRESS}
refusals=$(cat)

# Submissions are not trusted: invalid origins count as unknown.
known='[.origins[] | select(test("^[a-z0-9_]{1,100}$"))] | if . == [] then ["unknown"] else unique end'

address_of() {
  ORIGIN=$1 awk '$1 == ENVIRON["ORIGIN"] { print $2; found = 1; exit } $1 == "*" { other = $2 }
    END { if (!found && other) print other }' "$addresses"
}

for origin in $(printf '%s\n' "$refusals" | jq -r "$known | .[]" | sort -u); do
  address=$(address_of "$origin")
  [ -n "$address" ] || continue
  printf '%s\n' "$refusals" | jq -rs --arg origin "$origin" --arg address "$address" '
    def plain: tostring | gsub("[[:cntrl:]]"; "?") | .[0:300];
    map(select('"$known"' | index($origin))) |
    "To: \($address)",
    "Subject: KernelCI refused \(length) submission\(if length == 1 then "" else "s" end) of \($origin)",
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
    "",
    "These submissions were refused and are in no database. Correct and send them again;",
    "kci-ingester validate FILE shows beforehand what would be refused.",
    (.[0:20][] |
      "",
      "\(.file | plain): \(if .issues == [] then .message else .reason end | plain)",
      (.issues[0:5][] |
        "  \(.path | plain): expected \(.expected | plain), got \(.got | plain)",
        (.hint // empty | "    \(plain)"))),
    (if length > 20 then "", "… and \(length - 20) more" else empty end)
  ' | "${SENDMAIL:-sendmail}" -t -oi || exit 75
done
