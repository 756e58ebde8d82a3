/** @type {Record<string, () => Promise<{ workloads: import('./workload.js').Workload[] }>>} */
export const WORKLOADS = {
  sequential: () => import('./sequential.js'),
  burst: () => import('./burst.js'),
  object: () => import('./object.js'),
  copied: () => import('./copied.js'),
  moved: () => import('./moved.js'),
  unequal: () => import('./unequal.js'),
  pending: () => import('./pending.js'),
  tasks: () => import('./tasks.js'),
  workers: () => import('./workers.js'),
};
