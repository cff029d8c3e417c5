import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

/** Builds the big screen to dist/web, from where the server hands it out at `/`. */
export default defineConfig({
  plugins: [vue()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    // 101 subsets of a font stay files of their own: only with their bytes apart can they load side by side.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
    // Nobody reads it, and it takes as long as the build itself.
    reportCompressedSize: false,
  },
});
