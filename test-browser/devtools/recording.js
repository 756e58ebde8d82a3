import { Handlers, TraceModel } from '@paulirish/trace_engine';

/**
 * @import { CDPSession, Page } from '@playwright/test'
 * @import { Types } from '@paulirish/trace_engine'
 */

/**
 * One event of a recording, as CDP reports it and as DevTools reads it from a file.
 *
 * @typedef {Types.Events.Event} TraceEvent
 */

/** @typedef {Types.Events.SyntheticUserTimingPair | Types.Events.PerformanceMark} UserTimingEvent */

/**
 * An entry of User Timing in a recording.
 *
 * @typedef {object} UserTiming
 * @property {string} name
 * @property {number} ts start in microseconds on the recording's own clock, as in its trace events
 * @property {number} startMs start in milliseconds from the recording's beginning, as DevTools shows it
 * @property {number} durationMs 0 for a mark
 * @property {any} detail the entry's parsed `detail` without its `devtools`; `undefined` if it has none
 */

/**
 * An entry that `detail.devtools` moved out of the Timings track.
 *
 * @typedef {object} MovedTiming
 * @property {string | undefined} track the custom track; `undefined` for a marker, which has none
 * @property {string | undefined} trackGroup
 * @property {Types.Extensions.DevToolsObj} devtools the entry's `detail.devtools`
 */

/**
 * The User Timing of a recording, as DevTools' Performance panel lays it out.
 *
 * @typedef {object} UserTimings
 * @property {UserTiming[]} measures the measures in the Timings track, in the order in which the
 *   panel stacks them: by start, an enclosing measure before those that it encloses
 * @property {UserTiming[]} marks the marks in the Timings track as they were made, those that the
 *   page has cleared included
 * @property {(UserTiming & MovedTiming)[]} tracksMoved what custom tracks show instead, track by track
 */

/** What DevTools' Performance panel records unless told otherwise, screenshots left out. */
const DEVTOOLS_CATEGORIES = [
  'blink.console',
  'blink.user_timing',
  'loading',
  'devtools.timeline',
  'disabled-by-default-devtools.target-rundown',
  'disabled-by-default-devtools.timeline.frame',
  'disabled-by-default-devtools.timeline.stack',
  'disabled-by-default-devtools.timeline',
  'disabled-by-default-devtools.v8-source-rundown-sources',
  'disabled-by-default-devtools.v8-source-rundown',
  'disabled-by-default-layout_shift.debug',
  'disabled-by-default-v8.inspector',
  'disabled-by-default-v8.cpu_profiler.hires',
  'disabled-by-default-v8.cpu_profiler',
  'disabled-by-default-lighthouse',
  'v8.execute',
  'v8',
  'cppgc',
  'navigation,rail',
];

/** As much as DevTools asks for: a full buffer ends the recording before `action` has ended. */
const BUFFER_SIZE_KB = 1_200_000;

/**
 * Records what DevTools' Performance panel would record while `action` runs. Chromium traces the
 * whole browser, so that a browser can make one recording at a time, and one of several open pages
 * has the others' events in it too.
 *
 * @param {Page} page a page of Chromium
 * @param {() => unknown} action what to record; awaited
 * @returns {Promise<TraceEvent[]>}
 * @throws what `action` throws, and an Error if Chromium lost events
 */
export async function recordTrace(page, action) {
  const session = await page.context().newCDPSession(page);
  try {
    /** @type {any[]} */
    const traceEvents = [];
    session.on('Tracing.dataCollected', ({ value }) => {
      for (const event of value) traceEvents.push(event);
    });
    await session.send('Tracing.start', {
      transferMode: 'ReportEvents',
      traceConfig: {
        recordMode: 'recordUntilFull',
        traceBufferSizeInKb: BUFFER_SIZE_KB,
        includedCategories: DEVTOOLS_CATEGORIES,
        excludedCategories: ['*'],
      },
    });
    let lossy = false;
    try {
      await action();
    } finally {
      lossy = await endTracing(session);
    }
    if (lossy) throw new Error('The recording is incomplete: Chromium lost events.');
    return traceEvents;
  } finally {
    await session.detach();
  }
}

/**
 * Ends the recording once all its events are delivered.
 *
 * @param {CDPSession} session
 * @returns {Promise<boolean>} whether events were lost
 */
async function endTracing(session) {
  const completed = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
  await session.send('Tracing.end');
  const { dataLossOccurred } = await completed;
  return dataLossOccurred;
}

/**
 * Reads the User Timing of a recording with DevTools' trace engine, which runs in Node as it is.
 *
 * @param {readonly TraceEvent[]} traceEvents
 * @returns {Promise<UserTimings>}
 */
export function parseUserTimings(traceEvents) {
  const parsed = parseQueue.then(() => parse(traceEvents));
  parseQueue = parsed.catch(() => {});
  return parsed;
}

/**
 * The engine's handlers are modules that hold the state of one parse, so that two may not overlap.
 *
 * @type {Promise<unknown>}
 */
let parseQueue = Promise.resolve();

const { ExtensionTraceData } = Handlers.ModelHandlers;

/** @param {readonly TraceEvent[]} traceEvents */
async function parse(traceEvents) {
  const model = TraceModel.Model.createWithAllHandlers();
  await model.parse(traceEvents);
  const parsed = model.parsedTrace();
  if (!parsed) throw new Error('The trace engine could not parse the recording.');
  const { Meta, UserTimings, ExtensionTraceData: extension } = parsed.data;

  /**
   * @param {{ name: string, ts: number, dur?: number }} event
   * @param {unknown} detail
   */
  const timing = (event, detail) => ({
    name: event.name,
    ts: event.ts,
    startMs: (event.ts - Meta.traceBounds.min) / 1000,
    durationMs: (event.dur ?? 0) / 1000,
    detail: detail ?? undefined,
  });

  /** @param {readonly UserTimingEvent[]} events */
  const inTimingsTrack = (events) =>
    events.flatMap((event) => {
      const { devtoolsObj, userDetail } =
        ExtensionTraceData.extensionDataInPerformanceTiming(event);
      return devtoolsObj ? [] : [timing(event, userDetail)];
    });

  /** @param {Types.Extensions.SyntheticExtensionEntry} entry */
  const moved = (entry) => ({
    ...timing(entry, entry.userDetail),
    track: 'track' in entry.devtoolsObj ? entry.devtoolsObj.track : undefined,
    trackGroup: 'trackGroup' in entry.devtoolsObj ? entry.devtoolsObj.trackGroup : undefined,
    devtools: entry.devtoolsObj,
  });

  return {
    measures: inTimingsTrack(UserTimings.performanceMeasures),
    marks: inTimingsTrack(UserTimings.performanceMarks),
    tracksMoved: [
      ...extension.extensionTrackData
        .flatMap((tracks) => Object.values(tracks.entriesByTrack))
        .flat(),
      ...extension.extensionMarkers,
    ].map(moved),
  };
}
