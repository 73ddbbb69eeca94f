#!/bin/sh
# Builds the mambamixer command of another commit and runs a benchmark against it:
#
#	sh tools/against.sh COMMIT bin/mambamixer bench against
#
# The command gets the other one's file as -against. The worktree in which it is built is gone afterwards.
set -eu

if ! commit=$(git rev-parse --verify --quiet --short=12 "$1^{commit}"); then
	echo "there is no commit $1 here; git log shows those there are" >&2
	exit 1
fi
shift
folder=$(mktemp -d)
trap 'git worktree remove --force "$folder/tree" || :; rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM
git worktree add --quiet --detach "$folder/tree" "$commit"
(cd "$folder/tree" && go build -o "$folder/mambamixer-$commit" ./cmd/mambamixer)
"$@" -against "$folder/mambamixer-$commit"
