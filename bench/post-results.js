/** @file What a page tells whoever opened it: by posting, since not every browser has a driver. */

/** @param {{ step: string } | { found: unknown } | { error: string }} news */
const post = (news) => fetch('/results', { method: 'POST', body: JSON.stringify(news) });

/**
 * Says what begins now, so that it can be named if it never ends.
 * @param {string} step
 */
export const postStep = (step) => post({ step });

/** @param {() => Promise<unknown>} find */
export async function postResults(find) {
  try {
    await post({ found: await find() });
  } catch (error) {
    const stack = (error instanceof Error && error.stack) || '';
    await post({ error: stack.includes(String(error)) ? stack : `${error}\n${stack}` });
  }
}
