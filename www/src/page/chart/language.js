/**
 * uPlot asks Intl for `navigator.language` when it is imported, and some systems say "C", which Intl
 * refuses. The page's own language replaces it then. Imported for this effect, before uPlot.
 */
try {
  new Intl.NumberFormat(navigator.language);
} catch {
  Object.defineProperty(navigator, 'language', { value: 'en', configurable: true });
}
