export default {
  title: 'Harvest', page: 'farm.js', css: false, held: true,
  routes: () => ({
    'POST /api/crates': ({ n }) => (n === 1 ? { status: 409, json: { message: 'We have only two crates left' } } : { json: {} }),
    'POST /api/clear': ({ n }) => (n === 1 ? { status: 403, json: { message: 'The leeks belong to Ines' } } : { json: {} }),
    'POST /api/weather': { wait: 3200, json: { text: 'Dry until Sunday' } },
  }),
  async play(v) {
    const by = (text) => v.page.locator('farm-button', { hasText: text })
    await v.click('Share list', by('Share list'), { flags: ['dead'], wait: 3300, why: 'only a glow' })
    await v.click('How it works', by('How it works'), { soft: ['Spoiled crates are replaced.'] })
    await v.click('Got it', v.page.getByText('Got it'), {})
    await v.click('Order crates', by('Order crates'), { flags: ['error_shown'], texts: ['How many crates?'] })
    await v.click('Clear Leek', by('Clear Leek'), { flags: ['error_after', 'error_shown'], texts: ['The leeks belong to Ines'], wait: 3800 })
    await v.click('Clear Kale', by('Clear Kale'), { texts: ['Kale cleared'], wait: 3800 })
    await v.click('Weather', by('Weather'), { flags: ['slow'], texts: ['Dry until Sunday'], wait: 4700 })
    await v.type('Crates', v.page.locator('farm-field input'), '4')
    await v.click('Order crates', by('Order crates'), { flags: ['error_after', 'error_shown'], texts: ['We have only two crates left'], wait: 3800 })
    await v.screen()
    await v.click('Share list', by('Share list'), { flags: ['rage'], may: ['dead'], n: 4, gap: 170, wait: 3300 })
    await v.click('Crates', v.page.locator('farm-field input'), { n: 2, gap: 60, double: true, wait: 300 })
    await v.type('Crates', null, '2')
    await v.click('Order crates', by('Order crates'), { texts: ['See you on Saturday'], soft: ['Your crates are packed at nine.'], wait: 2600 })
    v.claim('true', { kind: 'clicked', text: 'Order crates', count: 3 }, { kind: 'saw_text', text: 'See you on Saturday' }, { kind: 'dead', text: 'Share list' }, { kind: 'rage', text: 'Share list' }, { kind: 'request_failed', text: '/api/clear', status: 403 })
    v.claim('false', { kind: 'dead', text: 'Weather' }, { kind: 'rage', text: 'Order crates' }, { kind: 'request_failed', text: '/api/weather' })
    v.claim('unknown', { kind: 'clicked', text: 'Water' }, { kind: 'saw_text', text: 'Watered' })
    v.ends('success', 'ordered at the second try: See you on Saturday')
  },
}
