#!/usr/bin/env bash
# binaryen 132.0.0: optimize() removes `atomic.fence` at every level, 0 too, even between two plain stores to shared
# memory. Its pass `precompute` alone does so, as in 118.0.0. Guessed before: a fence stays, because it is there for its
# effect, and because the same levels keep an `atomic.load`, an `atomic.rmw.add` of 0 and a `memory.atomic.notify` whose
# results are dropped.
#
# Seen: the lines at the end. Needs Node 20. Fails if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-fund --no-audit binaryen@132.0.0

cat > run.mjs <<'JS'
import binaryen from 'binaryen';

const INSTRUCTIONS = ['atomic.fence', 'atomic.load', 'atomic.rmw.add', 'atomic.notify'];
const TEXT = `(module
  (memory 1 1 shared)
  (func (export "publish") (param $value i32)
    (i32.store (i32.const 0) (local.get $value))
    (atomic.fence)
    (i32.store (i32.const 4) (i32.const 1))
    (drop (i32.atomic.load (i32.const 8)))
    (drop (i32.atomic.rmw.add (i32.const 8) (i32.const 0)))
    (drop (memory.atomic.notify (i32.const 8) (i32.const 1)))))`;

function kept(title, optimize) {
  const module = binaryen.parseText(TEXT);
  module.setFeatures(binaryen.Features.All);
  optimize(module);
  const text = module.emitText();
  console.log(`${title}: ${INSTRUCTIONS.filter((name) => text.includes(name)).join(' ')}`);
  module.dispose();
}
kept('as it was', () => {});
for (const level of [0, 1, 2, 3]) {
  kept(`level ${level}`, (module) => {
    binaryen.setOptimizeLevel(level);
    binaryen.setShrinkLevel(0);
    module.optimize();
  });
}
kept('vacuum and dce', (module) => module.runPasses(['vacuum', 'dce']));
kept('precompute', (module) => module.runPasses(['precompute']));
JS
seen=$(node run.mjs)
echo "$seen"
others='atomic.load atomic.rmw.add atomic.notify'
[ "$seen" = "as it was: atomic.fence $others
level 0: $others
level 1: $others
level 2: $others
level 3: $others
vacuum and dce: atomic.fence $others
precompute: $others" ]
