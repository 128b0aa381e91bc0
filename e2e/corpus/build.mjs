// Bundles a page of `pages/` into a directory.
import { build } from 'esbuild'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'

const plugins = async (file) => {
  if (file.endsWith('.solid.jsx')) return [(await import('esbuild-plugin-solid')).solidPlugin()]
  if (!file.endsWith('.svelte.js')) return []
  const { default: svelte } = await import('esbuild-svelte')
  return [svelte({ compilerOptions: { css: 'external' } })]
}

export async function bundle(file, into) {
  await build({
    entryPoints: [fileURLToPath(new URL(`pages/${file}`, import.meta.url))],
    outfile: join(into, 'page.js'),
    tsconfigRaw: { compilerOptions: { experimentalDecorators: true, useDefineForClassFields: false } },
    absWorkingDir: fileURLToPath(new URL('.', import.meta.url)), // where the alias of vue is found
    bundle: true, format: 'esm', minify: true, jsx: 'automatic', jsxImportSource: file === 'donate.jsx' ? 'preact' : 'react', logLevel: 'error',
    mainFields: ['svelte', 'browser', 'module', 'main'], conditions: ['svelte', 'browser'],
    loader: { '.woff2': 'empty', '.woff': 'empty', '.ttf': 'empty', '.eot': 'empty', '.png': 'empty', '.svg': 'dataurl', '.js': 'jsx' },
    define: { 'process.env.NODE_ENV': '"production"', __VUE_OPTIONS_API__: 'true', __VUE_PROD_DEVTOOLS__: 'false', __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false' },
    alias: { vue: 'vue/dist/vue.esm-bundler.js' },
    plugins: await plugins(file),
  })
}
