/**
 * The pages of a browser. To make one, with all that a first visit compiles, takes a third of what a test takes: so
 * a page goes on to the next visit, at another address and with nothing stored, unless a test did something to it
 * that cannot be taken back.
 */

/** @typedef {import('playwright-core').BrowserContextOptions} Options */
/** @typedef {import('playwright-core').Page} Page */

/** What a page keeps when it goes to another address, and what leads to that. */
const LASTING = /** @type {const} */ ([
  'addInitScript',
  'close',
  'context',
  'emulateMedia',
  'exposeBinding',
  'exposeFunction',
  'on',
  'route',
  'setViewportSize',
]);

/**
 * @typedef {object} Usual a page of the usual kind
 * @property {Page} page
 * @property {import('playwright-core').BrowserContext} context
 * @property {() => boolean} lasting whether something was done to it that lasts
 */

export class Pages {
  #browser;
  #server;
  /** Those that are visited. @type {Usual[]} */
  #visited = [];
  /** Those that nobody visits. @type {Usual[]} */
  #resting = [];

  /**
   * @param {import('./engines.js').Launched} browser
   * @param {import('./serve.js').Served} server
   */
  constructor(browser, server) {
    this.#browser = browser;
    this.#server = server;
  }

  /** A page without wishes, on a machine of one core. */
  async usual() {
    const rested = this.#resting.pop();
    if (rested) await this.#browser.prefer({});
    const usual = rested ?? marked(await this.make());
    this.#visited.push(usual);
    return usual.page;
  }

  /** A page of its own. @param {Options} [options] @param {number} [cores] */
  async make(options, cores = 1) {
    // What a service worker answers, no test can hold back or change.
    const context = await this.#browser.newContext({ serviceWorkers: 'block', ...options });
    await context.addInitScript((value) => {
      Object.defineProperty(navigator, 'hardwareConcurrency', { value });
    }, cores);
    return context.newPage();
  }

  /** Leaves all pages but these. @param {Page[]} kept */
  async leave(kept) {
    const stay = this.#visited.filter(({ page }) => kept.includes(page));
    for (const usual of this.#visited) {
      if (stay.includes(usual) || usual.lasting() || usual.page.isClosed()) continue;
      await this.#rest(usual.page);
      this.#resting.push(usual);
    }
    this.#visited = stay;
    const others = kept.filter((page) => stay.every((usual) => usual.page !== page));
    await this.#browser.leave([
      ...[...stay, ...this.#resting].map(({ context }) => context),
      ...others.map((page) => page.context()),
    ]);
  }

  /** @param {Page} page */
  async #rest(page) {
    page.removeAllListeners('pageerror');
    await page.goto(`${this.#server.origin}/blank`);
    await page.evaluate(forget);
    await page.mouse.move(0, 0);
  }
}

/** @param {Page} page @returns {Usual} */
function marked(page) {
  const context = page.context();
  let lasting = false;
  for (const name of LASTING) {
    const method = /** @type {(...args: unknown[]) => unknown} */ (page[name]).bind(page);
    Object.assign(page, {
      [name](/** @type {unknown[]} */ ...args) {
        lasting ||= !(name === 'on' && args[0] === 'pageerror');
        return method(...args);
      },
    });
  }
  return { page, context, lasting: () => lasting };
}

/** Inside a page: forgets all that the pages of its origin have stored. */
async function forget() {
  localStorage.clear();
  sessionStorage.clear();
  for (const { name } of await indexedDB.databases()) {
    await new Promise((resolve, reject) => {
      const request = indexedDB.deleteDatabase(name ?? '');
      request.onsuccess = resolve;
      request.onerror = () => reject(request.error);
    });
  }
}
