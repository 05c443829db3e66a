export * from './babble.js';
export { default } from './babble.js';
