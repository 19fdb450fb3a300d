import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig(({ command }) => {
  // What is built is for people, even when a test or a shell with another NODE_ENV asks for it.
  if (command === 'build') process.env['NODE_ENV'] = 'production';
  return { plugins: [react()], build: { outDir: 'dist', emptyOutDir: true, sourcemap: false, chunkSizeWarningLimit: 1600, assetsInlineLimit: 0 } };
});
