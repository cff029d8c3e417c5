/** The big screen: fonts first, then what an earlier run had kept, then the line. */
import { createApp } from 'vue';
import App from './App.vue';
import { isBoard } from './fleet/board.js';
import { Screen, SCREEN } from './screen.js';
import { loadFonts } from './stage/fonts.js';
import { recall } from './stage/keep.js';
import './stage/stage.css';
import { languageOf } from './words/language.js';

const language = languageOf(new URLSearchParams(location.search).get('lang'), navigator.languages);
/** After the hash, so that it stays out of the logs of servers on the way. */
const key = new URLSearchParams(location.hash.slice(1)).get('key') ?? undefined;

document.documentElement.lang = language;
const [kept] = await Promise.all([recall('snapshot'), loadFonts()]);
createApp(App)
  .provide(SCREEN, new Screen(language, key, isBoard(kept) ? kept : undefined))
  .mount('#screen');
