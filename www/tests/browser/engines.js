/**
 * The browsers that the tests run in. BABBLE_BROWSER chooses: chromium, which it is as long as
 * nothing is said, or firefox.
 */

import { chromium, firefox } from 'playwright-core';
import { findShell } from '../../tools/chromium.js';
import { findFirefox } from '../../tools/firefox.js';

/** @typedef {import('playwright-core').BrowserContextOptions} Options */
/** @typedef {import('playwright-core').Browser} Browser */
/** @typedef {import('playwright-core').BrowserContext} Context */

export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The name of the browser that the tests run in. */
export const engine = process.env.BABBLE_BROWSER || 'chromium';
if (engine !== 'chromium' && engine !== 'firefox') {
  throw new Error(`BABBLE_BROWSER is "${engine}", and there is chromium and firefox.`);
}

/** Starts it. */
export const launch = () => (engine === 'firefox' ? launchFirefox() : launchChromium());

/** @returns {Promise<Launched>} */
async function launchChromium() {
  const browser = await chromium.launch({ executablePath: findShell(), args: CHROMIUM_FLAGS });
  return {
    newContext: (options) => browser.newContext(options),
    leave: (kept) => closeContexts(browser, kept),
    close: () => browser.close(),
  };
}

/**
 * @typedef {object} Launched
 * @property {(options?: Options) => Promise<import('playwright-core').BrowserContext>} newContext
 * @property {(kept: Context[]) => Promise<void>} leave closes every page, but for those of contexts to be kept
 * @property {() => Promise<void>} close
 */

/**
 * An ordinary Firefox, by WebDriver BiDi. What is preferred (dark, less motion, forced colours) it takes
 * from its own preferences: they are those of the newest context, and hold for what is still open too.
 * @returns {Promise<Launched>}
 */
async function launchFirefox() {
  const browser = await firefox.launch({
    channel: 'moz-firefox', // any that is installed, not Playwright's own build
    executablePath: findFirefox(),
    args: ['--remote-allow-system-access'], // or its preferences could not be set
  });
  const send = mediate(browser);
  return {
    async newContext(options = {}) {
      await prefer(send, options);
      const context = await browser.newContext(options);
      await context.addInitScript(withoutReflectedLabels);
      return context;
    },
    leave: (kept) => closeContexts(browser, kept),
    close: () => browser.close(),
  };
}

/** @param {Browser} browser @param {Context[]} kept */
async function closeContexts(browser, kept) {
  const contexts = browser.contexts().filter((context) => !kept.includes(context));
  // A page may be fetching still: an answer that a test changes then finds its page closed.
  const routers = contexts.flatMap((context) => [context, ...context.pages()]);
  await Promise.all(routers.map((router) => router.unrouteAll({ behavior: 'ignoreErrors' })));
  await Promise.all(contexts.map((context) => context.close()));
}

/**
 * Sets Firefox's preferences, in the scope of its own windows. To start another Firefox for each wish
 * would take seconds.
 * @param {Send} send @param {Options} options
 */
async function prefer(send, { colorScheme, reducedMotion, forcedColors }) {
  const preferences = {
    'layout.css.prefers-color-scheme.content-override': colorScheme === 'dark' ? 0 : null,
    'ui.prefersReducedMotion': reducedMotion === 'reduce' ? 1 : null,
    'browser.display.document_color_use': forcedColors === 'active' ? 2 : null,
  };
  const { contexts } = await send('browsingContext.getTree', { 'moz:scope': 'chrome' });
  const { type, exceptionDetails } = await send('script.evaluate', {
    expression: `for (const [name, value] of Object.entries(${JSON.stringify(preferences)})) {
      if (value === null) Services.prefs.clearUserPref(name);
      else Services.prefs.setIntPref(name, value);
    }`,
    target: { context: contexts[0].context },
    awaitPromise: true,
  });
  if (type !== 'success') throw new Error(exceptionDetails.text);
}

/** @typedef {(method: string, params: object) => Promise<any>} Send a command of BiDi to Firefox */

/**
 * Where Playwright and Firefox 153 disagree about BiDi. This reaches into Playwright, whose version
 * is pinned; should its insides change, it throws.
 * @param {Browser} browser
 * @returns {Send}
 */
function mediate(browser) {
  const inside = /** @type {any} */ (browser)._connection.toImpl(browser)._browserSession;
  const session = Object.getPrototypeOf(inside);
  const { send, dispatchMessage } = session;
  if (!send || !dispatchMessage) throw new Error('Playwright speaks BiDi in another way.');
  // Every new page is sent this command, which Firefox does not know.
  session.send = function (/** @type {string} */ method, /** @type {unknown} */ params) {
    return method === 'emulation.setMediaFeaturesOverride'
      ? Promise.resolve({})
      : send.call(this, method, params);
  };
  // Firefox gives downloads no id, and Playwright passes over those that have none.
  session.dispatchMessage = function (/** @type {any} */ message) {
    if (/^browsingContext\.download/.test(message.method)) {
      message.params.download ??= message.params.url;
    }
    return dispatchMessage.call(this, message);
  };
  return (method, params) => inside.send(method, params);
}

/**
 * Firefox 153 crashes when this attribute of one element is read both by the page and by a sandbox,
 * as Playwright does for names; without it Playwright reads `aria-labelledby`.
 */
function withoutReflectedLabels() {
  Reflect.deleteProperty(Element.prototype, 'ariaLabelledByElements');
}
