#!/usr/bin/env bash
# zone.js 0.16.3 (Angular's): with it, structuredClone() and postMessage() copy a promise as a plain object that holds
# its state and its value or reason. They still refuse the promise of an async function, which stays the engine's own,
# and a pending promise with a listener, of which they name the listener. Guessed before: a DataCloneError for each, as
# without zone.js, because a promise cannot be cloned. So a forgotten `await` arrives in the worker as an object.
#
# Seen with Node 20.20.2, 22.23.3 and 26.10.0: the lines at the end. Needs npm. Fails if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-fund --no-audit zone.js@0.16.3

cat > run.mjs <<'JS'
const pause = () => new Promise((resolve) => setTimeout(resolve, 20));

/** Sends each promise through a port, and prints what arrives. */
async function show(title) {
  const failed = Promise.reject(new RangeError('too big'));
  failed.catch(() => {});
  const listened = new Promise(() => {});
  listened.then(() => {});
  const promises = {
    resolved: Promise.resolve(5),
    failed,
    pending: new Promise(() => {}),
    listened,
    async: (async () => 5)(),
  };
  const seen = [];
  for (const [state, promise] of Object.entries(promises)) {
    const { port1, port2 } = new MessageChannel();
    port2.onmessage = ({ data }) => {
      const [known, value] = Object.values(data);
      seen.push(`${state}: ${known} ${Array.isArray(value) ? 'list' : value}`);
    };
    try {
      port1.postMessage(promise);
    } catch (error) {
      seen.push(`${state}: ${error.name}`);
    }
    await pause();
    port1.close();
  }
  console.log(`${title}: ${seen.join(', ')}`);
}

await show('without');
await import('zone.js');
await show('with');
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'without: resolved: DataCloneError, failed: DataCloneError, pending: DataCloneError, listened: DataCloneError, async: DataCloneError
with: resolved: true 5, failed: false RangeError: too big, pending: null list, listened: DataCloneError, async: DataCloneError' ]
