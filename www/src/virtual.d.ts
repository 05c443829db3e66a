/** What the build makes; see tools/plugins/voice-file.js. */
declare module 'virtual:voice-file' {
  const template: string;
  export default template;
}
