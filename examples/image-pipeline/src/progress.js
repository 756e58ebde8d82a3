/**
 * Joins the progress of several calls.
 * @param {number} total the sum of the calls' weights
 * @param {(share: number) => void} onProgress gets the share of all work that is done, 0 to 1
 * @returns {(weight: number) => { onProgress: (share: number) => void }} the option for a call whose
 *   part of the work is `weight`
 */
export function joinProgress(total, onProgress) {
  let done = 0;
  return (weight) => {
    let own = 0;
    return {
      onProgress(share) {
        done += weight * (share - own);
        own = share;
        onProgress(done / total);
      },
    };
  };
}
