/** @file The ways that a value takes from one side to the other. */
import { build } from './build.js';

/**
 * @typedef {import('./generate.js').Program} Program
 * @typedef {{ value: unknown } | { text: string } | { refused: any }} Outcome what has arrived, or what
 *   the receiver says of it, or what was thrown instead
 * @typedef {object} Path
 * @property {string} name
 * @property {string[]} [wraps] what goes another way by itself, so that it is put in an array
 * @property {boolean} [says] whether the timeline tells of it first
 * @property {string} [refused] what arrives in place of what cannot be cloned
 * @property {boolean} [twice] whether it goes as two arguments
 * @property {(task: any, program: Program) => Promise<Outcome>} send
 */

let ids = 0;

/** Is asked whether it is a promise. */
const PROXIES = ['proxy', 'getter'];
const ERRORS = ['proxy', 'getter', 'again', 'builtIn'];

const got = (/** @type {unknown} */ value) => ({ value });
const told = (/** @type {string} */ text) => ({ text });
const refused = (/** @type {unknown} */ error) => ({ refused: error });

/** @type {Path[]} */
export const PATHS = [
  {
    name: 'argument',
    send: (task, program) => task.receive(build(program)).then(told, refused),
  },
  {
    name: 'two arguments',
    twice: true,
    send(task, program) {
      const value = build(program);
      return task.receiveTwice(value, value).then(told, refused);
    },
  },
  {
    name: 'result',
    wraps: PROXIES,
    send: (task, program) => task.give(JSON.stringify(program)).then(got, refused),
  },
  {
    name: 'later result',
    wraps: PROXIES,
    send: (task, program) => task.giveLater(JSON.stringify(program)).then(got, refused),
  },
  {
    name: 'thrown',
    wraps: ERRORS,
    refused: 'DataCloneError',
    send: (task, program) =>
      task.throwIt(JSON.stringify(program)).then(
        () => told('nothing was thrown'),
        (/** @type {any} */ thrown) =>
          thrown instanceof DOMException ? refused(thrown) : got(thrown)
      ),
  },
  {
    name: 'property of an error',
    wraps: ERRORS,
    refused: 'absent',
    send: (task, program) =>
      task.throwWith(JSON.stringify(program)).then(
        () => told('nothing was thrown'),
        (/** @type {any} */ thrown) =>
          Object.hasOwn(thrown, 'p') ? got(thrown.p) : refused({ name: 'absent' })
      ),
  },
  {
    name: 'progress',
    async send(task, program) {
      /** @type {Outcome} */
      let outcome = told('no progress');
      const reporting = task.with({ onProgress: (/** @type {unknown} */ v) => (outcome = got(v)) });
      return reporting.report(JSON.stringify(program)).then(() => outcome, refused);
    },
  },
  {
    name: 'item',
    wraps: PROXIES,
    async send(task, program) {
      try {
        for await (const item of task.list(JSON.stringify(program))) return got(item);
      } catch (error) {
        return refused(error);
      }
      return told('no item');
    },
  },
  {
    name: 'abort reason',
    says: true,
    wraps: ERRORS,
    refused: 'DataCloneError',
    async send(task, program) {
      const id = ++ids;
      const controller = new AbortController();
      const reason = task.reasonOf(id).then(told);
      const { signal } = controller;
      const onProgress = () => controller.abort(build(program));
      task
        .with({ signal, onProgress })
        .hold(id)
        .catch(() => {});
      return reason;
    },
  },
];
