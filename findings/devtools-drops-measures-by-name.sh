#!/usr/bin/env bash
# @paulirish/trace_engine 0.0.65 (the model of Chrome DevTools' Performance panel): it leaves out every mark and measure
# that has the name of a time of navigation or resource timing, such as `workerStart` or `responseEnd`, also if the
# page's own code made it. A measure with a track of its own (`detail.devtools`) is left out too. Guessed before: it
# shows them all, because a measure may have any name, and the page's timeline has them.
#
# Seen: the lines at the end. Needs Node 20. Fails if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-fund --no-audit @paulirish/trace_engine@0.0.65

cat > run.mjs <<'JS'
globalThis.DOMRect ??= class {}; // the package asks for it
const { TraceModel } = await import('@paulirish/trace_engine');

for (const name of ['workerStart', 'requestStart', 'responseEnd', 'fetchStart', 'workerstart', 'worker-start']) {
  const detail = name.startsWith('f') ? { devtools: { track: 'Mine' } } : null;
  performance.measure(name, { start: 10, end: 20, detail });
}
const measures = performance.getEntriesByType('measure');
const names = (entries) => JSON.stringify(entries.map(({ name }) => name).sort());

// As Chromium writes measures into a recording.
const events = measures.flatMap(({ name, startTime, duration, detail }, index) => {
  const common = { pid: 1, tid: 1, cat: 'blink.user_timing', name, id: `0x${index}` };
  const args = detail ? { detail: JSON.stringify(detail) } : {};
  return [
    { ...common, ph: 'b', ts: startTime * 1000, args },
    { ...common, ph: 'e', ts: (startTime + duration) * 1000, args: {} },
  ];
});
const model = TraceModel.Model.createWithAllHandlers();
await model.parse(events);
const { UserTimings, ExtensionTraceData } = model.parsedTrace().data;
console.log('timeline', names(measures));
console.log('DevTools', names(UserTimings.performanceMeasures));
console.log('tracks', JSON.stringify(ExtensionTraceData.extensionTrackData));
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'timeline ["fetchStart","requestStart","responseEnd","worker-start","workerStart","workerstart"]
DevTools ["worker-start","workerstart"]
tracks []' ]
