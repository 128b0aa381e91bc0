export default {
  title: 'Your meter', page: 'material.js', css: false, body: '<energy-meter></energy-meter>', held: true,
  routes: () => ({
    'POST /api/readings': ({ n }) => [{ status: 422, json: { message: 'That is lower than last year' } }, { status: 500, json: { message: 'The reading could not be stored' } }, { wait: 3300, json: { text: 'Reading 48 213 is in our books' } }][n - 1],
    'POST /api/forecast': { wait: 3300, json: { text: 'About 61 euros a month' } },
    'DELETE /api/contract': { status: 403, json: { message: 'Contracts end in the first year only by letter' } },
  }),
  async play(v) {
    const button = (text) => v.page.locator('md-filled-button, md-outlined-button, md-text-button').filter({ hasText: text })
    const reading = v.page.locator('md-outlined-text-field input')
    await v.click('Send reading', button('Send reading'), { flags: ['error_shown'], texts: ['Only digits, as on the meter'] })
    await v.type('Meter reading', reading, '48213')
    await v.click('Send reading', button('Send reading'), { flags: ['error_after', 'error_shown'], texts: ['That is lower than last year'], wait: 2000 })
    await v.click('Scan meter', button('Scan meter'), { flags: ['dead'], wait: 3300, why: 'only the ripple in the shadow root' })
    await v.click('Night tariff', v.page.locator('md-filter-chip').first(), { why: 'the chip is chosen' })
    await v.click('Forecast', button('Forecast'), { flags: ['slow', 'wait'], texts: ['About 61 euros a month'], wait: 4700 })
    await v.click('Get help', button('Get help'), { flags: ['rage'], may: ['dead'], n: 4, wait: 3300 })
    await v.click('Meter', v.page.locator('md-outlined-select'), { why: 'a list opens', alt: ['Kitchen'] })
    await v.click('Fault in cellar', v.page.locator('md-select-option').nth(1), { why: 'an option with a word of errors' })
    await v.click('Send reading', button('Send reading'), { flags: ['error_after', 'error_shown'], texts: ['The reading could not be stored'], wait: 2000 })
    await v.click('Contract', v.page.locator('md-primary-tab').nth(1))
    await v.click('Green power', v.page.locator('md-switch'), { as: 'change' })
    await v.click('Change tariff', button('Change tariff'), { flags: ['dead'], wait: 3300 })
    await v.click('Old bills', button('Old bills'), { flags: ['rage'], may: ['dead'], n: 4, wait: 3300 })
    await v.click('Move house', button('Move house'), { flags: ['dead'], wait: 3300 })
    await v.click('End contract', button('End contract'), { soft: ['Power stops at the end of the month.'] })
    await v.click('End it', button('End it'), { flags: ['error_after', 'error_shown'], texts: ['Contracts end in the first year only by letter'], wait: 2400 })
    await v.click('Reading', v.page.locator('md-primary-tab').nth(0))
    await v.type('Meter reading', reading, '48290', { may: ['retyped'] })
    await v.screen()
    await v.click('Send reading', button('Send reading'), { flags: ['slow'], texts: ['Reading 48 213 is in our books'], wait: 4900 })
    v.claim('true', { kind: 'clicked', text: 'Send reading', count: 4 }, { kind: 'saw_text', text: 'is in our books' }, { kind: 'saw_text', text: 'lower than last year' }, { kind: 'rage', text: 'Get help' }, { kind: 'dead', text: 'Scan meter' }, { kind: 'request_failed', text: '/api/readings', count: 2 })
    v.claim('false', { kind: 'rage', text: 'Send reading' }, { kind: 'dead', text: 'Forecast' }, { kind: 'request_failed', text: '/api/forecast' })
    v.claim('unknown', { kind: 'clicked', text: 'Log out' }, { kind: 'saw_text', text: 'Meter replaced' })
    v.ends('success', 'the page says that the reading is in the books; the contract could not be ended')
  },
}
