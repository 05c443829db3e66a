/**
 * In a browser with Trusted Types the built page's policy (tools/plugins/policy.js) lets no text become a script or
 * markup. The scripts of this page's workers are the only exception, made here.
 */

/** The exception's name in the policy. */
export const WORKER_SCRIPTS = 'babble-workers';

/** @typedef {{ createScriptURL(url: string): string }} ScriptUrls as the browser's own, whose results are no strings */

/** @type {{ createPolicy(name: string, rules: ScriptUrls): ScriptUrls } | undefined} */
const trustedTypes = Reflect.get(globalThis, 'trustedTypes');

/** @type {ScriptUrls} */
const rules = {
  createScriptURL(url) {
    const folder = new URL('./', document.baseURI).href;
    if (!new URL(url, folder).href.startsWith(folder)) {
      throw new TypeError(`${url} is no script of this page.`);
    }
    return url;
  },
};

const policy = trustedTypes?.createPolicy(WORKER_SCRIPTS, rules) ?? rules;

/** An address of a script of this page, for a worker. @param {string} url */
export const scriptAt = (url) => policy.createScriptURL(url);
