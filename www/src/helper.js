// @ts-check
/// <reference lib="webworker" />
/** A worker that helps the training worker with its steps: see worker/team.js. */
import { weightsOf } from './worker/core.js';
import { readText } from './worker/decode.js';
import { Member } from './worker/member.js';

/** @param {MessageEvent<import('./protocol.js').Enrolment>} event */
self.onmessage = ({ data: { member, ports, text } }) => {
  new Member(member, ports, async (file) => {
    const content = (await readText(text)).text;
    const { weights } = await weightsOf(file);
    try {
      // What the run has left out of its text it leaves out again.
      return weights.resume(content, 'skip');
    } finally {
      weights.free();
    }
  });
};
