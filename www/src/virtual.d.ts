/** What the build makes; see tools/plugins/standalone-page.js. */
declare module 'virtual:standalone-page' {
  const template: string;
  export default template;
}
