declare module 'coincident/main';
declare module 'coincident/worker';
declare module 'threads';
declare module 'threads/worker';

declare module '*?worker&url' {
  const url: string;
  export default url;
}
