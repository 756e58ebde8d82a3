/** How long a browser may take to close, in ms: a page that hangs keeps it. */
const CLOSE_MS = 5000;

/**
 * Runs in the page: what `evaluate` is given, and its result or error as text that keeps what JSON
 * does not have.
 */
const EVALUATE = `
  const [source, arg, done] = arguments;
  const special = (value) => value === undefined || (typeof value === 'number' && !isFinite(value));
  const write = (result) => done(JSON.stringify(result, (key, value) =>
    special(value) ? { $special: String(value) } : value));
  Promise.resolve(arg).then(eval('(' + source + ')')).then(
    (value) => write({ value }),
    (error) => write({ error: error + '\\n' + error?.stack }));
`;

/** Runs in the page, when it has been loaded. */
const REPORT = `
  const reports = (globalThis.webDriverReports = []);
  for (const type of ['error', 'warn']) {
    console[type] = (...args) => reports.push({ type, text: args.join(' ') });
  }
  addEventListener('error', (event) => reports.push({ text: event.message }));
  addEventListener('unhandledrejection', (event) => reports.push({ text: String(event.reason) }));
`;

/** @type {Record<string, unknown>} */
const SPECIAL = { undefined, NaN, Infinity, '-Infinity': -Infinity };

/** A page over WebDriver, with the methods of Playwright's Page that the specs use. */
export class WebDriverPage {
  #session;
  /** @type {Record<string, ((event: any) => void)[]>} */
  #listeners = { console: [], pageerror: [] };

  /** @param {string} session its URL */
  constructor(session) {
    this.#session = session;
  }

  /**
   * @param {string} driver its URL
   * @returns {Promise<WebDriverPage>}
   */
  static async open(driver) {
    for (;;) {
      try {
        await fetch(`${driver}/status`);
        break;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 20)); // until it listens
      }
    }
    const { sessionId } = await send('POST', `${driver}/session`, { capabilities: {} });
    const page = new WebDriverPage(`${driver}/session/${sessionId}`);
    await page.#post('timeouts', { script: 3_600_000 }); // a spec has its own
    return page;
  }

  /** @param {string} url */
  async goto(url) {
    await this.#post('url', { url });
    await this.#post('execute/sync', { script: REPORT, args: [] });
  }

  /**
   * @param {(arg: any) => any} fn
   * @param {any} [arg]
   */
  async evaluate(fn, arg) {
    const args = [String(fn), arg ?? null];
    const text = await this.#post('execute/async', { script: EVALUATE, args });
    const { value, error } = JSON.parse(text, (_, part) =>
      part?.$special === undefined ? part : SPECIAL[part.$special]
    );
    await this.#report();
    if (error !== undefined) throw new Error(error);
    return value;
  }

  /** @param {string} selector */
  async waitForSelector(selector) {
    while (!(await this.evaluate((s) => document.querySelector(s) !== null, selector)));
  }

  /** @param {{ type: string, content: string }} tag */
  addScriptTag(tag) {
    return this.evaluate(async ({ type, content }) => {
      const script = document.createElement('script');
      script.type = type;
      script.src = URL.createObjectURL(new Blob([content], { type: 'text/javascript' }));
      document.head.append(script);
      await new Promise((resolve, reject) => {
        script.onload = resolve;
        script.onerror = () => reject(new Error('The script could not be loaded.'));
      });
    }, tag);
  }

  /**
   * Hears of what a page reports from its loading on.
   * @param {'console' | 'pageerror'} event
   * @param {(event: any) => void} listener
   */
  on(event, listener) {
    this.#listeners[event].push(listener);
  }

  async close() {
    await send('DELETE', this.#session, undefined, CLOSE_MS).catch(() => {});
  }

  async #report() {
    const script = 'return globalThis.webDriverReports?.splice(0) ?? []';
    for (const { type, text } of await this.#post('execute/sync', { script, args: [] })) {
      if (!type) for (const listener of this.#listeners.pageerror) listener(new Error(text));
      const message = { type: () => type, text: () => text };
      if (type) for (const listener of this.#listeners.console) listener(message);
    }
  }

  /**
   * @param {string} command
   * @param {object} body
   */
  #post(command, body) {
    return send('POST', `${this.#session}/${command}`, body);
  }
}

/**
 * @param {string} method
 * @param {string} url
 * @param {object} [body]
 * @param {number} [timeoutMs]
 */
async function send(method, url, body, timeoutMs) {
  const response = await fetch(url, {
    method,
    body: body && JSON.stringify(body),
    signal: timeoutMs ? AbortSignal.timeout(timeoutMs) : undefined,
  });
  const { value } = /** @type {any} */ (await response.json());
  if (!response.ok) throw new Error(`${value.error}: ${value.message}`);
  return value;
}
