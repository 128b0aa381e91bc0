// Serves the site of one visit on a loopback port: its page, its bundle, and an API with the visit's answers.
import { createServer } from 'node:http'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const TYPES = { js: 'text/javascript', css: 'text/css', html: 'text/html; charset=utf-8', json: 'application/json', woff2: 'font/woff2', svg: 'image/svg+xml' }

export async function serve({ routes = {}, html, built, snippet, port = 0 }) {
  const calls = new Map()
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, 'http://site')
    const key = `${request.method} ${url.pathname}`
    const body = await text(request)
    const route = routes[key]
    if (route) {
      calls.set(key, (calls.get(key) ?? 0) + 1)
      return answer(response, typeof route === 'function' ? await route({ n: calls.get(key), body, url, request, form: new URLSearchParams(body) }) : route, snippet)
    }
    if (url.pathname.startsWith('/built/')) {
      const file = await readFile(join(built, url.pathname.slice(7))).catch(() => null)
      if (file) return response.writeHead(200, { 'content-type': TYPES[url.pathname.split('.').pop()] ?? 'text/plain' }).end(file)
    }
    if (request.method === 'GET' && url.pathname === '/' && html) return answer(response, { html }, snippet)
    response.writeHead(404, { 'content-type': 'text/plain' }).end('not found')
  })
  await new Promise((ready) => server.listen(port, '127.0.0.1', ready))
  return { origin: `http://127.0.0.1:${server.address().port}`, close: () => { server.closeAllConnections(); server.close() } }
}

async function answer(response, { status = 200, wait = 60, json, html, to, headers = {} }, snippet) {
  await sleep(wait)
  if (to) return response.writeHead(303, { location: to, ...headers }).end()
  if (html !== undefined) return response.writeHead(status, { 'content-type': TYPES.html, ...headers }).end(html.replace('<!-- SNIPPET -->', snippet))
  response.writeHead(status, { 'content-type': TYPES.json, ...headers }).end(JSON.stringify(json ?? {}))
}

async function text(stream) {
  let all = ''
  for await (const chunk of stream) all += chunk
  return all
}

/** The document of a page that is built from `pages/`. */
export const shell = ({ title, lang = 'en', dir = 'ltr', css = true, body = '<div id="root"></div>', attributes = '' }) => `<!doctype html>
<html lang="${lang}" dir="${dir}" ${attributes}><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title>
${css ? '<link rel="stylesheet" href="/built/page.css">' : ''}<!-- SNIPPET --></head><body>${body}<script type="module" src="/built/page.js"></script></body></html>`
