/**
 * The browsers that the tests run in. BABBLE_BROWSER chooses: chromium, which it is as long as
 * nothing is said, or firefox.
 */

import { chromium, firefox } from 'playwright-core';
import { findChromium } from '../../tools/chromium.js';
import { findFirefox } from '../../tools/firefox.js';

/** @typedef {import('playwright-core').BrowserContextOptions} Options */
/** @typedef {import('playwright-core').Browser} Browser */

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
  const browser = await chromium.launch({ executablePath: findChromium(), args: CHROMIUM_FLAGS });
  return {
    newContext: (options) => browser.newContext(options),
    leave: () => closeContexts(browser),
    close: () => browser.close(),
  };
}

/**
 * @typedef {object} Launched
 * @property {(options?: Options) => Promise<import('playwright-core').BrowserContext>} newContext
 * @property {() => Promise<void>} leave closes every page
 * @property {() => Promise<void>} close
 */

/**
 * An ordinary Firefox, by WebDriver BiDi. It takes what is preferred (dark, less motion, forced
 * colours) from its profile, so there is one browser for each such wish, started when first asked for.
 * @returns {Promise<Launched>}
 */
async function launchFirefox() {
  /** @type {Map<string, Promise<Browser>>} */
  const browsers = new Map();
  const started = (/** @type {Options} */ options = {}) => {
    const preferences = preferencesFor(options);
    const key = JSON.stringify(preferences);
    const browser = browsers.get(key) ?? startFirefox(preferences);
    browsers.set(key, browser);
    return browser;
  };
  const each = async (/** @type {(browser: Browser) => Promise<void>} */ act) => {
    await Promise.all([...browsers.values()].map(async (browser) => act(await browser)));
  };
  await started();
  return {
    async newContext(options) {
      const context = await (await started(options)).newContext(options);
      await context.addInitScript(withoutReflectedLabels);
      return context;
    },
    leave: () => each(closeContexts),
    close: () => each((browser) => browser.close()),
  };
}

/** @param {Browser} browser */
async function closeContexts(browser) {
  await Promise.all(browser.contexts().map((context) => context.close()));
}

/** @param {Options} options */
const preferencesFor = ({ colorScheme, reducedMotion, forcedColors }) => ({
  ...(colorScheme === 'dark' && { 'layout.css.prefers-color-scheme.content-override': 0 }),
  ...(reducedMotion === 'reduce' && { 'ui.prefersReducedMotion': 1 }),
  ...(forcedColors === 'active' && { 'browser.display.document_color_use': 2 }),
});

/** @param {Record<string, number>} preferences */
async function startFirefox(preferences) {
  const browser = await firefox.launch({
    channel: 'moz-firefox', // any that is installed, not Playwright's own build
    executablePath: findFirefox(),
    firefoxUserPrefs: preferences,
  });
  mediate(browser);
  return browser;
}

/**
 * Where Playwright and Firefox 153 disagree about BiDi. This reaches into Playwright, whose version
 * is pinned; should its insides change, it throws.
 * @param {Browser} browser
 */
function mediate(browser) {
  const inside = /** @type {any} */ (browser)._connection.toImpl(browser)._browserSession;
  const session = Object.getPrototypeOf(inside);
  if (session.mediated) return;
  const { send, dispatchMessage } = session;
  if (!send || !dispatchMessage) throw new Error('Playwright speaks BiDi in another way.');
  session.mediated = true;
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
}

/**
 * Firefox 153 crashes when this attribute of one element is read both by the page and by a sandbox,
 * as Playwright does for names; without it Playwright reads `aria-labelledby`.
 */
function withoutReflectedLabels() {
  Reflect.deleteProperty(Element.prototype, 'ariaLabelledByElements');
}
