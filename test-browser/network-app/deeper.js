/** Imported late, and imports late. */
export const load = () => import('./add.js');
