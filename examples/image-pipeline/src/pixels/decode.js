/** Above this a picture's pixels alone take a quarter of a gigabyte. */
const MAX_MEGAPIXELS = 64;

/**
 * Decodes a picture of any format that the browser knows into shared memory, where any number of
 * workers can read it without a copy each.
 * @param {Blob | ImageBitmap} picture
 * @param {import('./pixels.js').Checkpoint} checkpoint
 * @returns {Promise<import('./pixels.js').Pixels>}
 * @throws {Error} if it is no picture, or too large
 */
export async function decode(picture, checkpoint) {
  const bitmap = picture instanceof Blob ? await bitmapOf(picture) : picture;
  const { width, height } = bitmap;
  try {
    checkpoint(1 / 2);
    const megapixels = (width * height) / 1e6;
    if (megapixels > MAX_MEGAPIXELS) {
      throw new Error(
        `It has ${Math.round(megapixels)} megapixels; this page takes up to ${MAX_MEGAPIXELS}.`
      );
    }
    const context = new OffscreenCanvas(width, height).getContext('2d', {
      willReadFrequently: true,
    });
    context.drawImage(bitmap, 0, 0);
    checkpoint(3 / 4);
    const { data } = context.getImageData(0, 0, width, height);
    const shared = new Uint8ClampedArray(new SharedArrayBuffer(data.byteLength));
    shared.set(data);
    checkpoint(1);
    return { width, height, data: shared };
  } finally {
    bitmap.close();
  }
}

/** @param {Blob} file */
function bitmapOf(file) {
  return createImageBitmap(file).catch((cause) => {
    throw new Error('This browser cannot decode it as a picture.', { cause });
  });
}
