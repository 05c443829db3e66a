// @ts-check
/// <reference lib="webworker" />
/** A worker that helps the training worker with its steps: see worker/team.js. */
import init, { Weights } from '../../pkg/babble.js';
import { readText } from './worker/decode.js';
import { Member } from './worker/member.js';

const ready = init();

/** @param {MessageEvent<import('./protocol.js').Enrolment>} event */
self.onmessage = ({ data: { member, ports, text } }) => {
  new Member(member, ports, async (file) => {
    await ready;
    const content = (await readText(text)).text;
    const weights = new Weights(file);
    try {
      // What the run has left out of its text it leaves out again.
      return weights.resume(content, 'skip');
    } finally {
      weights.free();
    }
  });
};
