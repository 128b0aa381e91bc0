// Plays every visit in headless Chromium, keeps what posthog-js sends, writes the demo data and checks it.
// `node record.mjs SLUG…` plays only those visits and writes nothing: for working on one.
// `node record.mjs --add SLUG…` plays them and writes them beside the other recordings, which stay as they are.
import { setTimeout as sleep } from 'node:timers/promises'
import { chromium } from 'playwright-core'
import { checkSessions } from './check.mjs'
import { Intake } from './recorder/intake.mjs'
import { writeSessions } from './recorder/sessions.mjs'
import { serveShop } from './recorder/shop-server.mjs'
import { DEVICES, ORIGIN, Visitor } from './recorder/visitor.mjs'
import { VISITS } from './recorder/visits.mjs'

const AT_ONCE = 3 // more, and two cores render late: the pages would look slower than they are
const ADD = process.argv[2] === '--add'
const ONLY = process.argv.slice(ADD ? 3 : 2)
const RELEASE = '1.9' // of the shop, where a visit names no other

/** slug -> the visit as it is played: a promise of what `play` returns */
const played = new Map()

/** Returns the session's id and what the browser keeps for a visit that comes back with `sameBrowserAs`. */
async function play(browser, { slug, device, account, release = RELEASE, sameBrowserAs, act }) {
  const remembered = account ? [{ name: 'account', value: JSON.stringify(account) }] : []
  if (sameBrowserAs) remembered.push(...(await played.get(sameBrowserAs)).storage)
  const context = await browser.newContext({
    ...DEVICES[device],
    locale: 'en-GB',
    extraHTTPHeaders: { 'x-release': release },
    storageState: { cookies: [], origins: [{ origin: ORIGIN, localStorage: remembered }] },
  })
  try {
    const person = new Visitor(await context.newPage(), { touch: DEVICES[device].hasTouch })
    await act(person)
    const sessionId = await person.sessionId()
    const { origins } = await context.storageState()
    await person.leave()
    await sleep(1000) // the last beacons arrive after the page is gone
    console.log(`played ${slug}`)
    return { sessionId, storage: origins.flatMap(({ localStorage }) => localStorage.map(afterDays)) }
  } finally {
    await context.close()
  }
}

/** An entry of localStorage as it would be found days later: posthog-js keeps the person and begins a new session. */
function afterDays({ name, value }) {
  if (!name.startsWith('ph_')) return { name, value }
  const { $sesid, ...kept } = JSON.parse(value)
  return { name, value: JSON.stringify(kept) }
}

/** Like Promise.all over `items`, with at most `width` under way. */
async function inParallel(items, width, work) {
  const results = []
  const queue = items.entries()
  await Promise.all(Array.from({ length: width }, async () => {
    for (const [at, item] of queue) results[at] = await work(item)
  }))
  return results
}

const unknown = ONLY.filter((wanted) => !VISITS.some(({ slug }) => slug === wanted))
if (unknown.length) throw new Error(`No visit is called ${unknown.join(', ')}; recorder/visits.mjs has their names.`)
// Oldest first: who comes back has been there before.
const visits = VISITS.filter(({ slug }) => ONLY.length === 0 || ONLY.includes(slug)).reverse()
for (const { slug, sameBrowserAs } of visits) {
  if (sameBrowserAs && !visits.some((visit) => visit.slug === sameBrowserAs)) throw new Error(`Play ${slug} together with ${sameBrowserAs}.`)
}

const intake = new Intake()
const shop = await serveShop(intake)
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    `--host-resolver-rules=MAP shop.example:80 127.0.0.1:${shop.port}`,
    // Chromium refuses to run its sandbox as root, as in containers.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync',
  ],
})
try {
  const ends = await inParallel(visits, AT_ONCE, (visit) => {
    played.set(visit.slug, play(browser, visit))
    return played.get(visit.slug)
  })
  const recorded = visits.map(({ slug }, at) => ({ slug, sessionId: ends[at].sessionId, ...intake.session(ends[at].sessionId) }))
  if (ONLY.length && !ADD) {
    for (const { slug, lines, events } of recorded) console.log(slug, lines.length, events.map(({ event }) => event).join(', '))
  } else {
    await writeSessions(VISITS, recorded)
    await checkSessions()
  }
} finally {
  await browser.close()
  shop.close()
}
