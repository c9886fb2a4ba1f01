import { resolve } from 'node:path';
import { defineConfig } from 'electron-vite';
import { rendererConfig } from './scripts/kit/renderer-config.ts';

const at = (path: string): string => resolve(import.meta.dirname, path);

/**
 * Builds the desktop shell (main, its runner and the preload bridge) and the window. The headless server needs only
 * the window: Node runs the TypeScript of main as it is.
 */
export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      // The runner is a process of its own and the inspection a thread: their files must exist beside main's.
      rollupOptions: {
        input: {
          index: at('src/main/electron/main.ts'),
          runner: at('src/main/runner/main.ts'),
          inspection: at('src/main/store/inspection-thread.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      // A sandboxed preload is one CommonJS file that may load nothing but electron.
      externalizeDeps: false,
      rollupOptions: {
        input: { index: at('src/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: rendererConfig(import.meta.dirname),
});
