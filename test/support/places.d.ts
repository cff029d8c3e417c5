import type { Plugin } from 'esbuild';

export const places: Plugin;
