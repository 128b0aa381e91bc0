export default {
  title: 'Pick-up points', page: 'pickup.js', held: true,
  device: { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
  routes: () => ({
    'POST /api/choose': ({ n }) => (n === 1 ? { status: 409, json: { message: 'That point is full tomorrow' } } : { json: {} }),
    'POST /api/near': { wait: 3200, json: { text: 'The nearest is 400 m away' } },
  }),
  async play(v) {
    await v.click('Menu', v.page.locator('#burger'), { soft: ['Problems with a delivery'] })
    await v.click('Menu', v.page.locator('#burger'), {})
    await v.click('Open late', v.page.getByText('Open late'), {})
    await v.click('Choose this point', v.button('Choose this point'), { flags: ['error_shown'], texts: ['Pick a point first'], wait: 3600 })
    await v.click('Near me', v.page.locator('#near'), { flags: ['slow'], texts: ['The nearest is 400 m away'], wait: 4700 })
    await v.click('Corner kiosk', v.page.locator('.pin').first(), { texts: ['Corner kiosk, open until 8'], wait: 1800 })
    await v.click(null, v.page.locator('.leaflet-control-zoom-in'), { n: 3, gap: 260, why: 'zooms in' })
    await v.click('Remind me', v.page.locator('#remind'), { flags: ['dead'], wait: 3300 })
    await v.click('Choose this point', v.button('Choose this point'), { flags: ['error_after', 'error_shown'], texts: ['That point is full tomorrow'], wait: 3800 })
    await v.click('Remind me', v.page.locator('#remind'), { flags: ['rage'], may: ['dead'], n: 4, gap: 190, wait: 3300 })
    await v.click('Step-free', v.page.getByText('Step-free'), {})
    await v.click('Choose this point', v.button('Choose this point'), { texts: ['We deliver to Corner kiosk tomorrow.'], soft: ['All set'], wait: 3000 })
    v.claim('true', { kind: 'clicked', text: 'Choose this point', count: 3 }, { kind: 'saw_text', text: 'We deliver to Corner kiosk tomorrow' }, { kind: 'saw_text', text: 'That point is full tomorrow' }, { kind: 'rage', text: 'Remind me' }, { kind: 'request_failed', text: '/api/choose', status: 409 })
    v.claim('false', { kind: 'dead', text: 'Near me' }, { kind: 'rage', text: 'Choose this point' }, { kind: 'dead', text: 'Menu' })
    v.claim('unknown', { kind: 'clicked', text: 'Directions' }, { kind: 'visited', text: '/orders' })
    v.ends('success', 'All set: chosen at the second try')
  },
}
