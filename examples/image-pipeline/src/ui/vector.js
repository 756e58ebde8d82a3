/**
 * A picture that workers can decode: an SVG is drawn here, since only documents can, and any other
 * file stays as it is.
 * @param {File} file
 * @param {number} edge the longer edge of what is drawn, in pixels
 * @returns {Promise<File | ImageBitmap>}
 * @throws {Error} if the browser cannot draw it
 */
export async function decodable(file, edge) {
  if (file.type !== 'image/svg+xml') return file;
  const image = new Image();
  image.src = URL.createObjectURL(file);
  try {
    await image.decode();
    const { naturalWidth = 0, naturalHeight = 0 } = image;
    const longer = Math.max(naturalWidth, naturalHeight);
    const [width, height] = longer > 0 ? [naturalWidth, naturalHeight] : [1, 1]; // it names no size
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round((edge * width) / Math.max(width, height)));
    canvas.height = Math.max(1, Math.round((edge * height) / Math.max(width, height)));
    canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
    return await createImageBitmap(canvas);
  } catch (cause) {
    throw new Error('This browser cannot draw it as an SVG.', { cause });
  } finally {
    URL.revokeObjectURL(image.src);
  }
}
