#!/usr/bin/env bash
# Deno 2.9.6: Vitest 4.1.12 fails, without any package of ours, with its pool `threads`
# (parentPort.removeAllListeners() is not implemented), with `vmThreads` (node:vm links no module), and in jsdom and
# happy-dom as soon as a port closes (Deno makes the event of the page's Event class). Guessed before: it runs, as
# in Node 20.20. Its pool `forks` without a DOM does.
#
# Seen: forks passes, the other three fail with these messages. Needs npm. Fails if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --silent --no-fund --no-audit deno@2.9.6 vitest@4.1.12 jsdom@26.1.0 happy-dom@21.0.4

cat > port.test.js <<'JS'
import { expect, test } from 'vitest';

test('a port gives a message', async () => {
  const { port1, port2 } = new MessageChannel();
  const got = new Promise((resolve) => (port2.onmessage = ({ data }) => resolve(data)));
  port1.postMessage(5);
  expect(await got).toBe(5);
  port2.close();
});
JS

echo "import { expect, test } from 'vitest'; test('adds', () => expect(1 + 1).toBe(2));" > adds.test.js

# $1: the environment. $2: the pool. $3: what is printed.
expect() {
  local seen
  seen=$(NO_COLOR=1 node_modules/.bin/deno run -A node_modules/vitest/vitest.mjs run --environment="$1" --pool="$2" 2>&1 || true)
  if [[ $seen == *"$3"* ]]; then echo "$1, $2: $3"; else
    echo "$seen"
    exit 1
  fi
}
expect node forks 'Tests  2 passed'
expect node threads 'Not implemented: parentPort.removeAllListeners'
expect node vmThreads 'TypeError: Invalid arguments'
expect jsdom forks "Failed to execute 'dispatchEvent' on 'EventTarget': parameter 1 is not of type 'Event'."
expect happy-dom forks "Failed to execute 'dispatchEvent' on 'EventTarget': parameter 1 is not of type 'Event'."
