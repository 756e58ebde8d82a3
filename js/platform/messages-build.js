/** @file The build for pages without shared memory, which others do not load. */
export { default as createModule } from '../../dist/atelier.messages.js';
