import { join } from 'node:path';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [vue()],
  // The page without a build step loads cos.min.js from here.
  publicDir: join(import.meta.dirname, '../packages/sdk/dist'),
});
