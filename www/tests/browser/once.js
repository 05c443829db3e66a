/** Tests that one engine is enough for. */

import { test } from 'node:test';

/**
 * A test whose claim is about our own words, arithmetic or state, and about nothing that engines do in different ways:
 * it runs in Chromium alone, or in Firefox where there is no Chromium. All of it runs in Firefox too where
 * BABBLE_WHOLE is set.
 * @type {(name: string, act: () => Promise<void>) => void}
 */
export const once = process.env.BABBLE_OWN ? () => {} : test; // itself, which notes the file that calls it
