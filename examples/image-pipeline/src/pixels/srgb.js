const LINEAR_STEPS = 1 << 14;

/** Linear light, 0 to 1, of each 8-bit sRGB value. */
export const toLinear = Float32Array.from({ length: 256 }, (_, value) => {
  const encoded = value / 255;
  return encoded <= 0.04045 ? encoded / 12.92 : ((encoded + 0.055) / 1.055) ** 2.4;
});

const fromLinearTable = Uint8ClampedArray.from({ length: LINEAR_STEPS + 1 }, (_, step) => {
  const linear = step / LINEAR_STEPS;
  return 255 * (linear <= 0.0031308 ? linear * 12.92 : 1.055 * linear ** (1 / 2.4) - 0.055);
});

/**
 * The 8-bit sRGB value of linear light; what is below 0 or above 1 is clipped.
 * @param {number} linear
 */
export function fromLinear(linear) {
  if (linear <= 0) return 0;
  if (linear >= 1) return 255;
  return fromLinearTable[(linear * LINEAR_STEPS + 0.5) | 0];
}
