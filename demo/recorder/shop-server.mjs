// The shop on one loopback port: its pages, its own API with the flaws, and what posthog-js asks its host for.
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { extname, join, normalize } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const SHOP = fileURLToPath(new URL('../shop/', import.meta.url))
const POSTHOG_JS = createRequire(import.meta.url).resolve('posthog-js/dist/array.full.no-external.js')
const TYPES = { '.css': 'text/css', '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.svg': 'image/svg+xml' }

const PRODUCTS = JSON.parse(await readFile(join(SHOP, 'products.json'), 'utf8'))
const CARD_LIMIT_CENTS = 100_00
const BEFORE = '1.8' // the release before the present one
const COUPONS = { WELCOME10: 10 }
let orders = 20_418

const API = {
  products: async () => [200, PRODUCTS],

  // The flaw since release 1.9: three seconds for eight products.
  search: async ({ query, release }) => {
    await sleep(release === BEFORE ? 200 : 3000)
    const wanted = query.get('q').toLowerCase()
    return [200, PRODUCTS.filter(({ name, about }) => `${name} ${about}`.toLowerCase().includes(wanted))]
  },

  coupon: async ({ body: { code } }) =>
    code in COUPONS ? [200, { percent: COUPONS[code] }] : [422, { error: 'unknown coupon' }],

  // The flaw since release 1.9: the card service fails for every order of $100 or more; bank transfers work.
  pay: async ({ body: { method, total }, release }) => {
    await sleep(350)
    if (release !== BEFORE && method === 'card' && total >= CARD_LIMIT_CENTS) return [500, { error: 'card service unavailable' }]
    return [200, { order: `KC-${++orders}` }]
  },

  // The flaw until release 1.9: an address with a dot before the @ is refused.
  'sign-up': async ({ body: { email }, release }) => {
    await sleep(250)
    if (release === BEFORE && email.split('@')[0].includes('.')) return [422, { error: 'The e-mail address is not valid' }]
    return [200, { id: `customer-${email.split('@')[0].replace(/\W/g, '-')}` }]
  },
}

/** Serve until `close()`; PostHog's endpoints go to `intake`, an Intake. */
export async function serveShop(intake) {
  const server = createServer((request, response) => {
    handle(request, response, intake).catch((error) => {
      console.error(error)
      response.writeHead(500).end()
    })
  })
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready))
  return { port: server.address().port, close: () => server.close() }
}

async function handle(request, response, intake) {
  response.sendDate = false // posthog-js records response headers, and demo recordings are moved in time when loaded
  const url = new URL(request.url, 'http://shop.example')
  const body = await readBody(request)
  const forPosthog = intake.answer(url, body)
  if (forPosthog) return sendJson(response, 200, forPosthog)

  const api = url.pathname.startsWith('/api/') && API[url.pathname.slice('/api/'.length)]
  if (api) {
    const release = request.headers['x-release']
    return sendJson(response, ...(await api({ query: url.searchParams, body: body.length ? JSON.parse(body) : undefined, release })))
  }

  if (url.pathname === '/static/array.js') return sendFile(response, POSTHOG_JS)
  if (url.pathname === '/' || url.pathname.endsWith('.html')) return sendPage(response, url.pathname)
  const file = join(SHOP, normalize(url.pathname))
  return (await isFile(file)) ? sendFile(response, file) : sendPage(response, '/404.html', 404)
}

async function readBody(request) {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const isFile = async (path) => (await stat(path).catch(() => undefined))?.isFile() ?? false

function sendJson(response, status, value) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}

function sendFile(response, path) {
  response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' })
  createReadStream(path).pipe(response)
}

/** Pages hold only their <main>; the layout around it is one file, and the title is the page's heading. */
async function sendPage(response, pathname, status = 200) {
  const file = join(SHOP, 'pages', normalize(pathname === '/' ? '/index.html' : pathname))
  if (!(await isFile(file))) return sendPage(response, '/404.html', 404)
  const [layout, main] = await Promise.all([readFile(join(SHOP, 'layout.html'), 'utf8'), readFile(file, 'utf8')])
  const title = /<h1[^>]*>([^<]*)/.exec(main)[1]
  response.writeHead(status, { 'content-type': TYPES['.html'] })
  response.end(layout.replace('{{title}}', title).replace('{{main}}', main.trimEnd()))
}
