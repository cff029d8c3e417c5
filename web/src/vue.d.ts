/** What tools see of a component that do not read .vue files; vue-tsc reads them. */
declare module '*.vue' {
  import type { Component } from 'vue';

  const component: Component;
  export default component;
}
