/**
 * An error that is known by its name.
 * @param {string} name @param {string} message a sentence for the person @param {ErrorOptions} [options]
 */
export const namedError = (name, message, options) =>
  Object.assign(new Error(message, options), { name });
