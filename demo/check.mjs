// Holds the written files to their stories. `node check.mjs` fails, and says why, when one did not happen.
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { DEMO_DATA, readSessions } from './recorder/sessions.mjs'
import { SECRETS } from './recorder/steps.mjs'
import { VISITS } from './recorder/visits.mjs'

const LIMIT_BYTES = 1_200_000
const MACHINE = /\/work\/|\/root\/|\/home\/|node_modules|127\.0\.0\.1|localhost/

const META = 4, FULL_SNAPSHOT = 2, INCREMENTAL = 3, PLUGIN = 6
const MUTATION = 0, INTERACTION = 2, INPUT = 5, TOUCH_MOVE = 6
const CLICK = 2, TOUCH_START = 7

// What must be in each recording. Numbers are the least that will do.
const EXPECTED = {
  'checkout-fails-rage': {
    events: { 'payment failed': 5, $rageclick: 1, $exception: 5 }, clicks: { 'Pay now': 5 }, requests: ['500 /api/pay'], console: ['error Payment failed'],
    never: ['order placed'], person: 'maya.okafor@example.com', masked: true,
  },
  'checkout-fails-then-transfer': {
    events: { 'payment failed': 2, 'order placed': 1 }, clicks: { 'Pay now': 3 }, requests: ['500 /api/pay', '200 /api/pay'],
    console: ['error Payment failed'], person: 'jonas.weber@example.org', pages: ['/confirmation.html'], masked: true,
  },
  'coupon-and-order': {
    events: { 'coupon applied': 1, 'order placed': 1 }, clicks: { Apply: 1, 'Pay now': 1 }, requests: ['200 /api/coupon', '200 /api/pay'],
    never: ['payment failed', '$rageclick', '$exception'], person: 'nora.lindqvist@example.com', pages: ['/confirmation.html'], masked: true,
  },
  'dead-save-for-later': {
    events: { $rageclick: 1, $dead_click: 1 }, clicks: { 'Save for later': 7 }, never: ['product added'],
  },
  'slow-search': {
    events: { searched: 2 }, clicks: { Search: 4 }, requests: ['200 /api/search', '0 /api/search'], console: ['warn [shop] slow search'],
    slowest: 2900, masked: true,
  },
  browsing: {
    events: { $pageview: 4 }, clicks: { 'Show reviews': 1 }, never: ['product added', '$exception', '$rageclick'],
  },
  'two-tabs': { events: { 'product added': 1 }, windows: 2, person: 'elif.kaya@example.com' },
  'checkout-fails-on-phone': {
    events: { 'payment failed': 5, $rageclick: 1, $exception: 5 }, clicks: { 'Pay now': 5 }, requests: ['500 /api/pay'], console: ['error Payment failed'],
    never: ['order placed'], person: 'tomas.herrera@example.org', touch: true, masked: true,
  },
  bounce: { never: ['$autocapture', '$exception'], longest: 8, touch: true },
  'sign-up': {
    events: { $identify: 1, 'signed up': 1 }, clicks: { 'Create account': 1 }, requests: ['200 /api/sign-up'],
    person: 'nora.lindqvist@example.com', masked: true,
  },
  'wrong-coupon-then-right': {
    events: { 'coupon rejected': 1, 'coupon applied': 1, 'order placed': 1 }, clicks: { Apply: 2 },
    requests: ['422 /api/coupon', '200 /api/coupon', '200 /api/pay'], never: ['$identify'], masked: true,
  },
  'exception-and-404': {
    events: { $exception: 2 }, clicks: { 'Show reviews': 2 }, requests: ['404 /delivery.html'], console: ['error Uncaught TypeError'],
    pages: ['/delivery.html'],
  },
  'internal-tester': { events: { 'order placed': 1 }, requests: ['200 /api/pay'], never: ['payment failed'], person: 'ines@shop.example', masked: true },
  'sign-up-after-release': {
    events: { $identify: 1, 'signed up': 1, 'product added': 1 }, clicks: { 'Create account': 1 }, requests: ['200 /api/sign-up'],
    person: 'amara.diallo@example.org', returns: 'sign-up-refused', device: 'Android Mobile', touch: true, masked: true,
  },
  'small-order-on-phone': {
    events: { 'coupon applied': 1, 'order placed': 1 }, clicks: { 'Pay now': 1 }, requests: ['200 /api/coupon', '200 /api/pay'],
    never: ['payment failed', '$exception', '$identify'], total: 12.6, device: 'iOS Mobile', touch: true, masked: true,
  },
  'checkout-fails-then-smaller-cart': {
    events: { 'payment failed': 2, 'order placed': 1, 'checkout started': 2 }, clicks: { 'Pay now': 3 },
    requests: ['500 /api/pay', '200 /api/pay'], console: ['error Payment failed'], total: 89, person: 'olivier.roche@example.com',
    device: 'Mac OS X Desktop', masked: true,
  },
  'coupon-checkout-fails-on-phone': {
    events: { 'coupon applied': 1, 'payment failed': 2 }, clicks: { 'Pay now': 2 }, requests: ['500 /api/pay'], console: ['error Payment failed'],
    never: ['order placed'], person: 'lena.gruber@example.org', returns: 'coupon-order-on-phone', device: 'Android Mobile', touch: true, masked: true,
  },
  'large-order-before-release': {
    events: { 'order placed': 1 }, clicks: { 'Pay now': 1 }, requests: ['200 /api/pay'], without: ['500 /api/pay'],
    never: ['payment failed', '$exception'], total: 103, person: 'elif.kaya@example.com', returns: 'two-tabs', device: 'Windows Desktop', masked: true,
  },
  'checkout-abandoned': {
    events: { 'checkout started': 1 }, clicks: {}, without: ['500 /api/pay', '200 /api/pay'], never: ['order placed', 'payment failed'],
    device: 'Mac OS X Desktop', masked: true,
  },
  'coupon-order-on-phone': {
    events: { 'coupon applied': 1, 'order placed': 1 }, clicks: { 'Pay now': 1 }, requests: ['200 /api/pay'], without: ['500 /api/pay'],
    never: ['payment failed', '$exception'], total: 121.5, person: 'lena.gruber@example.org', device: 'Android Mobile', touch: true, masked: true,
  },
  'quick-search': {
    events: { searched: 1, 'product added': 1 }, clicks: { Search: 1 }, requests: ['200 /api/search'], never: ['$dead_click'], quickest: 900,
    device: 'iOS Tablet', touch: true, masked: true,
  },
  'abandoned-cart': {
    events: { 'product added': 2 }, never: ['checkout started', 'order placed'], pages: ['/cart.html'], device: 'Windows Desktop',
  },
  'sign-up-refused': {
    clicks: { 'Create account': 2 }, requests: ['422 /api/sign-up'], without: ['200 /api/sign-up'], never: ['$identify', 'signed up'],
    person: 'amara.diallo@example.org', device: 'Android Mobile', touch: true, masked: true,
  },
  'large-order-on-iphone': {
    events: { 'product added': 2, 'order placed': 1 }, clicks: { 'Pay now': 1 }, requests: ['200 /api/pay'], without: ['500 /api/pay'],
    never: ['payment failed', '$exception'], total: 178, person: 'priya.raman@example.com', device: 'iOS Mobile', touch: true, masked: true,
  },
  'large-order-by-card': {
    events: { 'product added': 3, 'order placed': 1 }, clicks: { 'Pay now': 1 }, requests: ['200 /api/pay'], without: ['500 /api/pay'],
    never: ['payment failed', '$exception'], total: 138, person: 'jonas.weber@example.org', returns: 'checkout-fails-then-transfer',
    device: 'Mac OS X Desktop', masked: true,
  },
}

export async function checkSessions() {
  const sessions = await readSessions()
  const problems = []
  const slugs = sessions.map(({ file }) => file.slice('00-'.length, -'.jsonl.gz'.length))
  if (slugs.join() !== VISITS.map(({ slug }) => slug).join()) problems.push(`sessions.json tells ${slugs}`)

  for (const [at, session] of sessions.entries()) {
    const facts = read(session)
    if (session.story !== VISITS[at].story) problems.push(`${session.file}: sessions.json tells another story`)
    const { returns } = EXPECTED[slugs[at]]
    if (returns && !isDeepStrictEqual(session.person, sessions[slugs.indexOf(returns)].person)) problems.push(`${session.file}: not the person of ${returns}`)
    problems.push(...problemsOf(facts, EXPECTED[slugs[at]]).map((problem) => `${session.file}: ${problem}`))
    console.log(`${session.file}: ${facts.seconds.toFixed(1)} s, ${session.lines.length} lines, ${facts.windows.size} window(s)`)
  }

  const files = await readdir(DEMO_DATA)
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(DEMO_DATA, file))).size))
  const bytes = sizes.reduce((sum, size) => sum + size, 0)
  if (bytes > LIMIT_BYTES) problems.push(`${bytes} bytes in all`)
  if (problems.length) throw new Error(`The demo data does not tell its stories:\n  ${problems.join('\n  ')}`)
  console.log(`${sessions.length} stories hold, ${bytes} bytes in all`)
}

/** The facts of one session, out of its snapshots and events. */
function read({ lines, text, session_id, events, person }) {
  const facts = { events, person, session_id, windows: new Map(), console: [], requests: [], inputs: [], recorded: [], clicks: 0, touched: false }
  // Compressed payloads too: a secret could hide in a page's text.
  facts.everything = [text, JSON.stringify({ events, person })]
  for (const [windowId, { type, data, cv }] of lines) {
    facts.windows.set(windowId, [...(facts.windows.get(windowId) ?? []), type])
    if (cv) facts.everything.push(...inflate(type, data))
    if (type === META) facts.recorded.push(data.href)
    if (type === PLUGIN) readPlugin(data, facts)
    if (type !== INCREMENTAL) continue
    if (data.source === INTERACTION && data.type === CLICK) facts.clicks++
    if (data.source === INPUT) facts.inputs.push(data.text)
    if (data.source === TOUCH_MOVE || (data.source === INTERACTION && data.type === TOUCH_START)) facts.touched = true
  }
  const times = lines.map(([, { timestamp }]) => timestamp)
  facts.seconds = (Math.max(...times) - Math.min(...times)) / 1000
  return facts
}

function inflate(type, data) {
  const packed = type === FULL_SNAPSHOT ? [data] : data.source === MUTATION ? [data.adds, data.removes, data.texts, data.attributes] : [data.adds, data.removes]
  return packed.filter((field) => typeof field === 'string').map((field) => gunzipSync(Buffer.from(field, 'latin1')).toString('utf8'))
}

function readPlugin({ plugin, payload }, facts) {
  if (plugin === 'rrweb/console@1') facts.console.push(`${payload.level} ${payload.payload.map((each) => JSON.parse(each)).join(' ')}`)
  if (plugin !== 'rrweb/network@1') return
  for (const { name, status, responseStatus, duration } of payload.requests) {
    facts.requests.push({ line: `${status ?? responseStatus} ${new URL(name).pathname}`, duration })
  }
}

function problemsOf(facts, expected) {
  const named = (name) => facts.events.filter(({ event }) => event === name)
  const clicked = (label) => named('$autocapture').filter(({ properties }) => properties.$el_text === label).length
  const pages = named('$pageview').map(({ properties }) => properties.$pathname)
  const { events = {}, clicks = {}, never = [], requests = [], console: logged = [], windows = 1, person } = expected

  const problems = []
  const want = (holds, problem) => holds || problems.push(problem)
  const atLeast = (wanted, count, what) => {
    for (const [name, least] of Object.entries(wanted)) want(count(name) >= least, `${count(name)} of ${least} ${what} "${name}"`)
  }

  atLeast(events, (name) => named(name).length, 'events')
  atLeast(clicks, clicked, 'clicks on')
  const clicksTold = Object.values(clicks).reduce((sum, count) => sum + count, 0)
  want(facts.clicks >= clicksTold, `${facts.clicks} clicks in the snapshots`)
  for (const name of never) want(named(name).length === 0, `an event "${name}"`)
  for (const line of requests) want(facts.requests.some((request) => request.line === line), `no request "${line}"`)
  for (const line of expected.without ?? []) want(!facts.requests.some((request) => request.line === line), `a request "${line}"`)
  for (const start of logged) want(facts.console.some((line) => line.startsWith(start)), `no console line "${start}"`)
  for (const path of expected.pages ?? []) want(pages.includes(path), `no page ${path}`)

  for (const { properties } of named('$pageview')) {
    want(facts.recorded.includes(properties.$current_url), `nothing recorded of ${properties.$current_url}`)
  }
  want(facts.requests.length > 0, 'no network requests')
  want(facts.windows.size === windows, `${facts.windows.size} windows`)
  for (const [id, types] of facts.windows) {
    want(types.includes(META) && types.indexOf(META) < types.indexOf(FULL_SNAPSHOT), `window ${id} does not begin with Meta and FullSnapshot`)
  }
  want(facts.person.properties.email === person, `the person is ${facts.person.properties.email}`)
  want(facts.events.every(({ distinct_id }) => facts.person.distinct_ids.includes(distinct_id)), 'an event of somebody else')
  want(facts.events.every(({ properties }) => properties.$session_id === facts.session_id), 'an event of another session')
  if (expected.touch) want(facts.touched, 'nobody touched the screen')
  if (expected.device) {
    const { $os, $device_type } = named('$pageview')[0].properties
    want(`${$os} ${$device_type}` === expected.device, `the device is ${$os} ${$device_type}`)
  }
  if (expected.total) want(named('order placed').some(({ properties }) => properties.total === expected.total), `no order of $${expected.total}`)
  if (expected.quickest) {
    const searches = facts.requests.filter(({ line }) => line === '200 /api/search')
    want(searches.every(({ duration }) => duration <= expected.quickest), 'a slow search')
  }
  if (expected.slowest) want(facts.requests.some(({ duration }) => duration >= expected.slowest), 'no slow request')
  if (expected.longest) want(facts.seconds <= expected.longest, `${facts.seconds} seconds long`)

  if (expected.masked) want(facts.inputs.some((text) => /^\*+$/.test(text)), 'nothing typed')
  // The values of radio buttons and checkboxes are the page's own words, not typed ones.
  const unmasked = facts.inputs.filter((text) => !/^\**$/.test(text) && !['card', 'transfer', 'on'].includes(text))
  want(unmasked.length === 0, `typed text in clear: ${unmasked}`)
  for (const text of facts.everything) {
    for (const secret of SECRETS) want(!text.includes(secret), `a secret in clear: ${secret}`)
    want(!MACHINE.test(text), `a trace of the recording machine: ${MACHINE.exec(text)}`)
  }
  return problems
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await checkSessions()
