/**
 * @file Prints a program as JavaScript, and that is what runs: so the text tells of each call to which
 * trace it belongs. The second argument of `call`, `enter` and `started` is that trace.
 */

/**
 * @typedef {import('./program.js').Program} Program
 * @typedef {import('./program.js').Side} Side
 * @typedef {import('./program.js').Statement} Statement
 * @typedef {import('./program.js').Work} Work
 */

/**
 * Where a piece of text stands.
 * @typedef {object} Place
 * @property {[string, string]} around the trace of each runtime around it
 * @property {ReadonlyMap<string, Side>} traces those that it can name
 * @property {string} indent
 */

const RUNTIMES = ['runtime', 'runtime2'];
const TASKS = ['task', 'task2'];
const NONE = 'none';

/** @param {Program} program */
export function print({ actors, memos }) {
  const top = { around: /** @type {[string, string]} */ ([NONE, NONE]), traces: new Map() };
  const called = { ...top, around: /** @type {[string, string]} */ (['T', 'T2']), indent: '' };
  const lines = memos.map(
    (body, slot) => `const memo${slot} = once(async (T, T2) => ${block(body, called)});`
  );
  const parts = actors.map((body) => `  (async () => ${block(body, { ...top, indent: '  ' })})(),`);
  return [...lines, 'await Promise.all([', ...parts, ']);'].join('\n');
}

/**
 * @param {Statement[]} body
 * @param {Place} place
 * @param {{ first?: string[], last?: string[] }} [more]
 */
function block(body, place, { first = [], last = [] } = {}) {
  const inner = { ...place, traces: new Map(place.traces), indent: `${place.indent}  ` };
  const lines = body.flatMap((statement) => {
    const text = printStatement(statement, inner);
    return text === '' ? [] : [text];
  });
  const all = [...first, ...lines, ...last].map((line) => `${inner.indent}${line}\n`);
  return all.length === 0 ? '{}' : `{\n${all.join('')}${place.indent}}`;
}

/**
 * @param {Place} place
 * @param {string} name
 * @param {Side} r
 * @returns {Place} inside of a trace
 */
function inside(place, name, r) {
  const around = /** @type {[string, string]} */ ([...place.around]);
  around[r] = name;
  return { ...place, around, traces: new Map([...place.traces, [name, r]]) };
}

/**
 * @param {Statement} statement
 * @param {Place} place of which the traces grow
 * @returns {string} empty if it names what is not there
 */
function printStatement(statement, place) {
  const { around, traces } = place;
  switch (statement.do) {
    case 'await':
      return `await ${printWork(statement.work, place)};`;
    case 'float':
      return `${printWork(statement.work, place)};`;
    case 'try':
      return `try { await ${printWork(statement.work, place)}; } catch {}`;
    case 'keep':
      return `kept[${statement.slot}] = ${printWork(statement.work, place)};`;
    case 'resolve':
      return `deferred[${statement.slot}].resolve();`;
    case 'start': {
      const { name, r } = statement;
      /** @type {Map<string, Side>} */ (traces).set(name, r);
      return `const ${name} = started(${RUNTIMES[r]}.startTrace('${name}'), ${around[r]});`;
    }
    case 'using': {
      const { name, r, body } = statement;
      const started = `started(${RUNTIMES[r]}.startTrace('${name}'), ${around[r]})`;
      const inner = { ...place, traces: new Map([...traces, [name, r]]) };
      const held = { ...inner, indent: `${place.indent}  ` };
      const used = `try ${block(body, held)} finally { ${name}[dispose](); }`;
      return `{\n${held.indent}const ${name} = ${started}; // using\n${held.indent}${used}\n${place.indent}}`;
    }
    case 'end':
      return traces.has(statement.trace) ? `${statement.trace}.end();` : '';
    case 'runSync': {
      const { trace, body } = statement;
      const r = traces.get(trace);
      const inner = r === undefined ? place : inside(place, trace, r);
      return r === undefined ? block(body, place) : `${trace}.run(() => ${block(body, inner)});`;
    }
    case 'callback': {
      const name = { microtask: 'queueMicrotask', timer: 'onTimer', message: 'onMessage' };
      return `${name[statement.when]}(() => ${block(statement.body, place)});`;
    }
    case 'on': {
      const inner = { ...place, around: /** @type {[string, string]} */ (['T', 'T2']) };
      return `on(${statement.slot}, (T, T2) => ${block(statement.body, inner)});`;
    }
    case 'emit':
      return `emit(${statement.slot}, ${around.join(', ')});`;
    case 'loop':
      return `for (let i = 0; i < ${statement.count}; i++) ${block(statement.body, place)}`;
    case 'abort':
      return printAbort(statement, place);
    case 'forAwait': {
      const { method, leaves, body } = statement;
      const stream = printCall(statement, `${method}(3)`, place);
      const last = leaves ? ['break;'] : [];
      return `for await (const x of ${stream}) ${block(body, place, { first: ['x;'], last })}`;
    }
    case 'read':
      return printRead(statement, place);
  }
}

/**
 * @param {Statement & { do: 'abort' }} statement
 * @param {Place} place
 */
function printAbort(statement, place) {
  const task = `${TASKS[statement.r]}.with({ signal: c.signal })`;
  const first = [
    'const c = new AbortController();',
    `const p = ${printCall(statement, 'later(10)', place, task)};`,
  ];
  if (statement.first) {
    const inner = { ...place, indent: `${place.indent}  ` };
    first.push('p.catch(() => {});', `await ${printWork(statement.first, inner)};`);
  }
  return block([], place, { first, last: ['c.abort();', 'try { await p; } catch {}'] });
}

/**
 * @param {Statement & { do: 'read' }} statement
 * @param {Place} place
 */
function printRead(statement, place) {
  const { method, ending, body } = statement;
  const first = [
    `const it = await ${printCall(statement, `${method}(3)`, place)};`,
    'await it.next();',
  ];
  const last = [
    'await it.next();',
    ending === 'return' ? 'await it.return();' : `try { await it.throw(new Error('x')); } catch {}`,
  ];
  return block(body, place, { first, last });
}

/**
 * @param {{ id: number, r: Side, by?: string }} call
 * @param {string} invocation
 * @param {Place} place
 * @param {string} [task]
 */
function printCall({ id, r, by }, invocation, { around, traces }, task = TASKS[r]) {
  const named = by !== undefined && traces.has(by);
  const callee = named ? `${by}.with(${task})` : task;
  const call = named ? 'callIn' : 'call';
  return `${call}(${id}, ${named ? by : around[r]}, () => ${callee}.${invocation})`;
}

const PAUSES = {
  timer: 'timer()',
  message: 'message()',
  event: 'event()',
  microtask: 'microtask()',
  null: 'null',
};

/**
 * @param {Work} work
 * @param {Place} place
 * @returns {string}
 */
function printWork(work, place) {
  switch (work.w) {
    case 'call':
      return printCall(work, work.method === 'now' ? 'now()' : 'later(2)', place);
    case 'failing':
      return printCall(work, 'fail()', place);
    case 'trace': {
      const { name, r, sync, throws, body } = work;
      const first = [`enter(${name}, ${place.around[r]});`];
      const last = throws ? [`throw new Error('x');`] : [];
      const text = block(body, inside(place, name, r), { first, last });
      return `${RUNTIMES[r]}.trace('${name}', ${sync ? '' : 'async '}(${name}) => ${text})`;
    }
    case 'run': {
      const { trace, body } = work;
      const r = place.traces.get(trace);
      if (r === undefined) return `(async () => ${block(body, place)})()`;
      return `${trace}.run(async () => ${block(body, inside(place, trace, r))})`;
    }
    case 'fn':
      return `(async () => ${block(work.body, place)})()`;
    case 'all': {
      const inner = { ...place, indent: `${place.indent}  ` };
      const parts = work.parts.map((part) => `${inner.indent}${printWork(part, inner)},\n`);
      return `Promise.${work.how}([\n${parts.join('')}${place.indent}])`;
    }
    case 'then': {
      const { first, how, sync, body } = work;
      const given = `${sync ? '' : 'async '}() => ${block(body, place)}`;
      const promise = first.w === 'pause' && first.how === 'null' ? 'Promise.resolve()' : undefined;
      const kept = first.w === 'kept' ? `Promise.resolve(${printWork(first, place)})` : undefined;
      return `${promise ?? kept ?? printWork(first, place)}.${how}(${given})`;
    }
    case 'wrapped':
      return `new Promise((resolve) => resolve(${printWork(work.first, place)}))`;
    case 'pause':
      return PAUSES[work.how];
    case 'kept':
      return work.or
        ? `(kept[${work.slot}] ?? ${printWork(work.or, place)})`
        : `kept[${work.slot}]`;
    case 'deferred':
      return `deferred[${work.slot}].promise`;
    case 'memo':
      return `memo${work.slot}(${place.around.join(', ')})`;
  }
}
