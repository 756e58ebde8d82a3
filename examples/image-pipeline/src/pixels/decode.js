/** Above this a picture's pixels alone take a quarter of a gigabyte. */
const MAX_MEGAPIXELS = 64;

/**
 * Decodes a picture of any format that the browser knows into shared memory, where any number of
 * workers can read it without a copy each.
 * @param {Blob} file
 * @returns {Promise<import('./pixels.js').Pixels>}
 * @throws {Error} if it is no picture, or too large
 */
export async function decode(file) {
  const bitmap = await createImageBitmap(file).catch((cause) => {
    throw new Error('The browser cannot decode this file as a picture.', { cause });
  });
  const { width, height } = bitmap;
  try {
    const megapixels = (width * height) / 1e6;
    if (megapixels > MAX_MEGAPIXELS) {
      throw new Error(
        `The picture has ${Math.round(megapixels)} megapixels; this page takes up to ` +
          `${MAX_MEGAPIXELS}.`
      );
    }
    const context = new OffscreenCanvas(width, height).getContext('2d', {
      willReadFrequently: true,
    });
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    const shared = new Uint8ClampedArray(new SharedArrayBuffer(data.byteLength));
    shared.set(data);
    return { width, height, data: shared };
  } finally {
    bitmap.close();
  }
}
