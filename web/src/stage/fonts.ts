/**
 * The fonts, all of them, before anything is drawn: canvas does not wait for a font, and a name in a
 * list may need any of the 101 subsets at any time.
 */
import '@fontsource-variable/noto-sans-sc/index.css';
import '@fontsource/ibm-plex-sans-condensed/latin-400.css';
import '@fontsource/ibm-plex-sans-condensed/latin-500.css';
import '@fontsource/ibm-plex-sans-condensed/latin-600.css';
import '@fontsource/ibm-plex-sans-condensed/latin-ext-400.css';
import '@fontsource/ibm-plex-sans-condensed/latin-ext-500.css';
import '@fontsource/ibm-plex-sans-condensed/latin-ext-600.css';

/** Resolves when every subset is there, or could not be had: a wall with other letters beats a blank one. */
export async function loadFonts(): Promise<void> {
  await Promise.allSettled([...document.fonts].map((face) => face.load()));
}
