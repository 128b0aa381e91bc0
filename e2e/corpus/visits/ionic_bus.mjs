// A phone: taps, web components with shadow roots.
export default {
  title: 'City bus', page: 'ionic.js', held: false,
  device: { viewport: { width: 400, height: 780 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
  routes: () => ({
    'POST /api/tickets': ({ n }) => [{ status: 402, json: { message: 'Your wallet is empty' } }, { status: 503, json: { message: 'The ticket machine does not answer' } }, { wait: 3200, json: { code: 'B-3390' } }][n - 1],
    'POST /api/times': ({ n }) => ({ wait: 3300, json: { text: `Line ${n + 3} leaves in ${4 * n} minutes` } }),
    'POST /api/refund': { status: 409, json: { message: 'That ticket was already used' } },
  }),
  async play(v) {
    const tap = (text) => v.page.locator('ion-button', { hasText: text })
    await v.click('Buy ticket', tap('Buy ticket'), { flags: ['error_shown'], texts: ['Pick a stop first'] })
    await v.type('Where to', v.page.locator('ion-input input'), 'Old harbour')
    await v.click('Child', v.page.locator('ion-segment-button').nth(1), { as: 'click', why: 'the segment moves' })
    await v.click('Show map', tap('Show map'), { flags: ['dead'], wait: 3400, why: 'only the ripple' })
    await v.click('Buy ticket', tap('Buy ticket'), { flags: ['error_after', 'error_shown'], texts: ['Your wallet is empty'], wait: 4000 })
    await v.click('Departures', tap('Departures'), { flags: ['slow', 'wait'], texts: ['Line 4 leaves in 4 minutes'], wait: 4700 })
    await v.click('Bring a bike', v.page.locator('ion-toggle'), { as: 'change' })
    await v.click('Share trip', tap('Share trip'), { flags: ['rage'], may: ['dead'], n: 4, wait: 3400 })
    await v.click('Buy ticket', tap('Buy ticket'), { flags: ['error_after', 'error_shown'], texts: ['The ticket machine does not answer'], wait: 4000 })
    await v.click('Refund last ticket', tap('Refund last ticket'), { soft: ['Refund the last ticket?'], why: 'a red button that opens a dialog' })
    await v.click('Refund it', v.page.locator('ion-alert button', { hasText: 'Refund it' }), { flags: ['error_after', 'error_shown'], texts: ['That ticket was already used'], wait: 4000 })
    await v.screen()
    await v.click('Buy ticket', tap('Buy ticket'), { flags: ['slow'], texts: ['Ticket B-3390 is valid for 90 minutes'], wait: 4800 })
    v.claim('true', { kind: 'clicked', text: 'Buy ticket', count: 4 }, { kind: 'saw_text', text: 'Ticket B-3390 is valid' }, { kind: 'saw_text', text: 'Your wallet is empty' }, { kind: 'rage', text: 'Share trip' }, { kind: 'dead', text: 'Show map' }, { kind: 'request_failed', text: '/api/tickets', count: 2 })
    v.claim('false', { kind: 'rage', text: 'Buy ticket' }, { kind: 'dead', text: 'Departures' }, { kind: 'request_failed', text: '/api/times' })
    v.claim('unknown', { kind: 'clicked', text: 'Log in' }, { kind: 'saw_text', text: 'Delayed' })
    v.ends('success', 'a toast says that the ticket is valid')
  },
}
