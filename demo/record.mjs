// Plays every visit in headless Chromium, keeps what posthog-js sends, writes the demo data and checks it.
// `node record.mjs SLUG…` plays only those visits and writes nothing: for working on one.
import { setTimeout as sleep } from 'node:timers/promises'
import { chromium } from 'playwright-core'
import { checkSessions } from './check.mjs'
import { Intake } from './recorder/intake.mjs'
import { writeSessions } from './recorder/sessions.mjs'
import { serveShop } from './recorder/shop-server.mjs'
import { DEVICES, ORIGIN, Visitor } from './recorder/visitor.mjs'
import { VISITS } from './recorder/visits.mjs'

const AT_ONCE = 3 // more, and two cores render late: the pages would look slower than they are
const ONLY = process.argv.slice(2)

async function play(browser, { slug, device, account, act }) {
  const remembered = account ? [{ name: 'account', value: JSON.stringify(account) }] : []
  const context = await browser.newContext({
    ...DEVICES[device],
    locale: 'en-GB',
    storageState: { cookies: [], origins: [{ origin: ORIGIN, localStorage: remembered }] },
  })
  try {
    const person = new Visitor(await context.newPage(), { touch: DEVICES[device].hasTouch })
    await act(person)
    const sessionId = await person.sessionId()
    await person.leave()
    await sleep(1000) // the last beacons arrive after the page is gone
    console.log(`played ${slug}`)
    return sessionId
  } finally {
    await context.close()
  }
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
  const visits = VISITS.filter(({ slug }) => ONLY.length === 0 || ONLY.includes(slug))
  const ids = await inParallel(visits, AT_ONCE, (visit) => play(browser, visit))
  const recorded = visits.map((visit, at) => ({ ...visit, sessionId: ids[at], ...intake.session(ids[at]) }))
  if (ONLY.length) {
    for (const { slug, lines, events } of recorded) console.log(slug, lines.length, events.map(({ event }) => event).join(', '))
  } else {
    await writeSessions(recorded)
    await checkSessions()
  }
} finally {
  await browser.close()
  shop.close()
}
