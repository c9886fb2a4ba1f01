import { resolve } from 'node:path';
import tailwind from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import type { UserConfig } from 'vite';

/**
 * How the window is built: the same for the desktop shell, the headless server and development. `root` is the
 * checkout; it is given because a bundled config no longer knows where this file lay.
 */
export function rendererConfig(root: string) {
  return {
    root: resolve(root, 'src/renderer'),
    base: './',
    plugins: [react(), tailwind()],
    build: {
      outDir: resolve(root, 'out/renderer'),
      emptyOutDir: true,
      // The content policy allows files only: nothing may become an inline script or a data: address.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 4_000,
      rollupOptions: {
        input: {
          index: resolve(root, 'src/renderer/index.html'),
          docs: resolve(root, 'src/renderer/docs.html'),
        },
      },
    },
  } satisfies UserConfig;
}
