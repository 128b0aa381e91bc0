export default {
  title: 'Outfit', page: 'outfit.js', css: false, held: true,
  routes: () => ({
    'GET /api/sale': { wait: 3300, json: { text: '40 pieces, up to half off' } },
    'POST /api/coupon': ({ n }) => (n === 1 ? { json: { ok: false, text: 'WINTER is only for first orders' } } : { json: { ok: true, text: 'Coupon applied: 10 % off' } }),
    'POST /api/pay': ({ n }) => (n === 1 ? { status: 402, json: { message: 'Your bank said no. Try another card.' } } : { wait: 900, json: {} }),
  }),
  async play(v) {
    await v.click('Save for later', v.page.locator('[data-like]').first(), { flags: ['dead'], wait: 3300 })
    await v.click('Add to cart', v.page.locator('[data-add]').nth(1), { wait: 1500, why: 'the badge counts' })
    await v.click('Add to cart', v.page.locator('[data-add]').nth(4), { wait: 1500 })
    await v.click('Sale', v.role('link', 'Sale'), { flags: ['slow'], texts: ['40 pieces, up to half off'], nav: '/sale', wait: 4800, why: 'a skeleton, then the page' })
    await v.click('Returns and problems', v.role('link', 'Returns and problems'), { soft: ['your bank may have declined it'], nav: '/help', wait: 2400 })
    await v.click('Outfit', v.role('link', 'Outfit'), { nav: '/', wait: 2200 })
    await v.click('Cart', v.page.locator('#cart'), {})
    await v.click('More', v.page.getByLabel('More'), { n: 5, gap: 140, why: 'stepper' })
    await v.type('Coupon code', v.page.locator('#code'), 'WINTER', { public: true })
    await v.click('Apply coupon', v.button('Apply coupon'), { flags: ['error_shown'], texts: ['WINTER is only for first orders'], wait: 2200 })
    await v.click('Coupon code', v.page.locator('#code'), { n: 3, gap: 50, double: true, wait: 300 })
    await v.type('Coupon code', null, 'TENOFF77')
    await v.click('Apply coupon', v.button('Apply coupon'), { texts: ['Coupon applied: 10 % off'], wait: 2200 })
    await v.click('Gift wrap', v.button('Gift wrap'), { flags: ['rage'], may: ['dead'], n: 4, gap: 180, wait: 3300 })
    await v.screen()
    await v.click('Check out', v.button('Check out'), { flags: ['error_after', 'error_shown'], texts: ['Your bank said no.'], wait: 2600 })
    await v.click('Gift wrap', v.button('Gift wrap'), { flags: ['dead'], wait: 3300 })
    await v.click('Check out', v.button('Check out'), { texts: ['Thank you for shopping with us'], soft: ['Order 5521 will be packed today.'], nav: '/done', wait: 3600 })
    v.claim('true', { kind: 'clicked', text: 'Check out', count: 2 }, { kind: 'saw_text', text: 'Thank you for shopping with us' }, { kind: 'saw_text', text: 'only for first orders' }, { kind: 'visited', text: '/done' }, { kind: 'rage', text: 'Gift wrap' }, { kind: 'dead', text: 'Save for later' })
    v.claim('false', { kind: 'dead', text: 'Add to cart' }, { kind: 'rage', text: 'More' }, { kind: 'request_failed', text: '/api/coupon' }, { kind: 'clicked', text: 'Check out', count: 5 })
    v.claim('unknown', { kind: 'clicked', text: 'Sign in' }, { kind: 'visited', text: '/account' })
    v.ends('success', 'the page Thank you, after a payment was refused')
  },
}
