#!/usr/bin/env bash
# Node 20.20.2 and Deno 2.9.6: the callback of a PerformanceObserver has the AsyncLocalStorage store of the code that
# made the first entry of its list, for the entries of all others too. With `buffered` it has the store of observe().
# Guessed before: always the store of the code that made the observer, because the callback is that code's; or none, as
# in Bun 1.4.5. So an observer that logs with the current request's id puts other requests' entries under it.
#
# Seen: the lines at the end; Node 22.23.3 and 26.10.0 do as Node 20. Needs npm, Node 20. Fails if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-fund --no-audit deno@2.9.6 bun@1.4.5

cat > run.mjs <<'JS'
import { AsyncLocalStorage } from 'node:async_hooks';

const current = new AsyncLocalStorage();
const seen = [];

function observe(options) {
  const told = new Promise((resolve) => {
    const observer = new PerformanceObserver((list) => {
      const names = list.getEntries().map(({ name }) => name);
      seen.push(`${names.join(' and ')} in ${current.getStore() ?? 'none'}`);
      observer.disconnect();
      resolve();
    });
    observer.observe(options);
  });
  return told;
}
const told = current.run('observer', observe, { entryTypes: ['measure'] });
current.run('first', () => performance.measure('a'));
current.run('second', () => performance.measure('b'));
await told;
await current.run('observer', observe, { type: 'measure', buffered: true });
console.log(seen.join(', '));
JS
seen=$(
  node run.mjs
  node_modules/.bin/deno run -A run.mjs
  node_modules/.bin/bun run.mjs
)
echo "$seen"
[ "$seen" = 'a and b in first, a and b in observer
a and b in first, a and b in observer
a and b in none, a and b in observer' ]
