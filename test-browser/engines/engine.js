/**
 * @file The engines that the specs run in: each opens pages that have, of Playwright's Page, what
 * the specs use. What only Chromium's has is used by specs that only run there.
 */

/**
 * @typedef {object} Engine
 * @property {() => Promise<OpenPage>} open a page with nothing cached and nothing stored
 * @property {() => Promise<void>} close
 */

/**
 * @typedef {object} OpenPage
 * @property {import('@playwright/test').Page} page
 * @property {() => Promise<void>} close
 */

export {};
