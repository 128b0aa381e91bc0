// Visits a failing checkout in two tabs of a real browser, and prints each step as a line of JSON.
//
//     node visit.mjs SNIPPET_FILE
//
// The file holds the snippet that `replay-mcp local` printed. After each step the visit waits for a line on stdin, so
// that the test can check what has arrived.
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createInterface } from 'node:readline'
import { chromium } from 'playwright-core'

const snippet = await readFile(process.argv[2], 'utf8')
const page = async (name) => (await readFile(new URL(name, import.meta.url), 'utf8')).replace('<!-- SNIPPET -->', snippet)
const PAGES = { '/checkout': await page('checkout.html'), '/help': await page('help.html') }

const shop = createServer((request, response) => {
  if (request.url === '/api/pay') response.writeHead(500, { 'content-type': 'application/json' }).end('{"error":"card service"}')
  else if (PAGES[request.url]) response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(PAGES[request.url])
  else response.writeHead(404).end()
})
await new Promise((ready) => shop.listen(0, '127.0.0.1', ready))
const origin = `http://127.0.0.1:${shop.address().port}`

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const report = async (what, more = {}) => {
  console.log(JSON.stringify({ what, at: Date.now(), ...more }))
  await lines.next()
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    // Chromium refuses to run its sandbox as root, as in containers.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync',
  ],
})
try {
  const context = await browser.newContext({ locale: 'en-GB' })
  const checkout = await context.newPage()
  const errors = []
  checkout.on('requestfailed', (request) => errors.push(`${request.url()}: ${request.failure()?.errorText}`))
  await checkout.goto(`${origin}/checkout`)
  const started = await checkout.waitForFunction(
    () => window.posthog?.sessionRecordingStarted?.() && posthog.get_session_id(), null, { timeout: 15_000 },
  ).catch(() => null)
  if (!started) throw new Error(`the recorder did not start: ${errors.join('; ')}`)
  const session = await checkout.evaluate(() => posthog.get_session_id())
  await report('recording', { session, origin })

  await checkout.click('#sign-in')
  await checkout.click('#email') // key by key: a value that is set at once counts as the browser's or the page's
  await checkout.keyboard.type('maya@shop.test', { delay: 20 })
  await checkout.click('#pay')
  await checkout.waitForFunction(() => document.querySelector('#message').textContent.startsWith('Payment failed'))
  await report('paid')

  await checkout.waitForTimeout(1500) // a pause before the rage, so that the first click is not part of it
  for (let press = 0; press < 4; press++) await checkout.click('#pay', { delay: 20 })
  await checkout.waitForFunction(() => document.body.dataset.failed === '5')
  await checkout.waitForTimeout(1500) // so that no error of these clicks follows the next click
  const [help] = await Promise.all([context.waitForEvent('page'), checkout.click('#help')])
  await help.waitForFunction(() => window.posthog?.sessionRecordingStarted?.())
  await help.click('#contact')
  await report('asked for help', { session: await help.evaluate(() => posthog.get_session_id()) })

  await checkout.bringToFront()
  await checkout.evaluate(() => posthog.sessionManager.resetSessionId())
  await checkout.click('#sign-in')
  const next = await checkout.evaluate(() => posthog.get_session_id())
  await report('began another session', { session: next })
  await context.close()
} finally {
  await browser.close()
  shop.close()
  process.stdin.destroy()
}
