/** @typedef {import('./workload.js').Workload} Workload */

/** @type {Record<string, () => Promise<Workload[]>>} those of the table that `npm run bench` prints */
export const WORKLOADS = {
  sequential: async () => (await import('./sequential.js')).workloads,
  object: async () => [(await import('./copied.js')).object],
  burst: async () => (await import('./burst.js')).workloads,
  each16: async () => [(await import('./paced.js')).each16],
  eight16: async () => [(await import('./paced.js')).eight16],
  each300: async () => [(await import('./paced.js')).each300],
  string: async () => [(await import('./copied.js')).string],
  rows: async () => [(await import('./copied.js')).rows],
  bytes: async () => [(await import('./copied.js')).bytes],
  floats: async () => [(await import('./copied.js')).floats],
};

/** @type {Record<string, () => Promise<Workload[]>>} those that one has to ask for */
export const MORE_WORKLOADS = {
  moved: async () => (await import('./moved.js')).workloads,
  unequal: async () => (await import('./unequal.js')).workloads,
  pending: async () => (await import('./pending.js')).workloads,
  tasks: async () => (await import('./tasks.js')).workloads,
  workers: async () => (await import('./workers.js')).workloads,
};
