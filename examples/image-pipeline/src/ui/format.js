const number = (digits) =>
  new Intl.NumberFormat('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
const whole = number(0);
const tenths = number(1);
const hundredths = number(2);

/**
 * A time for people: more digits, the shorter it is.
 * @param {number} ms
 */
export function formatMs(ms) {
  const format = ms >= 99.95 ? whole : ms >= 9.995 ? tenths : hundredths;
  return `${format.format(ms)} ms`;
}

/** @param {number} share 0 to 1 */
export const formatPercent = (share) => `${tenths.format(share * 100)} %`;

/** @param {number} value */
export const formatNumber = (value) => (value >= 100 ? whole : tenths).format(value);

/** @param {{ width: number, height: number }} size */
export const formatSize = ({ width, height }) => `${width} × ${height}`;
