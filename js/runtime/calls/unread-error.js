/** What a message brings, whose value can be cloned, and whose clone could not be read. */
const UNREAD = {
  call: 'The arguments',
  cancel: 'The reason of the abort',
  result: 'The result',
  error: 'The error',
  progress: 'A progress value',
  item: 'An item of the stream',
  callback: 'The arguments of a callback',
  answer: 'The result of a callback',
};

/**
 * Says that the other thread could not read a value, although it could be cloned.
 * @param {keyof typeof UNREAD} of
 * @param {string} call what of
 * @param {string} [text] what the thrown error says
 */
export function unreadError(of, call, text) {
  const what = `${UNREAD[of]} of ${call}${text ? ` (${text})` : ''}`;
  const message = `${what} could be cloned, but not read by the other thread: pass plain data.`;
  return new DOMException(message, 'DataCloneError');
}
